import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'
import { LOOKAHEAD, partialSource } from './partial.ts'

/** A pattern with a check behind it. The check sees the whole text for its left context, and may take less than the pattern offered. */
export type Pattern = {
  readonly kind: string
  /** Bounded in length, without captures that matter; starts with a lookbehind where a word boundary is meant. */
  readonly regex: RegExp
  readonly mayMatch: (text: string) => boolean
  /** The confidence of the match, or null when it is none. */
  readonly check: (candidate: string, text: string, start: number) => Verified | null
}
export type Verified = { readonly confidence: number; readonly length?: number }

const LEADING_DIGIT = /^(?:\(\?<![^)]*\))?(?:\\d|\[\d-\d\]|\d)/

const DIGIT = /\d/g
const hasDigitFrom = (text: string, from: number): boolean => {
  DIGIT.lastIndex = from
  return DIGIT.test(text)
}

/**
 * Scans for one pattern. A start is final once neither a match nor an unfinished match from it reaches the end of the text; matches are
 * taken from left to right, and a candidate that fails its check gives way to one that starts a unit later.
 */
export const patternScanner = (pattern: Pattern): Scanner => {
  const flags = `g${pattern.regex.flags.replace(/[gy]/g, '')}`
  const full = new RegExp(pattern.regex.source, flags)
  const unfinished = new RegExp(partialSource(pattern.regex.source), flags)

  /** Nothing that starts with a digit can start where there is none: most of a stream is words. */
  const leadsWithDigit = LEADING_DIGIT.test(pattern.regex.source)

  const liveFrom = (text: string, from: number) => {
    if (leadsWithDigit && !hasDigitFrom(text, from)) return text.length
    unfinished.lastIndex = from
    return unfinished.exec(text)?.index ?? text.length
  }

  const scan = (text: string, from: number, complete: boolean): Scan => {
    let matches: Match[] | undefined
    let at = from
    let live = complete ? text.length : liveFrom(text, from)
    for (;;) {
      full.lastIndex = at
      const found = full.exec(text)
      if (!found || (!complete && found.index >= live)) return { matches: matches ?? NOTHING, settled: Math.max(at, live) }
      const end = found.index + found[0].length
      if (!complete && end > text.length - LOOKAHEAD) return { matches: matches ?? NOTHING, settled: found.index }
      const verified = pattern.check(found[0], text, found.index)
      if (verified) {
        matches ??= []
        const taken = found.index + (verified.length ?? found[0].length)
        matches.push({ start: found.index, end: taken, kind: pattern.kind, confidence: verified.confidence })
        at = taken
        if (live < at) live = liveFrom(text, at)
      } else at = found.index + 1
    }
  }
  return { reads: 'folded', mayMatch: pattern.mayMatch, scan }
}
