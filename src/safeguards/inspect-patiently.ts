import { type CompiledPolicy, laneFor, rulesFor } from './compile.ts'
import { type Inspected, inspect, type Tools, verdictOf } from './inspect.ts'
import type { Direction, Finding, Origin } from './model.ts'
import { createFilter, type Release } from './stream.ts'

/** Hostile text costs up to 3 microseconds a unit (digits, brackets): some 0.1 s, after which others have their turn. */
const PIECE = 32_768

/**
 * Both stages, for a text of any length. A long one is looked at like a stream, piece by piece, so that one caller's text does not hold up
 * everybody else's; what a detector finds does not depend on how a text is cut. `async` rules are waited for there.
 */
export const inspectPatiently = (
  compiled: CompiledPolicy,
  direction: Direction,
  text: string,
  origin: Origin = 'user',
  tools: Tools = {},
): Inspected | Promise<Inspected> =>
  text.length <= 2 * PIECE ? inspect(compiled, direction, text, origin, tools) : inPieces(compiled, direction, text, origin, tools)

const inPieces = async (compiled: CompiledPolicy, direction: Direction, text: string, origin: Origin, tools: Tools): Promise<Inspected> => {
  const rules = rulesFor(compiled, direction)
  if (rules === null) return { verdict: 'pass', text, findings: [], later: null }
  const scanners = laneFor(rules, tools.part ?? 'message').all.filter(({ scanner }) => scanner.only === undefined || scanner.only === origin)
  const filter = createFilter(rules.digest, scanners, direction, tools)
  const findings: Finding[] = []
  let emitted = ''
  const take = async (first: Release): Promise<boolean> => {
    for (let release: Release | undefined = first; release !== undefined; release = await release.rest) {
      emitted += release.emit
      findings.push(...release.findings)
      if (release.blocked) return false
    }
    return true
  }
  let isOpen = true
  for (let at = 0; isOpen && at < text.length && tools.signal?.aborted !== true; at += PIECE) {
    isOpen = await take(filter.push(text.slice(at, at + PIECE)))
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (isOpen) await take(filter.end())
  return { verdict: verdictOf(findings), text: emitted, findings, later: null }
}
