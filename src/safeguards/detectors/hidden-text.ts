import type { Scanner } from './detector.ts'
import { type Pattern, patternScanner } from './pattern.ts'

/**
 * Text that a reader does not see and a model does: Unicode tags (no honest use but three flags), runs of invisible characters, overrides of
 * the direction, piles of combining marks, terminal escapes. A single joiner in an emoji, in Persian or in Hindi is none of these.
 */
const always = (): { confidence: number } => ({ confidence: 1 })

const hidden = (kind: string, regex: RegExp): Pattern => {
  const anywhere = new RegExp(regex.source, regex.flags)
  return { kind, regex, mayMatch: (text) => anywhere.test(text), check: always }
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
// biome-ignore-start lint/suspicious/noMisleadingCharacterClass: single invisible code points are what is looked for
const PATTERNS: readonly Pattern[] = [
  // The black flag before tags makes a flag of a region.
  hidden('unicode-tags', /(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]{0,10})[\u{e0000}-\u{e007f}]{1,4000}/u),
  hidden('invisible-run', /[\u200b-\u200f\u2060-\u2064\u00ad\ufeff\u180e\u034f]{3,4000}/u),
  hidden('variation-selectors', /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2,4000}/u),
  hidden('direction-override', /[\u202d\u202e]/u),
  hidden('combining-pile', /[\u0300-\u036f]{5,200}/u),
  hidden('terminal-escape', /\u001b(?:\[[0-9;?]{0,30}[A-Za-z]|\][^\u0007\u001b]{0,500}(?:\u0007|\u001b\\))/u),
]
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: above
// biome-ignore-end lint/suspicious/noMisleadingCharacterClass: above

export const hiddenTextScanners = (): readonly Scanner[] => PATTERNS.map((pattern): Scanner => ({ ...patternScanner(pattern), reads: 'raw' }))
