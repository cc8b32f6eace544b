import { z } from 'zod'
import { type Digest as DigestText, digestOf } from '#platform/canonical'
import { Digest, Name } from '#registry'

const text = z.string().max(20_000)
const Text = text.default('')
const license = z.string().max(100)

/** A metric is quoted by reference, never typed: what is shown is read from the report when it is shown. */
export const MetricRef = z
  .strictObject({
    report: Digest,
    row: z.string().min(1).max(256),
    note: z.string().max(2000).default(''),
  })
  .meta({ id: 'MetricRef' })
export type MetricRef = z.infer<typeof MetricRef>

export const RiskRating = z.enum(['low', 'medium', 'high', 'unknown'])
export type RiskRating = z.infer<typeof RiskRating>

const ReportRef = z.strictObject({ id: z.string().max(100), digest: Digest }).nullable()
const metrics = z.array(MetricRef).max(500)

/** The sections of a model card (Mitchell et al. 2019), with the risk rating and the trade-offs that reviewers ask for. */
export const CardContent = z
  .strictObject({
    summary: Text,
    license: license.default(''),
    intended_use: z.strictObject({ uses: Text, users: Text, out_of_scope: Text }).prefault({}),
    factors: Text,
    risk: z.strictObject({ rating: RiskRating.default('unknown'), reasons: Text }).prefault({}),
    training_data: Text,
    evaluation: z
      .strictObject({
        report: ReportRef.default(null),
        metrics: metrics.default([]),
        observations: Text,
      })
      .prefault({}),
    ethical_considerations: Text,
    trade_offs: Text,
    limits: Text,
    contacts: Text,
  })
  .meta({ id: 'CardContent' })
export type CardContent = z.infer<typeof CardContent>

/** What a save may say. What it leaves out stays as it was: a card loses its report or a section only when somebody says so. */
export const CardEdit = z
  .strictObject({
    summary: text,
    license,
    intended_use: z.strictObject({ uses: text, users: text, out_of_scope: text }).partial(),
    factors: text,
    risk: z.strictObject({ rating: RiskRating, reasons: text }).partial(),
    training_data: text,
    evaluation: z.strictObject({ report: ReportRef, metrics, observations: text }).partial(),
    ethical_considerations: text,
    trade_offs: text,
    limits: text,
    contacts: text,
  })
  .partial()
  .meta({ id: 'CardEdit' })
export type CardEdit = z.infer<typeof CardEdit>

export const editedContent = (content: CardContent, edit: CardEdit): CardContent =>
  CardContent.parse({
    ...content,
    ...edit,
    intended_use: { ...content.intended_use, ...edit.intended_use },
    risk: { ...content.risk, ...edit.risk },
    evaluation: { ...content.evaluation, ...edit.evaluation },
  })

/** The prose sections in the order of the page: path in the content, and the heading. */
export const SECTIONS = [
  ['summary', 'Model details'],
  ['intended_use.uses', 'Intended use'],
  ['intended_use.users', 'Intended users'],
  ['intended_use.out_of_scope', 'Out-of-scope use'],
  ['factors', 'Factors'],
  ['risk.reasons', 'Risk rating'],
  ['training_data', 'Training data'],
  ['evaluation.observations', 'Evaluation'],
  ['ethical_considerations', 'Ethical considerations'],
  ['trade_offs', 'Trade-offs'],
  ['limits', 'Limits and unknowns'],
  ['contacts', 'Contacts'],
] as const

export type SectionPath = (typeof SECTIONS)[number][0]

export const sectionText = (content: CardContent, path: SectionPath): string => {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], content)
  return typeof value === 'string' ? value : ''
}

/** What a reader would look for in vain; empty means complete. */
export const missingOf = (content: CardContent): string[] => {
  const missing: string[] = SECTIONS.map(([path]) => path).filter((path) => sectionText(content, path).trim() === '')
  if (content.risk.rating === 'unknown') missing.push('risk.rating')
  if (content.evaluation.report === null) missing.push('evaluation.report')
  if (content.evaluation.metrics.length === 0) missing.push('evaluation.metrics')
  return missing
}

const CardModel = z.object({ name: Name, version: z.int().min(1), manifest_digest: Digest })

/** The content behind the digest: which model version is described, and everything said of it. */
export const cardDigest = (model: z.infer<typeof CardModel>, content: CardContent): DigestText => digestOf({ kind: 'model-card', model, content })

export const NewCard = z
  .strictObject({
    model: Name,
    version: z.int().min(1),
    /** Id or digest of the evaluation report to quote; its newest one when left out. */
    report: z.string().min(1).max(100).optional(),
  })
  .meta({ id: 'NewCard' })
export type NewCard = z.infer<typeof NewCard>

export const CardVersion = z
  .object({
    card_id: z.string(),
    version: z.int().min(1),
    digest: Digest,
    model: CardModel,
    content: CardContent,
    missing: z.array(z.string()),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'CardVersion' })
export type CardVersion = z.infer<typeof CardVersion>

/** A reference with what the report says there; `found` is false when the report has no such row. */
export const QuotedMetric = z
  .object({
    report: Digest,
    row: z.string(),
    note: z.string(),
    found: z.boolean(),
    metric: z.string().nullable(),
    group: z.string().nullable(),
    value: z.number().nullable(),
    n: z.number().nullable(),
    interval: z.object({ low: z.number(), high: z.number() }).nullable(),
    verdict: z.string().nullable(),
    dataset: z.string().nullable(),
    simulated: z.boolean(),
  })
  .meta({ id: 'QuotedMetric' })
export type QuotedMetric = z.infer<typeof QuotedMetric>

export const CardSummary = z
  .object({
    id: z.string(),
    model: CardModel,
    version: z.int().min(1),
    digest: Digest,
    risk: RiskRating,
    missing: z.array(z.string()),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    updated_at: z.iso.datetime(),
    updated_by: z.string(),
  })
  .meta({ id: 'CardSummary' })
export type CardSummary = z.infer<typeof CardSummary>

export const Card = CardSummary.extend({
  content: CardContent,
  metrics: z.array(QuotedMetric),
  /** Everyone who wrote any version up to this one; none of them may sign off a release that holds it. */
  authors: z.array(z.string()),
  /** The newer report that this card does not quote yet, or null. */
  stale: z.object({ report: z.object({ id: z.string(), digest: Digest }) }).nullable(),
}).meta({ id: 'Card' })
export type Card = z.infer<typeof Card>
