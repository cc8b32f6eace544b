import type { Pattern } from '../detectors/pattern.ts'
import { onlyAlphanumerics } from './checksums.ts'
import { hasContext } from './context.ts'

/** A number that somebody issues: a shape, a check, and the words that stand near it. */
export type Identifier = {
  readonly kind: string
  /** Bounded, and led by a lookbehind: part of a longer number is none. */
  readonly shape: RegExp
  /** On the bare letters and digits, upper case. */
  readonly isValid: (bare: string) => boolean
  readonly context: RegExp
  /** The check is so strong that a match needs no word near it. One digit mod 10 or 11 lets every tenth number through: that is not. */
  readonly standsAlone: boolean
}

const IN_CONTEXT = 0.95
const ALONE = 0.85

/** Digits in the text that was asked about last: each of the many identifiers asks about the same one. */
const digitsOf = (() => {
  let last = ''
  let count = 0
  return (text: string): number => {
    if (text !== last) {
      count = 0
      for (let at = 0; at < text.length; at++) {
        const unit = text.charCodeAt(at)
        if (unit >= 0x30 && unit <= 0x39) count++
      }
      last = text
    }
    return count
  }
})()

/** Every identifier here has at least so many digits. */
const FEWEST_DIGITS = 2

export const mayHoldIdentifier = (text: string): boolean => digitsOf(text) >= FEWEST_DIGITS

export const identifierPattern = ({ kind, shape, isValid, context, standsAlone }: Identifier): Pattern => ({
  kind,
  regex: shape,
  mayMatch: mayHoldIdentifier,
  check: (candidate, text, start) => {
    if (!isValid(onlyAlphanumerics(candidate))) return null
    if (hasContext(context, text, start)) return { confidence: IN_CONTEXT }
    return standsAlone ? { confidence: ALONE } : null
  },
})
