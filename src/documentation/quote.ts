import type { Ctx } from '#platform/context'
import { PlimsollError } from '#platform/errors'
import type { CardContent, QuotedMetric } from './card.ts'
import type { Evidence, ReportFacts } from './evidence.ts'

const reportOrNone = async (ctx: Ctx, evidence: Evidence, digest: string): Promise<ReportFacts | undefined> => {
  try {
    return await evidence.report(ctx, digest)
  } catch (error) {
    if (error instanceof PlimsollError && error.code === 'not_found') return undefined
    throw error
  }
}

/** Resolves each reference against its report, in order. A reference that leads nowhere is shown as such, never left out. */
export const quoteMetrics = async (ctx: Ctx, content: CardContent, evidence: Evidence): Promise<QuotedMetric[]> => {
  const digests = [...new Set(content.evaluation.metrics.map(({ report }) => report))]
  const reports = new Map(await Promise.all(digests.map(async (digest) => [digest, await reportOrNone(ctx, evidence, digest)] as const)))
  return content.evaluation.metrics.map((reference) => {
    const report = reports.get(reference.report)
    const row = report?.rows.find(({ id }) => id === reference.row)
    return {
      ...reference,
      found: row !== undefined,
      metric: row?.metric ?? null,
      group: row?.group ?? null,
      value: row?.value ?? null,
      n: row?.n ?? null,
      interval: row?.interval == null ? null : { low: row.interval.low, high: row.interval.high },
      verdict: row?.verdict ?? null,
      dataset: report?.evaluations.find(({ id }) => id === row?.evaluation)?.dataset.name ?? null,
      simulated: report?.simulated ?? false,
    }
  })
}
