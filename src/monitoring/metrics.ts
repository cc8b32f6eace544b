import { z } from 'zod'
import { quantileSketchFrom } from '#statistics'
import { Instant } from './instant.ts'
import { Criticality } from './tags.ts'
import { quantileOf, type Totals } from './totals.ts'

const Quantiles = z.object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable(), mean: z.number().nullable() })

/** What one series did in one span of time. Rates are null when there was nothing to divide by. */
export const Summary = z
  .object({
    requests: z.number(),
    throughput_per_second: z.number(),
    errors: z.number(),
    error_rate: z.number().nullable(),
    refusals: z.number(),
    refusal_rate: z.number().nullable(),
    blocked: z.number(),
    block_rate: z.number().nullable(),
    findings: z.number(),
    input_tokens: z.number(),
    output_tokens: z.number(),
    cost_micros: z.number(),
    unpriced: z.number(),
    codes: z.record(z.string(), z.number()),
    latency_ms: Quantiles,
    ttft_ms: Quantiles,
  })
  .meta({ id: 'MetricsSummary' })
export type Summary = z.infer<typeof Summary>

const quantiles = (state: Totals['latency_ms']): z.infer<typeof Quantiles> => {
  const { count, sum } = quantileSketchFrom(state)
  return { p50: quantileOf(state, 0.5), p95: quantileOf(state, 0.95), p99: quantileOf(state, 0.99), mean: count === 0 ? null : sum / count }
}

export const summarise = (totals: Totals, seconds: number): Summary => {
  const { latency_ms, ttft_ms, ...counts } = totals
  const share = (count: number): number | null => (totals.requests === 0 ? null : count / totals.requests)
  return {
    ...counts,
    throughput_per_second: totals.requests / seconds,
    error_rate: share(totals.errors),
    refusal_rate: share(totals.refusals),
    block_rate: share(totals.blocked),
    latency_ms: quantiles(latency_ms),
    ttft_ms: quantiles(ttft_ms),
  }
}

export const STEP_SECONDS = [60, 300, 3600, 86_400] as const
const GroupBy = z.enum(['endpoint', 'release', 'criticality', 'domain', 'compliance', 'cost_centre'])
const FilterText = z.string().max(200).optional()

export const MetricsFilter = z.object({
  endpoint: FilterText,
  release: FilterText,
  criticality: Criticality.optional(),
  domain: FilterText,
  compliance: FilterText,
  cost_centre: FilterText,
  simulated: z.enum(['true', 'false']).optional(),
})
export type MetricsFilter = z.infer<typeof MetricsFilter>

export const MetricsQuery = MetricsFilter.extend({
  /** Both are widened to whole steps; the last hour when absent. */
  from: Instant.optional(),
  to: Instant.optional(),
  step_seconds: z.coerce
    .number()
    .pipe(z.union(STEP_SECONDS.map((seconds) => z.literal(seconds))))
    .default(60),
  group_by: GroupBy.optional(),
})
export type MetricsQuery = z.infer<typeof MetricsQuery>

export const Metrics = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    step_seconds: z.number(),
    group_by: GroupBy.nullable(),
    /** Busiest first. `group` is null where there is no grouping, or no such tag on the call. */
    series: z.array(z.object({ group: z.string().nullable(), total: Summary, points: z.array(Summary.extend({ start_at: z.iso.datetime() })) })),
  })
  .meta({ id: 'Metrics' })
export type Metrics = z.infer<typeof Metrics>
