import { RE2JS } from 're2js'
import { boundedSource, partialSource } from './partial.ts'

/** Instructions of one compiled pattern: bounds the cost of a unit of text, which RE2's algorithm makes the only cost there is. */
const MAX_PROGRAM = 4000

/** What RE2 would take and the stream could not follow: inline flags and literal quotes. */
const UNSUPPORTED = /\(\?(?!:|P?<[A-Za-z_])|\\[QEC]/

/** Compiles a pattern of a policy, or throws an error whose message is for its author. */
export const compilePattern = (pattern: string, caseSensitive: boolean): { full: RE2JS; unfinished: RE2JS } => {
  if (UNSUPPORTED.test(pattern)) throw new SyntaxError('lookaround, inline flags and \\Q are not supported')
  const flags = caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE
  RE2JS.compile(pattern, flags)
  const source = boundedSource(pattern)
  const full = RE2JS.compile(source, flags)
  if (full.matcher('').programSize() > MAX_PROGRAM) throw new SyntaxError('the pattern is too large: bound its repetitions')
  if (full.test('') && full.matches('')) throw new SyntaxError('the pattern matches the empty text')
  return { full, unfinished: RE2JS.compile(partialSource(source), flags) }
}

/** Why this pattern of a policy is refused, for its author; null when it is fine. */
export const patternProblem = (pattern: string, caseSensitive: boolean): string | null => {
  try {
    compilePattern(pattern, caseSensitive)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
