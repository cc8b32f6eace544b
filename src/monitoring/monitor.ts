import { z } from 'zod'
import type { Summary } from './metrics.ts'
import { Criticality } from './tags.ts'

export const METRICS = {
  requests: (summary: Summary) => summary.requests,
  throughput_per_second: (summary: Summary) => summary.throughput_per_second,
  error_rate: (summary: Summary) => summary.error_rate,
  refusal_rate: (summary: Summary) => summary.refusal_rate,
  block_rate: (summary: Summary) => summary.block_rate,
  latency_p50_ms: (summary: Summary) => summary.latency_ms.p50,
  latency_p95_ms: (summary: Summary) => summary.latency_ms.p95,
  latency_p99_ms: (summary: Summary) => summary.latency_ms.p99,
  ttft_p50_ms: (summary: Summary) => summary.ttft_ms.p50,
  ttft_p95_ms: (summary: Summary) => summary.ttft_ms.p95,
  ttft_p99_ms: (summary: Summary) => summary.ttft_ms.p99,
  findings: (summary: Summary) => summary.findings,
  input_tokens: (summary: Summary) => summary.input_tokens,
  output_tokens: (summary: Summary) => summary.output_tokens,
  cost_micros: (summary: Summary) => summary.cost_micros,
} as const satisfies Readonly<Record<string, (summary: Summary) => number | null>>

export const MetricName = z.enum(Object.keys(METRICS) as [keyof typeof METRICS, ...(keyof typeof METRICS)[]])
export type MetricName = z.infer<typeof MetricName>

/** What a breach would mean for people; with the criticality it makes the severity of the incident. */
export const Impact = z.enum(['harm', 'wrong-decisions', 'slo-burn', 'drift', 'cosmetic'])
export type Impact = z.infer<typeof Impact>

const Finite = z.number().min(-1e15).max(1e15)
const Narrow = z.string().min(1).max(200).nullable().default(null)

export const NewMonitor = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash and underscore; at most 63; starts with a letter or digit'),
    description: z.string().max(2000).default(''),
    enabled: z.boolean().default(true),
    metric: MetricName,
    comparator: z.enum(['above', 'below']),
    threshold: Finite,
    /** Where it is well again, on the healthy side of the threshold; the threshold itself when null. */
    clear_threshold: Finite.nullable().default(null),
    window_minutes: z.int().min(1).max(1440).default(5),
    /** Fewer calls in the window say nothing: they neither fire nor keep an alert firing. */
    min_count: z.int().min(0).max(1_000_000_000).default(20),
    /** How long it must be well before the alert is resolved. */
    clear_after_seconds: z.int().min(0).max(86_400).default(60),
    endpoint: Narrow,
    release: Narrow,
    criticality: Criticality.nullable().default(null),
    domain: Narrow,
    compliance: Narrow,
    cost_centre: Narrow,
    impact: Impact.default('slo-burn'),
  })
  .refine(
    ({ comparator, threshold, clear_threshold }) =>
      clear_threshold === null || (comparator === 'above' ? clear_threshold <= threshold : clear_threshold >= threshold),
    { path: ['clear_threshold'], message: 'lies on the healthy side of the threshold' },
  )
  .meta({ id: 'NewMonitor' })
export type NewMonitor = z.infer<typeof NewMonitor>

export const Monitor = z
  .object({
    id: z.string(),
    version: z.int(),
    ...NewMonitor.shape,
    created_at: z.iso.datetime(),
    created_by: z.string(),
    updated_at: z.iso.datetime(),
    /** Of the last evaluation; null before it, and the value also when nothing could be measured. */
    last_value: z.number().nullable(),
    last_count: z.number().nullable(),
    last_evaluated_at: z.iso.datetime().nullable(),
    firing_alert: z.string().nullable(),
  })
  .meta({ id: 'Monitor' })
export type Monitor = z.infer<typeof Monitor>

export const AlertState = z.enum(['firing', 'resolved'])

export const Alert = z
  .object({
    id: z.string(),
    monitor_id: z.string(),
    monitor_name: z.string(),
    state: AlertState,
    fired_at: z.iso.datetime(),
    resolved_at: z.iso.datetime().nullable(),
    resolution: z.enum(['recovered', 'too-few-calls', 'monitor-disabled', 'monitor-changed', 'monitor-deleted']).nullable(),
    acknowledged_at: z.iso.datetime().nullable(),
    acknowledged_by: z.string().nullable(),
    /** As it stood when the alert fired. */
    details: z.object({
      metric: MetricName,
      comparator: z.enum(['above', 'below']),
      threshold: z.number(),
      value: z.number(),
      count: z.number(),
      window_minutes: z.number(),
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      impact: Impact,
      /** Of the monitor, or of most of the calls in the window. */
      criticality: Criticality.nullable(),
      endpoint: z.string().nullable(),
      release: z.string().nullable(),
      domain: z.string().nullable(),
      compliance: z.string().nullable(),
      cost_centre: z.string().nullable(),
      simulated: z.boolean(),
    }),
  })
  .meta({ id: 'Alert' })
export type Alert = z.infer<typeof Alert>

export type Reading = { readonly value: number | null; readonly count: number }

/** `breach` fires, `well` counts towards the end of an alert, `between` does neither: that gap keeps a value on the edge from flapping. */
export type Condition = 'breach' | 'between' | 'well' | 'too-few'

export const conditionOf = (
  monitor: Pick<NewMonitor, 'comparator' | 'threshold' | 'clear_threshold' | 'min_count'>,
  { value, count }: Reading,
): Condition => {
  if (value === null || count < monitor.min_count) return 'too-few'
  const beyond = (limit: number): boolean => (monitor.comparator === 'above' ? value > limit : value < limit)
  if (beyond(monitor.threshold)) return 'breach'
  return beyond(monitor.clear_threshold ?? monitor.threshold) ? 'between' : 'well'
}

export interface AlertStatus {
  readonly isFiring: boolean
  /** Since when it has been well, while firing. */
  readonly clearSinceMs: number | null
}

export type Step =
  | { readonly kind: 'fire' }
  | { readonly kind: 'resolve'; readonly resolution: 'recovered' | 'too-few-calls' }
  | { readonly kind: 'stay'; readonly clearSinceMs: number | null }

/** The whole life of an alert, one evaluation at a time. */
export const nextStep = (status: AlertStatus, condition: Condition, nowMs: number, clearAfterSeconds: number): Step => {
  if (!status.isFiring) return condition === 'breach' ? { kind: 'fire' } : { kind: 'stay', clearSinceMs: null }
  if (condition === 'breach' || condition === 'between') return { kind: 'stay', clearSinceMs: null }
  const since = status.clearSinceMs ?? nowMs
  if (nowMs - since < clearAfterSeconds * 1000) return { kind: 'stay', clearSinceMs: since }
  return { kind: 'resolve', resolution: condition === 'well' ? 'recovered' : 'too-few-calls' }
}
