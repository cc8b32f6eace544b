import { CONFUSABLES } from './confusables.ts'

/**
 * The view in which detectors look: compatibility forms folded (NFKC and more), invisible characters dropped, Unicode tags read as the
 * ASCII they spell, look-alike letters and foreign digits as ASCII. Each code point is folded alone, so that a stream folds the same way
 * however it is cut. It is a view for matching only; nobody is shown it, and Russian that looks odd in it is still Russian outside.
 */
export type View = {
  readonly text: string
  /** Offset in the original text of the code point that the unit came from; null when the view is the original. */
  readonly starts: Int32Array | null
  /** Where that code point ends. */
  readonly ends: Int32Array | null
  readonly originalLength: number
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is what is meant
const NOT_ASCII = /[^\x00-\x7f]/

const INVISIBLE = /^(?:\p{Cf}|\p{Variation_Selector}|[\u115f\u1160\u17b4\u17b5\u3164\uffa0]|[\u0300-\u036f])$/u
const SPACE = /^\p{Zs}$/u
const DASH = /^(?:\p{Dash}|\p{Pd})$/u
const DIGIT = /^\p{Nd}$/u
const HANGUL_SYLLABLE = /^[\uac00-\ud7a3]$/

const cache = new Map<number, string>()

const foldCodePoint = (codePoint: number): string => {
  if (codePoint >= 0xe0020 && codePoint <= 0xe007e) return String.fromCharCode(codePoint - 0xe0000)
  const char = String.fromCodePoint(codePoint)
  if (INVISIBLE.test(char)) return ''
  if (DIGIT.test(char)) return digitValue(codePoint)
  if (SPACE.test(char)) return ' '
  if (DASH.test(char)) return '-'
  const confusable = CONFUSABLES.get(char)
  if (confusable) return confusable
  if (HANGUL_SYLLABLE.test(char) || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return char
  // Accents go, so that "é" and "e" + U+0301 meet; then what remains may be a look-alike or a foreign digit in its turn.
  const folded = char.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  return folded === char ? char : Array.from(folded, (part) => (part === char ? part : foldCached(part.codePointAt(0)!))).join('')
}

/** Decimal digits stand in runs of ten, zero first. */
const digitValue = (codePoint: number): string => {
  let zero = codePoint
  while (codePoint - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--
  // Mathematical digits (U+1D7CE..) are five runs of ten without a gap.
  return codePoint >= 0x1d7ce && codePoint <= 0x1d7ff ? String((codePoint - 0x1d7ce) % 10) : String(codePoint - zero)
}

/** At most one entry a code point that was ever seen: bounded by Unicode, some 10 MB in the worst case. */
const foldCached = (codePoint: number): string => {
  if (codePoint < 0x80) return String.fromCharCode(codePoint)
  const known = cache.get(codePoint)
  if (known !== undefined) return known
  const folded = foldCodePoint(codePoint)
  cache.set(codePoint, folded)
  return folded
}

export const rawView = (text: string): View => ({ text, starts: null, ends: null, originalLength: text.length })

export const fold = (text: string): View => {
  if (!NOT_ASCII.test(text)) return rawView(text)
  const starts: number[] = []
  const ends: number[] = []
  let folded = ''
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at)!
    const next = at + (codePoint > 0xffff ? 2 : 1)
    const part = foldCached(codePoint)
    folded += part
    for (let unit = 0; unit < part.length; unit++) {
      starts.push(at)
      ends.push(next)
    }
    at = next
  }
  return { text: folded, starts: Int32Array.from(starts), ends: Int32Array.from(ends), originalLength: text.length }
}

export const originalStart = (view: View, at: number): number =>
  view.starts === null ? at : at < view.starts.length ? view.starts[at]! : view.originalLength

/** The end in the original of a span whose last unit is at `end - 1`. */
export const originalEnd = (view: View, end: number): number => (view.ends === null ? end : end === 0 ? 0 : view.ends[end - 1]!)

/** First unit of the view that comes from the original offset or later. */
export const viewIndex = (view: View, offset: number): number => {
  if (view.starts === null) return offset
  let low = 0
  let high = view.starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (view.starts[middle]! < offset) low = middle + 1
    else high = middle
  }
  return low
}
