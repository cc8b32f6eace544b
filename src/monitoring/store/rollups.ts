import { type Executor, type Json, json, tables } from '#platform/store'
import type { Series } from '../series.ts'
import type { TagName } from '../tags.ts'
import type { Totals } from '../totals.ts'

interface RollupTables {
  monitoring_rollups: {
    project: string
    step_seconds: number
    start_at: string
    series: string
    endpoint: string
    release: string
    criticality: string
    domain: string
    compliance: string
    cost_centre: string
    simulated: boolean
    totals: Json<Totals>
  }
}

const q = tables<RollupTables>()

/** One step of time of one width. */
export interface Step {
  readonly step_seconds: number
  readonly start_at: string
}

export const seriesInStep = async (at: Executor, step: Step): Promise<Set<string>> => {
  const rows = await q(at)
    .selectFrom('monitoring_rollups')
    .select('series')
    .where('step_seconds', '=', step.step_seconds)
    .where('start_at', '=', step.start_at)
    .execute()
  return new Set(rows.map(({ series }) => series))
}

/** Makes the rows that are missing, in the order given: writers that make the same rows in one order wait for each other and never in a circle. */
export const insertMissingRollups = async (
  at: Executor,
  step: Step,
  rows: readonly { id: string; series: Series }[],
  totals: Totals,
): Promise<void> => {
  if (rows.length === 0) return
  await q(at)
    .insertInto('monitoring_rollups')
    .values(rows.map(({ id, series }) => ({ ...step, series: id, ...series, totals: json(totals) })) as never)
    .onConflict((conflict) => conflict.columns(['project', 'step_seconds', 'start_at', 'series']).doNothing())
    .execute()
}

export const lockRollups = async (at: Executor, step: Step, ids: readonly string[]): Promise<Map<string, Totals>> => {
  const rows = await q(at)
    .selectFrom('monitoring_rollups')
    .select(['series', 'totals'])
    .where('step_seconds', '=', step.step_seconds)
    .where('start_at', '=', step.start_at)
    .where('series', 'in', ids)
    .orderBy('series')
    .forUpdate()
    .execute()
  return new Map(rows.map(({ series, totals }) => [series, totals]))
}

/** Writes rows that the caller holds the locks of; one statement, since a batch may touch hundreds. */
export const saveRollups = async (at: Executor, step: Step, rows: readonly { id: string; series: Series; totals: Totals }[]): Promise<void> => {
  await q(at)
    .insertInto('monitoring_rollups')
    .values(rows.map(({ id, series, totals }) => ({ ...step, series: id, ...series, totals: json(totals) })) as never)
    .onConflict((conflict) =>
      conflict.columns(['project', 'step_seconds', 'start_at', 'series']).doUpdateSet(({ ref }) => ({ totals: ref('excluded.totals') })),
    )
    .execute()
}

export type RollupFilter = { readonly [K in 'endpoint' | 'release' | TagName]?: string | undefined } & { readonly simulated?: boolean | undefined }

export type RollupRow = Series & { readonly start_at: string; readonly totals: Totals }

const FILTERS = ['endpoint', 'release', 'criticality', 'domain', 'compliance', 'cost_centre'] as const

export const readRollups = async (
  at: Executor,
  range: { readonly step_seconds: number; readonly from: string; readonly to: string },
  filter: RollupFilter,
  limit: number,
): Promise<RollupRow[]> => {
  let query = q(at)
    .selectFrom('monitoring_rollups')
    .select(['start_at', 'endpoint', 'release', 'criticality', 'domain', 'compliance', 'cost_centre', 'simulated', 'totals'])
    .where('step_seconds', '=', range.step_seconds)
    .where('start_at', '>=', range.from)
    .where('start_at', '<', range.to)
    .orderBy('start_at')
    .limit(limit)
  for (const name of FILTERS) {
    const value = filter[name]
    if (value !== undefined) query = query.where(name, '=', value)
  }
  if (filter.simulated !== undefined) query = query.where('simulated', '=', filter.simulated)
  return query.execute()
}

export const deleteRollupsBefore = async (at: Executor, stepSeconds: number, before: string): Promise<number> => {
  const { numDeletedRows } = await q(at)
    .deleteFrom('monitoring_rollups')
    .where('step_seconds', '=', stepSeconds)
    .where('start_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
