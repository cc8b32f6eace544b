import { z } from 'zod'
import { write } from '#audit'
import { digestOf } from '#platform/canonical'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { decodeCursor, toPage } from '#platform/http'
import { newId } from '#platform/ids'
import { languageOf } from './detectors/language.ts'
import { safeguardErrors } from './errors.ts'
import { AttackKind, Direction, HarmCategory, Origin, SafeguardPolicy, Sensitivity } from './model.ts'
import { can } from './permissions.ts'
import * as store from './store.ts'
import { transformer as secondStage } from './transformer.ts'
import { MAX_CASES, MAX_CHARACTERS, Share } from './trial/model.ts'
import { createLooker } from './trial/run.ts'
import { shareOf } from './trial/tally.ts'

const Calibrated = z.enum(['prompt-attack', 'harm'])

export const NewCalibration = z
  .strictObject({
    detector: Calibrated,
    direction: Direction.default('input'),
    /** As in the rule that the thresholds are for. */
    transformer: z.boolean().default(true),
    /** The share of benign texts that may be flagged: 0.005 is one in two hundred. */
    budget: z.number().min(0.0001).max(0.2),
    /** Texts in which nothing is wrong, as they come in traffic. */
    texts: z
      .array(z.strictObject({ text: z.string().max(200_000), origin: Origin.default('user') }))
      .min(1)
      .max(10 * MAX_CASES),
  })
  .refine(({ texts }) => texts.reduce((sum, { text }) => sum + text.length, 0) <= 2 * MAX_CHARACTERS, {
    path: ['texts'],
    message: `more than ${2 * MAX_CHARACTERS} characters together`,
  })
  .meta({ id: 'NewSafeguardCalibration' })
export type NewCalibration = z.infer<typeof NewCalibration>

export const Calibration = z
  .object({
    id: z.string(),
    detector: Calibrated,
    direction: Direction,
    budget: z.number(),
    /** Of the rule, as they are: the sensitivity says which texts the transformer is asked about, the thresholds what it then takes. */
    options: z.object({ sensitivity: Sensitivity, transformer: z.boolean(), thresholds: z.record(z.string(), z.number()) }),
    texts: z.int(),
    /** Of the texts, in their order: says later which file this was, without keeping it. */
    texts_digest: z.string(),
    flagged: z.int(),
    /** On these very texts; on new ones of the same traffic at most `budget` are expected. */
    flagged_share: Share.nullable(),
    /** Languages that a text was surely in; where the share is far above the budget, one threshold does not fit all. */
    languages: z.array(z.object({ language: z.string(), texts: z.int(), flagged: z.int(), share: Share.nullable(), over_budget: z.boolean() })),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'SafeguardCalibration' })
export type Calibration = z.infer<typeof Calibration>

const KINDS: Readonly<Record<z.infer<typeof Calibrated>, readonly string[]>> = { 'prompt-attack': AttackKind.options, harm: HarmCategory.options }

/** The transformer is asked about the most texts, so that the budget and not the first stage decides. */
const SENSITIVITY = 'high'

const NEVER = 2

/**
 * Everything is a finding, so that its confidence is the score of the text. One rule a kind: of several kinds of one rule at one place only the
 * surest is told.
 */
const policyFor = (detector: z.infer<typeof Calibrated>, transformer: boolean): SafeguardPolicy => {
  const rules = KINDS[detector].map((kind) => ({
    detector,
    action: 'flag',
    options: {
      sensitivity: SENSITIVITY,
      transformer,
      thresholds: Object.fromEntries(KINDS[detector].map((other) => [other, other === kind ? 0 : NEVER])),
    },
  }))
  return SafeguardPolicy.parse({ input: rules, output: rules })
}

/** A rule with these options and nothing else. */
export const scoringPolicy = (detector: Calibration['detector'], options: Calibration['options']): SafeguardPolicy => {
  const rule = { detector, action: 'flag', options }
  return SafeguardPolicy.parse({ input: [rule], output: [rule] })
}

type Scores = ReadonlyMap<string, number>

/** By how many of the texts each score is reached: 0 is the highest of its kind. Kinds are compared by rank, since their scores are not alike. */
const rankOf = (
  scores: readonly Scores[],
  kinds: readonly string[],
): { rank: (text: Scores) => number; byRank: ReadonlyMap<string, readonly number[]> } => {
  const byRank = new Map(kinds.map((kind) => [kind, scores.map((text) => text.get(kind) ?? 0).sort((a, b) => b - a)]))
  const rank = (text: Scores): number =>
    Math.min(...kinds.map((kind) => (text.get(kind) === undefined ? scores.length : firstAtMost(byRank.get(kind)!, text.get(kind)!))))
  return { rank, byRank }
}

/** In a list from high to low, the place of the first value that is not higher. */
const firstAtMost = (sorted: readonly number[], value: number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! > value) low = middle + 1
    else high = middle
  }
  return low
}

/** The next score up, as far as a score has digits. */
const ABOVE = 1 + 2 ** -40

/** With fewer, not even a text above all of these would be rare enough. */
const leastTexts = (budget: number): number => Math.ceil(1 / budget - 1e-9) - 1

/**
 * Thresholds that flag at most the budget's share of benign texts: split conformal prediction (Vovk et al. 2005), by which a new text of the
 * same traffic is flagged with a probability of at most `budget`. Several kinds share one budget, each at the same rank of its own scores.
 */
export const thresholdsFor = (
  scores: readonly Scores[],
  kinds: readonly string[],
  budget: number,
): { thresholds: Record<string, number>; flagged: readonly boolean[] } => {
  if (scores.length < leastTexts(budget)) throw safeguardErrors.too_few_texts({ budget, texts: scores.length, needed: leastTexts(budget) })
  const allowed = Math.floor(budget * (scores.length + 1)) - 1
  const { rank, byRank } = rankOf(scores, kinds)
  const ranks = scores.map(rank)
  // The lowest rank that may still be flagged: as many texts as allowed, and all that share its rank or none.
  const cut = [...ranks].sort((a, b) => a - b)[allowed] ?? scores.length
  const thresholds = Object.fromEntries(kinds.map((kind) => [kind, (byRank.get(kind)![cut] ?? 0) * ABOVE + Number.EPSILON]))
  const flagged = scores.map((text) => kinds.some((kind) => (text.get(kind) ?? 0) >= thresholds[kind]!))
  return { thresholds, flagged }
}

/** Orders to the reader are looked for in documents only: they are calibrated on documents, and left to the sensitivity where there are too few. */
const byPopulation = (
  detector: z.infer<typeof Calibrated>,
  texts: NewCalibration['texts'],
  scores: readonly Scores[],
  budget: number,
): ReturnType<typeof thresholdsFor> => {
  if (detector === 'harm') return thresholdsFor(scores, KINDS.harm, budget)
  const attacks = thresholdsFor(scores, ['attack'], budget)
  const documents = scores.filter((_, at) => texts[at]!.origin === 'document')
  if (documents.length < leastTexts(budget)) return attacks
  const orders = thresholdsFor(documents, ['embedded-instruction'], budget)
  const next = orders.flagged.values()
  return {
    thresholds: { ...attacks.thresholds, ...orders.thresholds },
    flagged: attacks.flagged.map((isFlagged, at) => (texts[at]!.origin === 'document' && next.next().value === true) || isFlagged),
  }
}

/** A language is told of with at least as many texts. */
const LEAST_OF_A_LANGUAGE = 20

const languagesOf = (texts: readonly string[], flagged: readonly boolean[], budget: number): Calibration['languages'] => {
  const judged = texts.map((text, at) => {
    const { language, isReliable } = languageOf(text.slice(0, 2_000))
    return { language: isReliable ? language : 'unknown', flagged: flagged[at]! }
  })
  return [...Map.groupBy(judged, ({ language }) => language)]
    .filter(([, own]) => own.length >= LEAST_OF_A_LANGUAGE)
    .map(([language, own]) => {
      const count = own.filter((one) => one.flagged).length
      const share = shareOf(count, own.length)
      return { language, texts: own.length, flagged: count, share, over_budget: share !== null && share.low > budget }
    })
    .sort((a, b) => b.texts - a.texts)
}

/** Thresholds from a budget. The texts are not kept: their digest is, with the figures, so that it can be said later where a threshold is from. */
export const calibrate = async (ctx: Ctx, input: unknown): Promise<Calibration> => {
  permit(ctx, can.calibrate)
  const { detector, direction, transformer, budget, texts } = parse(NewCalibration, input)
  const kinds = KINDS[detector]
  const look = createLooker(policyFor(detector, transformer), 'sha256:calibration', { secondStage: secondStage() })
  const scores: Scores[] = []
  for (const { text, origin } of texts) {
    const { findings } = await look(text, direction, origin)
    const failed = findings.find(({ kind }) => !kinds.includes(kind))
    if (failed !== undefined) throw safeguardErrors.calibration_failed({ kind: failed.kind })
    const highest = new Map<string, number>()
    for (const { kind, confidence } of findings) highest.set(kind, Math.max(confidence, highest.get(kind) ?? 0))
    scores.push(highest)
  }
  const { thresholds, flagged } = byPopulation(detector, texts, scores, budget)
  const count = flagged.filter(Boolean).length
  const plain = texts.map(({ text }) => text)
  return write(ctx, async (tx) => {
    const calibration: Calibration = {
      id: newId('cal', tx.nowMs),
      detector,
      direction,
      budget,
      options: { sensitivity: SENSITIVITY, transformer, thresholds },
      texts: texts.length,
      texts_digest: digestOf(plain.map((text) => text.toWellFormed())),
      flagged: count,
      flagged_share: shareOf(count, texts.length),
      languages: languagesOf(plain, flagged, budget),
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
    }
    await store.insertCalibration(tx, calibration)
    tx.record({
      action: can.calibrate.action,
      subject: { kind: 'safeguard-calibration', id: calibration.id },
      details: { detector, budget, texts: texts.length, texts_digest: calibration.texts_digest, thresholds },
    })
    return calibration
  })
}

export const listCalibrations = async (
  ctx: Ctx,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: Calibration[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  return toPage(await store.listCalibrations(ctx.read, decodeCursor(cursor)?.[0], limit + 1), limit, ({ id }) => [id])
}
