import type { Metrics } from '../app/api-types.gen.ts'

export type Point = Metrics['series'][number]['points'][number]

export const ranges = [
  { value: '0.25', label: 'last 15 minutes', hours: 0.25, stepSeconds: 60 },
  { value: '1', label: 'last hour', hours: 1, stepSeconds: 60 },
  { value: '6', label: 'last 6 hours', hours: 6, stepSeconds: 300 },
  { value: '24', label: 'last day', hours: 24, stepSeconds: 300 },
  { value: '168', label: 'last week', hours: 168, stepSeconds: 3600 },
] as const

/** Steps without a call are not in the answer: they count as zero, and have no latency. */
export const onGrid = (metrics: Metrics, points: Point[]) => {
  const stepMs = metrics.step_seconds * 1000
  const fromMs = Date.parse(metrics.from)
  const steps = Math.max(0, Math.round((Date.parse(metrics.to) - fromMs) / stepMs))
  const byStart = new Map(points.map((point) => [Date.parse(point.start_at), point]))
  const timesMs = Array.from({ length: steps }, (_, index) => fromMs + index * stepMs)
  const counted = (read: (point: Point) => number) =>
    timesMs.map((at) => {
      const point = byStart.get(at)
      return point ? read(point) : 0
    })
  const measured = (read: (point: Point) => number | null) =>
    timesMs.map((at) => {
      const point = byStart.get(at)
      return point ? read(point) : null
    })
  return { timesMs, counted, measured }
}

const keptMinutes = 60

/** Replaces the minutes that are sent again and adds new ones; an hour is kept. */
export const merge = (known: Point[], fresh: Point[]): Point[] => {
  const byStart = new Map([...known, ...fresh].map((point) => [point.start_at, point]))
  return [...byStart.values()].sort((a, b) => (a.start_at < b.start_at ? -1 : 1)).slice(-keptMinutes)
}
