import { isoAt } from '#platform/clock'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { type Metrics, type MetricsFilter, MetricsQuery, summarise } from './metrics.ts'
import { can } from './permissions.ts'
import { OVERFLOW } from './series.ts'
import { type RollupFilter, type RollupRow, readRollups } from './store/rollups.ts'
import { HOUR_SECONDS, MINUTE_SECONDS } from './store-events.ts'
import { accumulate } from './totals.ts'

const MAX_POINTS = 1500
/** Each row is some 1 to 4 kB of sketches. */
const MAX_ROWS = 20_000
const MAX_SERIES = 100

/** Latency, throughput, errors, tokens and cost over time, of all traffic or by endpoint, release or tag. */
export const readMetrics = async (ctx: Ctx, input: unknown): Promise<Metrics> => {
  permit(ctx, can.read)
  const { from, to, step_seconds, group_by, ...filter } = parse(MetricsQuery, input)
  const stepMs = step_seconds * 1000
  const toMs = Math.ceil((to === undefined ? ctx.clock.now() : Date.parse(to)) / stepMs) * stepMs
  const fromMs = Math.floor((from === undefined ? toMs - 3_600_000 : Date.parse(from)) / stepMs) * stepMs
  if (fromMs >= toMs) throw tooWide('from', 'lies before to')
  if ((toMs - fromMs) / stepMs > MAX_POINTS)
    throw tooWide('step_seconds', `makes more than ${MAX_POINTS} points; take a wider step or a shorter range`)
  const range = { from: isoAt(fromMs), to: isoAt(toMs), step_seconds: step_seconds < HOUR_SECONDS ? MINUTE_SECONDS : HOUR_SECONDS }
  const rows = await readRollups(ctx.read, range, rollupFilter(filter), MAX_ROWS + 1)
  if (rows.length > MAX_ROWS) throw tooWide('from', 'covers too many series; take a wider step, a shorter range or a filter')
  const groups = Map.groupBy(rows, (row) => (group_by === undefined ? '' : row[group_by]))
  return {
    from: range.from,
    to: range.to,
    step_seconds,
    group_by: group_by ?? null,
    series: busiest(groups).map(([group, own]) => ({
      group: group === '' ? null : group,
      total: summarise(totalOf(own), (toMs - fromMs) / 1000),
      points: [...Map.groupBy(own, (row) => Math.floor(Date.parse(row.start_at) / stepMs) * stepMs)].map(([start, inStep]) => ({
        start_at: isoAt(start),
        ...summarise(totalOf(inStep), step_seconds),
      })),
    })),
  }
}

/** Query texts as the store wants them. */
export const rollupFilter = ({ simulated, ...filter }: MetricsFilter): RollupFilter => ({
  ...filter,
  ...(simulated === undefined ? {} : { simulated: simulated === 'true' }),
})

const tooWide = (path: string, message: string) => platformErrors.invalid_request({}, { issues: [{ path, message }] })

export const totalOf = (rows: readonly RollupRow[]) => {
  const totals = accumulate()
  for (const row of rows) totals.merge(row.totals)
  return totals.done()
}

const requestsOf = (rows: readonly RollupRow[]): number => rows.reduce((sum, row) => sum + row.totals.requests, 0)

/** The rest are put together, in order of time, so that nothing that was counted is missing from the page. */
const busiest = (groups: ReadonlyMap<string, RollupRow[]>): [string, RollupRow[]][] => {
  const sorted = [...groups].sort(([, a], [, b]) => requestsOf(b) - requestsOf(a))
  const rest = sorted.slice(MAX_SERIES).flatMap(([, rows]) => rows)
  if (rest.length === 0) return sorted
  return [...sorted.slice(0, MAX_SERIES), [OVERFLOW, rest.sort((a, b) => (a.start_at < b.start_at ? -1 : 1))]]
}
