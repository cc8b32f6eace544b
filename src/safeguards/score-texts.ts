import { z } from 'zod'
import { type CascadeOutput, logitOf, unaskedProbability } from './classifiers/cascade.ts'
import { type Encoder, openEncoder } from './classifiers/encoder/index.ts'
import { loadLinear } from './classifiers/linear.ts'
import { scoreEachWindow } from './classifiers/score.ts'
import { passagesOf } from './classifiers/windows.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { harmCascade, harmScores, scoreHarmTwice } from './detectors/harm.ts'
import { languageOf } from './detectors/language.ts'
import { attackCascade, scoreAttackTwice, scoreInstructionsTwice, scorePromptAttack, strongestApart } from './detectors/prompt-attack.ts'
import { groundingThreshold, judgeGrounding } from './grounding/index.ts'
import { inspect } from './inspect.ts'
import { HarmCategory, Rule, SafeguardPolicy, type Verdict } from './model.ts'
import { needsOf } from './needs.ts'
import { PII_KINDS } from './pii/kinds.ts'
import { createSecondStage } from './second-stage.ts'

/** One line of a file to be scored; what else it has (a label, an id) goes through untouched. */
export const TextToScore = z.looseObject({
  text: z.string(),
  role: z.enum(['user', 'tool', 'document']).default('user'),
  /** For `grounding`: what the answer `text` is held against, and the question that it answers (`context` is read for whichever is not given). */
  source: z.union([z.string(), z.array(z.string())]).optional(),
  question: z.string().optional(),
})
export type TextToScore = z.infer<typeof TextToScore>

/** `spans` in UTF-16 units of the text. */
export type Scored = {
  readonly score: number
  readonly verdict: Verdict
  readonly spans: readonly { start: number; end: number; type: string; score: number }[]
  readonly categories?: Readonly<Record<string, number>>
  /** Of `language`: an ISO 639-1 code, empty where nothing speaks for one. */
  readonly language?: string
  /** CPU of the verdict, as a policy would reach it. */
  readonly micros: number
  /** CPU of the score beyond that. */
  readonly score_micros: number
}

/** Detectors that need no configuration of their own; the others are scored with `--policy`. */
export const SCORABLE = [
  'prompt-attack',
  'harm',
  'pii',
  'secrets',
  'hidden-text',
  'links',
  'code',
  'profanity',
  'language',
  'grounding',
  'policy',
] as const
export type Scorable = (typeof SCORABLE)[number]

/**
 * Which stages make the score of a classifier. `both`: the transformer reads everything, at its price; the best ranking there is. `cascade`: as a policy
 * does it, the transformer where the linear model is in doubt. `linear`: the first stage alone. The verdict is always that of a policy.
 */
export const STAGES = ['both', 'cascade', 'linear'] as const
export type Stages = (typeof STAGES)[number]

export type Scorer = { readonly score: (item: TextToScore) => Promise<Scored>; readonly close: () => Promise<void> }

/** A scorer of single texts by one detector, or by a whole policy: how anybody measures Plimsoll on data of their own. */
export const createScorer = async (detector: Scorable, policy?: SafeguardPolicy, stages: Stages = 'both'): Promise<Scorer> => {
  if (detector === 'grounding') return { score: async (item) => scoreGrounding(item), close: async () => {} }
  if (detector === 'language') return { score: async (item) => scoreLanguage(item), close: async () => {} }
  const compiled = compilePolicy(policy ?? policyOf(detector, stages), 'sha256:scored')
  const isClassifier = detector === 'prompt-attack' || detector === 'harm'
  const encoder = (isClassifier && stages !== 'linear') || (compiled && needsOf(compiled).secondStage) ? await openEncoder() : null
  const secondStage = encoder && createSecondStage({ open: async () => encoder })
  const asked = stages === 'linear' ? null : encoder

  const score = async (item: TextToScore): Promise<Scored> => {
    const before = process.cpuUsage()
    const { findings, verdict } = await look(compiled, item, secondStage)
    const micros = microsSince(before)
    const spans = findings.map(({ kind, span, confidence }) => ({ ...span, type: kind, score: confidence }))
    const strongest = spans.reduce((highest, { score }) => Math.max(highest, score), 0)
    const between = process.cpuUsage()
    const scored = await scoreOf(item, strongest)
    return { ...scored, verdict, spans, micros, score_micros: isClassifier ? microsSince(between) : 0 }
  }

  const scoreOf = async (item: TextToScore, strongest: number): Promise<Pick<Scored, 'score' | 'categories'>> => {
    if (detector === 'prompt-attack') return { score: await attackScore(item, asked, stages) }
    if (detector !== 'harm') return { score: strongest }
    const categories = await harmByCategory(item.text, asked, stages)
    return { score: Math.max(0, ...Object.values(categories)), categories }
  }
  return { score, close: async () => encoder?.close() }
}

/** The score of an answer is that of its least supported sentence; `spans` are the sentences that the sources do not bear out. */
const scoreGrounding = ({ text, question, source, context }: TextToScore): Scored => {
  const before = process.cpuUsage()
  const around = typeof context === 'string' ? context : ''
  const claims = judgeGrounding(text, question ?? (source === undefined ? '' : around), [source ?? around].flat())
  const marked = claims.filter(({ score }) => score >= groundingThreshold())
  return {
    score: claims.reduce((highest, claim) => Math.max(highest, claim.score), 0),
    verdict: marked.length > 0 ? 'flag' : 'pass',
    spans: marked.map(({ start, end, kind, score }) => ({ start, end, type: kind, score })),
    micros: microsSince(before),
    score_micros: 0,
  }
}

/** The language of the whole text, and how sure that is. */
const scoreLanguage = ({ text }: TextToScore): Scored => {
  const before = process.cpuUsage()
  const { language, isReliable, score } = languageOf(text)
  const spans = language === '' ? [] : [{ start: 0, end: text.length, type: language, score }]
  return { score: isReliable ? score : score / 2, verdict: 'pass', spans, language, micros: microsSince(before), score_micros: 0 }
}

/** Of all threads: the transformer's counts. */
const microsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

const policyOf = (detector: Exclude<Scorable, 'grounding' | 'language'>, stages: Stages): SafeguardPolicy => {
  if (detector === 'policy') throw new Error('to score a policy, give one')
  const options =
    detector === 'pii' ? { kinds: [...PII_KINDS] } : detector === 'prompt-attack' || detector === 'harm' ? { transformer: stages !== 'linear' } : {}
  return SafeguardPolicy.parse({ input: [Rule.parse({ detector, action: 'flag', options })] })
}

const look = (compiled: CompiledPolicy | null, { text, role }: TextToScore, secondStage: ReturnType<typeof createSecondStage> | null) =>
  compiled ? inspect(compiled, 'input', text, role === 'user' ? 'user' : 'document', { secondStage }) : { verdict: 'pass' as const, findings: [] }

/** On one scale, whichever stages were asked: what curves are drawn from. At medium sensitivity. */
const attackScore = async ({ text, role }: TextToScore, encoder: Encoder | null, stages: Stages): Promise<number> => {
  const [ofAttack, ofInstruction] = attackCascade()
  const attack = loadLinear('prompt-attack')
  const { probability } = scorePromptAttack(attack, text)
  const asUser =
    encoder && isAsked(ofAttack, probability, stages)
      ? await scoreAttackTwice(encoder, attack, ofAttack, text)
      : unaskedProbability(ofAttack, logitOf(probability))
  if (role === 'user') return asUser
  const windows = scoreEachWindow(loadLinear('embedded-instruction'), text)
  const doubtful = encoder ? strongestApart(windows, stages === 'both' ? 0 : ofInstruction.asked.medium) : []
  const highest = windows.reduce((most, { probability }) => Math.max(most, probability), 0)
  if (encoder === null || doubtful.length === 0) return Math.max(asUser, unaskedProbability(ofInstruction, logitOf(highest)))
  const candidates = doubtful.map(({ window, probability }) => ({ ...window, confidence: probability }))
  return Math.max(asUser, ...(await scoreInstructionsTwice(encoder, ofInstruction, text, candidates)))
}

/** The highest probability of each category over the passages of a text. */
const harmByCategory = async (text: string, encoder: Encoder | null, stages: Stages): Promise<Readonly<Record<HarmCategory, number>>> => {
  const model = loadLinear('harm')
  const cascade = harmCascade()
  const passages = passagesOf(text, 0, true).passages.map(({ start, end }) => text.slice(start, end))
  const first = passages.map((passage) => harmScores(model, passage))
  const isDoubtful = (scores: readonly number[]) => cascade.some((output) => isAsked(output, scores[output.linearAt]!, stages))
  const doubtful = encoder ? passages.flatMap((_, at) => (isDoubtful(first[at]!) ? [at] : [])) : []
  const twice =
    encoder && doubtful.length > 0
      ? await inTurns(doubtful, (some) =>
          scoreHarmTwice(
            encoder,
            model,
            cascade,
            some.map((at) => passages[at]!),
          ),
        )
      : []
  const scores = passages.map((_, at) => twice[doubtful.indexOf(at)] ?? alone(first[at]!))
  return Object.fromEntries(HarmCategory.options.map((category) => [category, Math.max(0, ...scores.map((score) => score[category]))])) as Record<
    HarmCategory,
    number
  >
}

const alone = (first: readonly number[]): Readonly<Record<HarmCategory, number>> =>
  Object.fromEntries(harmCascade().map((output) => [output.category, unaskedProbability(output, logitOf(first[output.linearAt]!))])) as Record<
    HarmCategory,
    number
  >

const isAsked = (output: CascadeOutput, probability: number, stages: Stages): boolean => stages === 'both' || probability >= output.asked.medium

/** A long text has thousands of passages; the encoder takes some at a time. */
const inTurns = async <T, R>(items: readonly T[], ask: (some: readonly T[]) => Promise<readonly R[]>): Promise<R[]> => {
  const results: R[] = []
  for (let at = 0; at < items.length; at += 32) results.push(...(await ask(items.slice(at, at + 32))))
  return results
}
