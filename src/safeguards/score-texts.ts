import { z } from 'zod'
import { loadLinear } from './classifiers/linear.ts'
import { scoreWindows } from './classifiers/score.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { scorePromptAttack } from './detectors/prompt-attack.ts'
import { harmOf } from './dialects/moderation.ts'
import { inspectText } from './inspect.ts'
import { type Inspection, Rule, SafeguardPolicy, type Verdict } from './model.ts'
import { PII_KINDS } from './pii/kinds.ts'

/** One line of a file to be scored; what else it has (a label, an id) goes through untouched. */
export const TextToScore = z.looseObject({ text: z.string(), role: z.enum(['user', 'tool', 'document']).default('user') })
export type TextToScore = z.infer<typeof TextToScore>

/** `spans` in UTF-16 units of the text. */
export type Scored = {
  readonly score: number
  readonly verdict: Verdict
  readonly spans: readonly { start: number; end: number; type: string; score: number }[]
  readonly categories?: Readonly<Record<string, number>>
}

/** Detectors that need no configuration of their own; the others are scored with `--policy`. */
export const SCORABLE = ['prompt-attack', 'harm', 'pii', 'secrets', 'hidden-text', 'links', 'policy'] as const
export type Scorable = (typeof SCORABLE)[number]

/** A scorer of single texts by one detector, or by a whole policy: how anybody measures Plimsoll on data of their own. */
export const createScorer = (detector: Scorable, policy?: SafeguardPolicy): ((item: TextToScore) => Scored) => {
  const compiled = compilePolicy(policy ?? policyOf(detector), 'sha256:scored')
  return (item) => {
    const inspection = inspect(compiled, item)
    const spans = inspection.findings.map(({ kind, span, confidence }) => ({ ...span, type: kind, score: confidence }))
    const strongest = spans.reduce((highest, { score }) => Math.max(highest, score), 0)
    const verdict = inspection.verdict
    if (detector === 'prompt-attack') return { score: attackScore(item), verdict, spans }
    if (detector !== 'harm') return { score: strongest, verdict, spans }
    const categories = harmOf(item.text)
    return { score: Math.max(0, ...Object.values(categories)), verdict, spans, categories }
  }
}

const policyOf = (detector: Scorable): SafeguardPolicy => {
  if (detector === 'policy') throw new Error('to score a policy, give one')
  const options = detector === 'pii' ? { kinds: [...PII_KINDS] } : {}
  return SafeguardPolicy.parse({ input: [Rule.parse({ detector, action: 'flag', options })] })
}

const inspect = (compiled: CompiledPolicy | null, { text, role }: TextToScore): Inspection =>
  compiled ? inspectText(compiled, 'input', text, role === 'user' ? 'user' : 'document') : { verdict: 'pass', text, findings: [] }

/** The score itself, also where no threshold is reached: what curves are drawn from. */
const attackScore = ({ text, role }: TextToScore): number => {
  const { probability } = scorePromptAttack(loadLinear('prompt-attack'), text)
  return role === 'user' ? probability : Math.max(probability, scoreWindows(loadLinear('embedded-instruction'), text).probability)
}
