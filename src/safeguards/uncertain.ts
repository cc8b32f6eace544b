import type { CompiledScanner } from './compile.ts'
import type { Match } from './detectors/detector.ts'
import type { Hit } from './release.ts'
import type { Refined, SecondStage } from './second-stage.ts'

/** Findings about a rule instead of about the text. */
export const FAILURE = 'detector-failure'
export const SHED = 'second-stage-shed'

/** Stretches of one text that the second stage looks at, the most suspicious ones; the first stage decides the others, visibly. */
const MAX_CANDIDATES = 256

/** From a place in the text that a scanner saw to the original. */
export type ToOriginal = (match: Pick<Match, 'start' | 'end'>) => { readonly start: number; readonly end: number }

/** What becomes of the candidates of one scanner. Never rejects: a second stage that cannot answer is a hit of its own. */
export const decide = async (
  compiled: CompiledScanner,
  text: string,
  candidates: readonly Match[],
  toOriginal: ToOriginal,
  secondStage: SecondStage | null,
  signal?: AbortSignal,
): Promise<readonly Hit[]> => {
  const [asked, left] = split(candidates)
  const refined: Refined = secondStage === null ? UNAVAILABLE : await secondStage.refine(compiled, text, asked, signal)
  const hitOf = (match: Match): Hit => ({
    ...toOriginal(match),
    kind: match.kind,
    confidence: match.confidence,
    rule: compiled.rule,
    order: compiled.order,
  })
  const about = (kind: string, what: readonly Match[], rule: Hit['rule']): Hit => ({
    ...toOriginal(stretchOf(what)),
    kind,
    confidence: 1,
    rule,
    order: compiled.order,
  })
  const hits = left.length === 0 ? [] : [about(SHED, left, compiled.shed), ...firstStage(left).map(hitOf)]
  switch (refined.outcome) {
    case 'done':
      return [...hits, ...refined.matches.map(hitOf)]
    case 'overloaded':
      return [
        ...hits,
        compiled.rule.on_overload === 'fail' ? about(FAILURE, asked, compiled.failed) : about(SHED, asked, compiled.shed),
        ...firstStage(asked).map(hitOf),
      ]
    case 'failed':
    case 'late':
    case 'unavailable':
    case 'resting':
      return [...hits, about(FAILURE, asked, compiled.failed), ...firstStage(asked).map(hitOf)]
    case 'abandoned':
      return hits
  }
}

const UNAVAILABLE: Refined = { matches: [], outcome: 'unavailable' }

/** What the first stage says without the second. */
export const firstStage = (candidates: readonly Match[]): readonly Match[] => candidates.filter(({ uncertain }) => uncertain?.alone === true)

const split = (candidates: readonly Match[]): readonly [asked: readonly Match[], left: readonly Match[]] => {
  if (candidates.length <= MAX_CANDIDATES) return [candidates, []]
  const asked = new Set([...candidates].sort((a, b) => b.confidence - a.confidence).slice(0, MAX_CANDIDATES))
  return [[...asked].sort((a, b) => a.start - b.start), candidates.filter((candidate) => !asked.has(candidate))]
}

const stretchOf = (candidates: readonly Match[]): { start: number; end: number } =>
  candidates.reduce(({ start, end }, next) => ({ start: Math.min(start, next.start), end: Math.max(end, next.end) }), {
    start: candidates[0]?.start ?? 0,
    end: candidates[0]?.end ?? 0,
  })
