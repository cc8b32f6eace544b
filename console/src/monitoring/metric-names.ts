import type { NewMonitorInput } from '../app/api-types.gen.ts'
import { count, milliseconds, money, percent } from '../ui/format.ts'

type MetricName = NewMonitorInput['metric']

export const metricNames: MetricName[] = [
  'error_rate',
  'refusal_rate',
  'block_rate',
  'latency_p50_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'ttft_p50_ms',
  'ttft_p95_ms',
  'ttft_p99_ms',
  'requests',
  'throughput_per_second',
  'findings',
  'input_tokens',
  'output_tokens',
  'cost_micros',
]

export const impacts: NonNullable<NewMonitorInput['impact']>[] = ['slo-burn', 'harm', 'wrong-decisions', 'drift', 'cosmetic']

/** The figure in its own unit, which the name of the metric tells. */
export const figureOf = (metric: string, value: number) => {
  if (metric.endsWith('_rate')) return percent(value)
  if (metric.endsWith('_ms')) return milliseconds(value)
  if (metric.endsWith('_micros')) return money(value)
  return count(value)
}
