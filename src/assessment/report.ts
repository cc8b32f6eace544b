import { z } from 'zod'
import { Digest, HostedReference, Name } from '#registry'
import { PinnedDataset } from './dataset.ts'

export const Verdict = z.enum(['pass', 'fail', 'inconclusive'])
export type Verdict = z.infer<typeof Verdict>

const Interval = z.object({ low: z.number(), high: z.number(), level: z.number(), method: z.string() })

/** One number of a report. Its id is stable over runs of the suite: threads anchor to it, cards quote it. */
export const ReportRow = z
  .object({
    /** `<evaluation>.<metric>`, and for a group `:<column>=<value>` (percent-encoded). */
    id: z.string(),
    evaluation: Name,
    metric: z.string(),
    /** `column=value` of a slice or group, or the column whose groups are compared; null for all rows. */
    group: z.string().nullable(),
    value: z.number().nullable(),
    n: z.int(),
    interval: Interval.nullable(),
    threshold: z.object({ at_least: z.number().optional(), at_most: z.number().optional(), minimum_n: z.int() }).nullable(),
    /** `none`: nothing was asked of this number. */
    verdict: z.enum([...Verdict.options, 'none']),
    /** Why there is no value, or why the verdict is what it is. */
    explanation: z.string(),
  })
  .meta({ id: 'ReportRow' })
export type ReportRow = z.infer<typeof ReportRow>

export const ReportEvaluation = z
  .object({
    id: Name,
    kind: z.string(),
    title: z.string(),
    dataset: PinnedDataset.extend({ row_count: z.int(), licence: z.string(), attribution: z.string() }),
    predictions: PinnedDataset.nullable(),
    items: z.object({
      total: z.int(),
      scored: z.int(),
      /** Calls that failed for good; they are left out of every metric and cap what the report may claim. */
      errors: z.int(),
      /** Each item's answer and scores, as JSON Lines in the object store: enough to compute every number again. */
      results: Digest.nullable(),
    }),
    /** Shares of items by what happened, and a few of them to read: the first wrong ones. */
    examples: z.array(z.object({ item: z.string(), prompt: z.string(), answer: z.string(), expected: z.string(), note: z.string() })),
  })
  .meta({ id: 'ReportEvaluation' })
export type ReportEvaluation = z.infer<typeof ReportEvaluation>

/** The content behind a report's digest. Never changed: another run is another report. */
export const ReportDocument = z
  .object({
    schema: z.literal('plimsoll/evaluation-report/1'),
    id: z.string(),
    run_id: z.string(),
    created_at: z.iso.datetime(),
    /** Who started the run. */
    created_by: z.string(),
    verdict: Verdict,
    /** True when any answer came from the built-in simulator: the numbers say nothing about a real model. */
    simulated: z.boolean(),
    counts: z.object({ pass: z.int(), fail: z.int(), inconclusive: z.int(), none: z.int() }),
    model: z.object({
      name: Name,
      version: z.int(),
      version_id: z.string(),
      manifest_digest: Digest,
      hosted: z.object({ ...HostedReference.shape, provider: z.string(), base_url: z.string().nullable() }).nullable(),
    }),
    system_prompt: z.string().nullable(),
    suite: z.object({ name: Name, version: z.int(), digest: Digest }),
    evaluations: z.array(ReportEvaluation),
    rows: z.array(ReportRow),
    reproduction: z.object({
      seed: z.int(),
      started_at: z.iso.datetime(),
      finished_at: z.iso.datetime(),
      software: z.object({ plimsoll: z.string(), node: z.string() }),
      usage: z.object({ input_tokens: z.int(), output_tokens: z.int() }),
    }),
  })
  .meta({ id: 'ReportDocument' })
export type ReportDocument = z.infer<typeof ReportDocument>

export const Report = ReportDocument.extend({ digest: Digest }).meta({ id: 'Report' })
export type Report = z.infer<typeof Report>

export const ReportSummary = z
  .object({
    id: z.string(),
    digest: Digest,
    run_id: z.string(),
    model: Name,
    version: z.int(),
    suite: Name,
    suite_version: z.int(),
    verdict: Verdict,
    simulated: z.boolean(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'ReportSummary' })
export type ReportSummary = z.infer<typeof ReportSummary>
