import type { LengthOptions } from '../model.ts'
import { NOTHING, type Scan, type Scanner } from './detector.ts'

const isPairAt = (text: string, at: number): boolean => /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at, at + 2))

/** The first character too many, which no later text changes: a stream goes on up to it. */
export const lengthScanner = ({ max_characters }: LengthOptions): Scanner => {
  const scan = (text: string, from: number, _complete: boolean, offset = 0): Scan => {
    const limit = max_characters - offset
    const settled = text.length
    if (settled <= limit) return { matches: NOTHING, settled }
    const start = isPairAt(text, limit - 1) ? limit - 1 : limit
    if (start < from) return { matches: NOTHING, settled }
    return { matches: [{ start, end: start + (isPairAt(text, start) ? 2 : 1), kind: 'too-long', confidence: 1 }], settled }
  }
  return { reads: 'raw', mayMatch: (text) => text.length > max_characters, scan }
}
