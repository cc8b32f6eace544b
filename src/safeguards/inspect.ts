import { type CompiledPolicy, rulesFor } from './compile.ts'
import type { Direction, Finding, Inspection, Origin, Verdict } from './model.ts'
import { fold, originalEnd, originalStart, rawView } from './normalise/fold.ts'
import { byPlace, createReleaser, type Hit } from './release.ts'

/** Looks at a whole text. With nothing found it hands the text back as it came, at the price of the prefilters alone. */
export const inspectText = (compiled: CompiledPolicy, direction: Direction, text: string, origin: Origin = 'user'): Inspection => {
  const rules = rulesFor(compiled, direction)
  if (!rules) return { verdict: 'pass', text, findings: [] }
  const folded = fold(text)
  const raw = folded.starts === null ? folded : rawView(text)
  let hits: Hit[] | undefined
  for (const { rule, scanner, order } of rules.scanners) {
    if (scanner.only !== undefined && scanner.only !== origin) continue
    const view = scanner.reads === 'raw' ? raw : folded
    if (!scanner.mayMatch(view.text)) continue
    for (const { start, end, kind, confidence } of scanner.scan(view.text, 0, true).matches) {
      hits ??= []
      hits.push({ start: originalStart(view, start), end: originalEnd(view, end), kind, confidence, rule, order })
    }
  }
  if (!hits) return { verdict: 'pass', text, findings: [] }
  const { emit, findings } = createReleaser(direction, rules.digest).releaseTo(text.length, hits.sort(byPlace), (start, end) =>
    text.slice(start, end),
  )
  return { verdict: verdictOf(findings), text: emit, findings }
}

const VERDICTS: readonly Verdict[] = ['block', 'mask', 'flag']

const verdictOf = (findings: readonly Finding[]): Verdict =>
  VERDICTS.find((verdict) => findings.some(({ action, enforced }) => enforced && action === verdict)) ?? 'pass'
