import { type CompiledPolicy, type CompiledRules, type CompiledScanner, laneFor, type Part, rulesFor } from './compile.ts'
import type { Match } from './detectors/detector.ts'
import type { Direction, Finding, Inspection, Origin, Verdict } from './model.ts'
import { fold, originalEnd, originalStart, rawView, type View } from './normalise/fold.ts'
import { byPlace, createReleaser, type Hit } from './release.ts'
import type { SecondStage } from './second-stage.ts'
import type { Surrogates } from './surrogates.ts'
import { decide, FAILURE, firstStage, type ToOriginal } from './uncertain.ts'

/** What a look can use beside the policy. Without a second stage, rules that need it fail as they say. */
export interface Tools {
  readonly secondStage?: SecondStage | null
  readonly surrogates?: Surrogates | null
  /** The caller has gone: nobody waits for the answer. */
  readonly signal?: AbortSignal
  /** What the text is; of a message when it is not given. */
  readonly part?: Part
  /** Hears why a detector threw; the finding says only that it did. */
  readonly onError?: (detector: string, error: unknown) => void
}

/** `later` holds what `async` rules find after the text has gone on; null when nothing is left to come. */
export interface Inspected extends Inspection {
  readonly later: Promise<readonly Finding[]> | null
}

/** The first stage by itself, at once. With nothing found it hands the text back as it came, at the price of the prefilters alone. */
export const inspectText = (compiled: CompiledPolicy, direction: Direction, text: string, origin: Origin = 'user'): Inspection => {
  const rules = rulesFor(compiled, direction)
  if (!rules) return passed(text)
  const { hits, uncertain } = look(rules.messages.all, text, origin)
  for (const { entry, matches, toOriginal } of uncertain ?? []) for (const match of firstStage(matches)) hits.push(hitOf(entry, match, toOriginal))
  return hits.length === 0 ? passed(text) : settle(rules, direction, text, hits, null)
}

/** Both stages. Answers at once unless the first stage is uncertain about something that must be known before the text goes on. */
export const inspect = (
  compiled: CompiledPolicy,
  direction: Direction,
  text: string,
  origin: Origin = 'user',
  { secondStage = null, surrogates = null, part = 'message', signal, onError }: Tools = {},
): Inspected | Promise<Inspected> => {
  const rules = rulesFor(compiled, direction)
  if (!rules) return { ...passed(text), later: null }
  const { hits, uncertain } = look(laneFor(rules, part).all, text, origin, onError)
  if (uncertain === null && hits.length === 0) return { ...passed(text), later: null }
  const ask = (pending: readonly Uncertain[]): Promise<Hit[]> =>
    Promise.all(pending.map(({ entry, view, matches, toOriginal }) => decide(entry, view.text, matches, toOriginal, secondStage, signal))).then(
      (all) => all.flat(),
    )
  const beside = uncertain?.filter(({ entry }) => entry.rule.mode === 'async') ?? []
  const awaited = uncertain?.filter(({ entry }) => entry.rule.mode !== 'async') ?? []
  const later = beside.length === 0 ? null : ask(beside).then((found) => settle(rules, direction, text, found, null).findings)
  if (awaited.length === 0) return { ...settle(rules, direction, text, hits, surrogates), later }
  return ask(awaited).then((found) => ({ ...settle(rules, direction, text, [...hits, ...found], surrogates), later }))
}

interface Uncertain {
  readonly entry: CompiledScanner
  readonly view: View
  readonly matches: readonly Match[]
  readonly toOriginal: ToOriginal
}

const passed = (text: string): Inspection => ({ verdict: 'pass', text, findings: [] })

const hitOf = ({ rule, order }: CompiledScanner, { start, end, kind, confidence }: Match, toOriginal: ToOriginal): Hit => ({
  ...toOriginal({ start, end }),
  kind,
  confidence,
  rule,
  order,
})

const look = (
  scanners: readonly CompiledScanner[],
  text: string,
  origin: Origin,
  onError?: Tools['onError'],
): { readonly hits: Hit[]; readonly uncertain: readonly Uncertain[] | null } => {
  const folded = fold(text)
  const raw = folded.starts === null ? folded : rawView(text)
  const hits: Hit[] = []
  let uncertain: Uncertain[] | null = null
  for (const entry of scanners) {
    const { scanner } = entry
    if (scanner.only !== undefined && scanner.only !== origin) continue
    const view = scanner.reads === 'raw' ? raw : folded
    const found = scan(entry, view, onError)
    if (found === null) continue
    if (found === 'failed') {
      hits.push({ start: 0, end: text.length, kind: FAILURE, confidence: 1, rule: entry.failed, order: entry.order })
      continue
    }
    const toOriginal: ToOriginal = ({ start, end }) => ({ start: originalStart(view, start), end: originalEnd(view, end) })
    let candidates: Match[] | null = null
    for (const match of found) {
      if (match.uncertain === undefined) hits.push(hitOf(entry, match, toOriginal))
      else {
        candidates ??= []
        candidates.push(match)
      }
    }
    if (candidates === null) continue
    uncertain ??= []
    uncertain.push({ entry, view, matches: candidates, toOriginal })
  }
  return { hits, uncertain }
}

/** A detector that throws is a rule that cannot be carried out, not a request that fails. */
const scan = ({ rule, scanner }: CompiledScanner, view: View, onError?: Tools['onError']): readonly Match[] | null | 'failed' => {
  try {
    if (!scanner.mayMatch(view.text)) return null
    const { matches } = scanner.scan(view.text, 0, true)
    return matches.length === 0 ? null : matches
  } catch (error) {
    onError?.(rule.detector, error)
    return 'failed'
  }
}

const settle = (rules: CompiledRules, direction: Direction, text: string, hits: Hit[], surrogates: Surrogates | null): Inspection => {
  if (hits.length === 0) return passed(text)
  const releaser = createReleaser(direction, rules.digest, surrogates)
  const { emit, findings } = releaser.releaseTo(text.length, hits.sort(byPlace), (start, end) => text.slice(start, end))
  return { verdict: verdictOf(findings), text: emit, findings }
}

const VERDICTS: readonly Verdict[] = ['block', 'mask', 'flag']

export const verdictOf = (findings: readonly Finding[]): Verdict =>
  VERDICTS.find((verdict) => findings.some(({ action, enforced }) => enforced && STANDS_FOR[action] === verdict)) ?? 'pass'

const STANDS_FOR: Readonly<Record<Finding['action'], Verdict>> = {
  allow: 'pass',
  mask: 'mask',
  hash: 'mask',
  tokenise: 'mask',
  block: 'block',
  flag: 'flag',
}
