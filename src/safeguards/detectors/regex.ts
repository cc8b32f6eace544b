import type { RegexOptions } from '../model.ts'
import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'
import { LOOKAHEAD } from './partial.ts'
import { compilePattern } from './user-pattern.ts'

const scannerOf = (kind: string, pattern: string, caseSensitive: boolean): Scanner => {
  const { full, unfinished } = compilePattern(pattern, caseSensitive)

  const liveFrom = (text: string, from: number): number => {
    const matcher = unfinished.matcher(text)
    return matcher.find(from) ? matcher.start() : text.length
  }

  const scan = (text: string, from: number, complete: boolean): Scan => {
    let matches: Match[] | undefined
    let at = from
    let live = complete ? text.length : liveFrom(text, from)
    const matcher = full.matcher(text)
    while (at < text.length && matcher.find(at)) {
      const start = matcher.start()
      const end = matcher.end()
      if (!complete && (start >= live || end > text.length - LOOKAHEAD)) return { matches: matches ?? NOTHING, settled: Math.min(start, live) }
      if (end > start) {
        matches ??= []
        matches.push({ start, end, kind, confidence: 1 })
      }
      at = Math.max(end, start + 1)
      if (live < at) live = liveFrom(text, at)
    }
    return { matches: matches ?? NOTHING, settled: Math.max(at, live) }
  }
  return { reads: 'folded', mayMatch: (text) => full.test(text), scan }
}

export const regexScanners = ({ patterns, case_sensitive }: RegexOptions): readonly Scanner[] =>
  patterns.map(({ name, pattern }) => scannerOf(name, pattern, case_sensitive))
