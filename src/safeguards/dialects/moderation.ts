import { z } from 'zod'
import { parse } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { logitOf, unaskedProbability } from '../classifiers/cascade.ts'
import { loadLinear } from '../classifiers/linear.ts'
import { passagesOf } from '../classifiers/windows.ts'
import { type CompiledPolicy, compilePolicy } from '../compile.ts'
import { harmCascade, harmScores } from '../detectors/harm.ts'
import { inspectPatiently } from '../inspect-patiently.ts'
import { HarmCategory, SafeguardPolicy } from '../model.ts'
import type { SecondStage } from '../second-stage.ts'

const MAX_TEXTS = 100
/** All texts together: both looks at as many characters take the transformer some 3 s. */
const MAX_CHARACTERS = 100_000
const Text = z.string().max(MAX_CHARACTERS)
const TextPart = z.object({ type: z.literal('text', 'only texts: images are not looked at'), text: Text })

/** OpenAI's `POST /v1/moderations`. A list of strings asks for a result each; a list of parts for one result of them all, as there. */
const ModerationRequest = z.object({
  /** Whatever is asked for, the classifiers of this installation answer. */
  model: z.string().max(200).optional(),
  input: z.union([Text, z.array(Text).min(1).max(MAX_TEXTS), z.array(TextPart).min(1).max(MAX_TEXTS)]),
})

/** OpenAI's thirteen categories, and the one of ours that speaks for each; the finer ones are not told apart and score nothing. */
const CATEGORIES: Readonly<Record<string, HarmCategory | null>> = {
  harassment: 'insult',
  'harassment/threatening': null,
  sexual: 'sexual',
  'sexual/minors': null,
  hate: 'hate',
  'hate/threatening': null,
  illicit: 'misconduct',
  'illicit/violent': null,
  'self-harm': 'self-harm',
  'self-harm/intent': null,
  'self-harm/instructions': null,
  violence: 'violence',
  'violence/graphic': null,
}

export interface Moderated {
  readonly flagged: boolean
  readonly categories: Readonly<Record<string, boolean>>
  readonly category_scores: Readonly<Record<string, number>>
  readonly category_applied_input_types: Readonly<Record<string, readonly string[]>>
}

/** As the official client parses it. Both stages where there are two; the worst passage of a text decides. */
export const moderate = async (
  body: unknown,
  secondStage: SecondStage | null,
  signal?: AbortSignal,
): Promise<{ id: string; model: string; results: readonly Moderated[] }> => {
  const { input } = parse(ModerationRequest, body)
  const texts =
    typeof input === 'string' ? [input] : input.every((one) => typeof one === 'string') ? input : [input.map(({ text }) => text).join('\n')]
  if (texts.reduce((sum, text) => sum + text.length, 0) > MAX_CHARACTERS)
    throw platformErrors.invalid_request({}, { issues: [{ path: 'input', message: `at most ${MAX_CHARACTERS} characters, all texts together` }] })
  const results: Moderated[] = []
  for (const text of texts) results.push(await moderateOne(text, { secondStage, ...(signal && { signal }) }))
  return { id: newId('modr'), model: `plimsoll-harm-${loadLinear('harm').digest.slice(7, 19)}`, results }
}

/** `scores` asks the transformer early and takes whatever it says; `flags` decides, as a rule of a policy would. */
const OPTIONS = {
  scores: { sensitivity: 'high', thresholds: Object.fromEntries(HarmCategory.options.map((category) => [category, 1e-6])) },
  flags: { sensitivity: 'medium' },
} as const
const compiled = new Map<keyof typeof OPTIONS, CompiledPolicy | null>()

interface Look {
  readonly secondStage: SecondStage | null
  /** The caller has gone: nobody waits for the answer. */
  readonly signal?: AbortSignal
}

/** The highest score of each category that a passage of the text has. */
const found = async (text: string, what: keyof typeof OPTIONS, look: Look): Promise<ReadonlyMap<string, number>> => {
  const policy =
    compiled.get(what) ??
    compilePolicy(SafeguardPolicy.parse({ input: [{ detector: 'harm', action: 'flag', options: OPTIONS[what] }] }), 'sha256:moderation')
  compiled.set(what, policy)
  const scores = new Map<string, number>()
  if (policy === null) return scores
  const { findings } = await inspectPatiently(policy, 'input', text, 'user', look)
  for (const { kind, confidence } of findings) if (CATEGORY.has(kind)) scores.set(kind, Math.max(scores.get(kind) ?? 0, confidence))
  return scores
}

/** The kinds that are no category say that the transformer could not be asked. */
const CATEGORY: ReadonlySet<string> = new Set(HarmCategory.options)

/** What the linear model makes of a text that it is not in doubt about: below the lowest threshold. */
const unfound = (text: string): ReadonlyMap<string, number> => {
  const model = loadLinear('harm')
  const scores = new Map<string, number>()
  const rows = passagesOf(text, 0, true).passages.map(({ start, end }) => harmScores(model, text.slice(start, end)))
  for (const output of harmCascade()) {
    const highest = Math.max(0, ...rows.map((row) => unaskedProbability(output, logitOf(row[output.linearAt]!))))
    scores.set(output.category, Math.min(highest, output.thresholds.high))
  }
  return scores
}

const moderateOne = async (text: string, look: Look): Promise<Moderated> => {
  const flagged = await found(text, 'flags', look)
  const scores = await found(text, 'scores', look)
  const below = unfound(text)
  const categories: Record<string, boolean> = {}
  const category_scores: Record<string, number> = {}
  const category_applied_input_types: Record<string, string[]> = {}
  for (const [category, ours] of Object.entries(CATEGORIES)) {
    categories[category] = ours !== null && flagged.has(ours)
    category_scores[category] = ours === null ? 0 : (scores.get(ours) ?? flagged.get(ours) ?? below.get(ours) ?? 0)
    category_applied_input_types[category] = ['text']
  }
  return { flagged: flagged.size > 0, categories, category_scores, category_applied_input_types }
}
