import { z } from 'zod'
import { Digest, Name } from '#registry'
import { DatasetRef, PinnedDataset } from './dataset.ts'

const ColumnName = z.string().min(1).max(128)

/** Rows that a metric looks at: those whose column has this value. */
const Where = z.strictObject({ column: ColumnName, equals: z.union([z.string(), z.number(), z.boolean()]) })

/** A bound that the interval must clear, not the point: an uncertain pass is no pass. */
const threshold = {
  at_least: z.number().min(-1e9).max(1e9).optional(),
  at_most: z.number().min(-1e9).max(1e9).optional(),
  /** Fewer rows than this decide nothing. */
  minimum_n: z.int().min(1).max(1_000_000).default(30),
}

const Level = z.number().min(0.5).max(0.999).default(0.95)

export const GENERATION_METRICS = ['exact_match', 'quasi_exact_match', 'refusal_rate', 'attack_success_rate'] as const
export const PREDICTION_METRICS = [
  'accuracy',
  'error_rate',
  'precision',
  'recall',
  'selection_rate',
  'true_positive_rate',
  'false_positive_rate',
  'demographic_parity_difference',
  'demographic_parity_ratio',
  'equalized_odds_difference',
  'equal_opportunity_difference',
  'disparate_impact',
] as const

export const GenerationMetric = z.strictObject({ metric: z.enum(GENERATION_METRICS), where: Where.optional(), ...threshold })
export type GenerationMetric = z.infer<typeof GenerationMetric>

export const PredictionMetric = z.strictObject({
  metric: z.enum(PREDICTION_METRICS),
  where: Where.optional(),
  /** A column of groups or slices: one row a value, or one gap between the values. */
  by: ColumnName.optional(),
  /** The group that disparate impact compares the others with. */
  reference: z.union([z.string(), z.number(), z.boolean()]).optional(),
  ...threshold,
})
export type PredictionMetric = z.infer<typeof PredictionMetric>

const common = {
  id: Name,
  title: z.string().max(200).default(''),
  level: Level,
}

export const GenerationEvaluation = z.strictObject({
  ...common,
  kind: z.literal('generation'),
  dataset: DatasetRef,
  /** `{{column}}` is replaced by the row's value. */
  prompt: z.string().min(1).max(20_000).default('{{prompt}}'),
  /** A column with the system prompt of the row, put after the release's own. */
  system: ColumnName.optional(),
  /** A column with the accepted answer, or answers. */
  target: ColumnName.default('target'),
  /** A column with a text that an answer contains only when an attack succeeded; without one, an answer that is no refusal counts. */
  marker: ColumnName.default('marker'),
  /** Only the first rows, for a quick look. */
  limit: z.int().min(1).max(100_000).optional(),
  metrics: z.array(GenerationMetric).min(1).max(40),
})
export type GenerationEvaluation = z.infer<typeof GenerationEvaluation>

export const PredictionsEvaluation = z.strictObject({
  ...common,
  kind: z.literal('predictions'),
  dataset: DatasetRef,
  /** The column with the truth. */
  label: ColumnName.default('label'),
  /** The column of the predictions data set, joined by `id`. */
  prediction: ColumnName.default('prediction'),
  /** The favourable outcome: what selection, true and false positives are counted for. */
  positive: z.union([z.string(), z.number(), z.boolean()]),
  metrics: z.array(PredictionMetric).min(1).max(100),
})
export type PredictionsEvaluation = z.infer<typeof PredictionsEvaluation>

const NEEDS_GROUPS = new Set<string>([
  'demographic_parity_difference',
  'demographic_parity_ratio',
  'equalized_odds_difference',
  'equal_opportunity_difference',
  'disparate_impact',
])

export const Evaluation = z.discriminatedUnion('kind', [GenerationEvaluation, PredictionsEvaluation]).superRefine((evaluation, context) => {
  evaluation.metrics.forEach((metric, index) => {
    const issue = (path: string, message: string): void => context.addIssue({ code: 'custom', path: ['metrics', index, path], message })
    if (metric.at_least !== undefined && metric.at_most !== undefined) issue('at_most', 'one bound a metric; list it twice for two')
    if ('by' in metric || evaluation.kind === 'predictions') {
      const { by, reference } = metric as PredictionMetric
      if (NEEDS_GROUPS.has(metric.metric) && by === undefined) issue('by', 'the column with the groups')
      if (metric.metric === 'disparate_impact' && reference === undefined) issue('reference', 'the group that the others are compared with')
    }
  })
})
export type Evaluation = z.infer<typeof Evaluation>

export const NewSuite = z
  .strictObject({
    name: Name,
    description: z.string().max(4000).default(''),
    evaluations: z.array(Evaluation).min(1).max(20),
  })
  .superRefine(({ evaluations }, context) => {
    const seen = new Set<string>()
    evaluations.forEach(({ id }, index) => {
      if (seen.has(id)) context.addIssue({ code: 'custom', path: ['evaluations', index, 'id'], message: 'this id is used twice' })
      seen.add(id)
    })
  })
  .meta({ id: 'NewSuite' })
export type NewSuite = z.infer<typeof NewSuite>

/** What a suite is, and all of it: the content behind its digest, with every data set pinned. */
export const SuiteDocument = z
  .object({
    kind: z.literal('evaluation-suite'),
    name: Name,
    description: z.string(),
    evaluations: z.array(
      z.discriminatedUnion('kind', [
        GenerationEvaluation.extend({ dataset: PinnedDataset }),
        PredictionsEvaluation.extend({ dataset: PinnedDataset }),
      ]),
    ),
  })
  .meta({ id: 'SuiteDocument' })
export type SuiteDocument = z.infer<typeof SuiteDocument>
export type PinnedEvaluation = SuiteDocument['evaluations'][number]

export const Suite = z
  .object({
    id: z.string(),
    name: Name,
    version: z.int(),
    digest: Digest,
    document: SuiteDocument,
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'Suite' })
export type Suite = z.infer<typeof Suite>

export const SuiteRef = z.strictObject({ name: Name, version: z.int().min(1).max(2_147_483_647).optional() }).meta({ id: 'SuiteRef' })
