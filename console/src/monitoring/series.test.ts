import { expect, test } from 'vitest'
import type { Metrics } from '../app/api-types.gen.ts'
import { merge, onGrid, type Point } from './series.ts'

const metrics: Metrics = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:03:00.000Z', step_seconds: 60, group_by: null, series: [] }
const none = { p50: null, p95: null, p99: null, mean: null }
const point: Point = {
  start_at: '2026-01-01T00:01:00.000Z',
  requests: 3,
  throughput_per_second: 0.05,
  errors: 1,
  error_rate: 1 / 3,
  refusals: 0,
  refusal_rate: 0,
  blocked: 0,
  block_rate: 0,
  findings: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost_micros: 0,
  unpriced: 0,
  codes: {},
  latency_ms: { ...none, p95: 120 },
  ttft_ms: none,
}

test('a minute without calls counts nothing and has no latency', () => {
  const grid = onGrid(metrics, [point])
  expect(grid.timesMs).toHaveLength(3)
  expect(grid.counted((at) => at.requests)).toEqual([0, 3, 0])
  expect(grid.measured((at) => at.latency_ms.p95)).toEqual([null, 120, null])
})

test('a minute that is sent again replaces itself, and only an hour is kept', () => {
  const minute = (index: number, requests: number): Point => ({ ...point, start_at: new Date(index * 60_000).toISOString(), requests })
  const hour = Array.from({ length: 60 }, (_, index) => minute(index, 1))
  const merged = merge(hour, [minute(59, 7), minute(60, 2)])
  expect(merged).toHaveLength(60)
  expect(merged.slice(-2).map(({ requests }) => requests)).toEqual([7, 2])
  expect(merged[0]?.start_at).toBe(minute(1, 1).start_at)
})
