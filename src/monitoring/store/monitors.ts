import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Alert, Monitor, NewMonitor } from '../monitor.ts'

interface MonitorTables {
  monitoring_monitors: {
    project: string
    id: string
    name: string
    version: number
    enabled: boolean
    definition: Json<NewMonitor>
    clear_since_at: string | null
    last_value: number | null
    last_count: number | null
    last_evaluated_at: string | null
    created_at: string
    created_by: string
    updated_at: string
    deleted_at: string | null
  }
  monitoring_alerts: {
    project: string
    id: string
    monitor_id: string
    monitor_name: string
    state: 'firing' | 'resolved'
    fired_at: string
    resolved_at: string | null
    resolution: Alert['resolution']
    acknowledged_at: string | null
    acknowledged_by: string | null
    details: Json<Alert['details']>
  }
}

const q = tables<MonitorTables>()

const alertColumns = [
  'id',
  'monitor_id',
  'monitor_name',
  'state',
  'fired_at',
  'resolved_at',
  'resolution',
  'acknowledged_at',
  'acknowledged_by',
  'details',
] as const

/** With when it began to be well, which only the evaluation needs. */
export type MonitorRow = Monitor & { readonly clear_since_at: string | null }

const monitorQuery = (at: Executor) =>
  q(at)
    .selectFrom('monitoring_monitors as monitor')
    .leftJoin('monitoring_alerts as alert', (join) => join.onRef('alert.monitor_id', '=', 'monitor.id').on('alert.state', '=', 'firing'))
    .select([
      'monitor.id',
      'monitor.version',
      'monitor.definition',
      'monitor.clear_since_at',
      'monitor.last_value',
      'monitor.last_count',
      'monitor.last_evaluated_at',
      'monitor.created_at',
      'monitor.created_by',
      'monitor.updated_at',
      'alert.id as firing_alert',
    ])
    .where('monitor.deleted_at', 'is', null)

const toMonitor = ({ definition, ...row }: Awaited<ReturnType<ReturnType<typeof monitorQuery>['execute']>>[number]): MonitorRow => ({
  ...definition,
  ...row,
})

/** False when the name is taken. */
export const insertMonitor = async (tx: Tx, id: string, definition: NewMonitor, createdBy: string): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('monitoring_monitors')
    .values({
      id,
      name: definition.name,
      version: 1,
      enabled: definition.enabled,
      definition: json(definition),
      created_at: tx.nowAt,
      created_by: createdBy,
      updated_at: tx.nowAt,
    } as never)
    .onConflict((conflict) => conflict.columns(['project', 'name']).where('deleted_at', 'is', null).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** False when somebody else changed it since. */
export const updateMonitor = async (tx: Tx, id: string, version: number, definition: NewMonitor): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('monitoring_monitors')
    .set({
      enabled: definition.enabled,
      definition: json(definition),
      version: version + 1,
      updated_at: tx.nowAt,
      clear_since_at: null,
    })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const markMonitorDeleted = async (tx: Tx, id: string): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('monitoring_monitors')
    .set({ deleted_at: tx.nowAt, enabled: false })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const findMonitor = async (at: Executor, id: string): Promise<MonitorRow | undefined> => {
  const row = await monitorQuery(at).where('monitor.id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toMonitor(row)
}

export const listMonitors = async (at: Executor, afterName: string | undefined, limit: number): Promise<MonitorRow[]> => {
  const query = monitorQuery(at).orderBy('monitor.name').limit(limit)
  return (await (afterName === undefined ? query : query.where('monitor.name', '>', afterName)).execute()).map(toMonitor)
}

export const enabledMonitors = async (at: Executor): Promise<MonitorRow[]> =>
  (await monitorQuery(at).where('monitor.enabled', '=', true).orderBy('monitor.id').execute()).map(toMonitor)

/** Projects that have anything to evaluate. */
export const projectsWithMonitors = async (root: Executor['db']): Promise<string[]> => {
  const rows = await q({ db: root, project: '' })
    .selectFrom('monitoring_monitors')
    .select('project')
    .distinct()
    .where('enabled', '=', true)
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map(({ project }) => project)
}

export const noteEvaluation = async (
  at: Executor,
  id: string,
  seen: { readonly value: number | null; readonly count: number; readonly at: string; readonly clearSinceAt: string | null },
): Promise<void> => {
  await q(at)
    .updateTable('monitoring_monitors')
    .set({ last_value: seen.value, last_count: seen.count, last_evaluated_at: seen.at, clear_since_at: seen.clearSinceAt })
    .where('id', '=', id)
    .execute()
}

/** False when the monitor has a firing alert already. */
export const insertAlert = async (tx: Tx, alert: Alert): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('monitoring_alerts')
    .values({ ...alert, details: json(alert.details) } as never)
    .onConflict((conflict) => conflict.column('monitor_id').where('state', '=', 'firing').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** The alert that was firing, now resolved; undefined when none was. */
export const resolveAlert = (tx: Tx, monitorId: string, resolution: NonNullable<Alert['resolution']>): Promise<Alert | undefined> =>
  q(tx)
    .updateTable('monitoring_alerts')
    .set({ state: 'resolved', resolved_at: tx.nowAt, resolution })
    .where('monitor_id', '=', monitorId)
    .where('state', '=', 'firing')
    .returning(alertColumns)
    .executeTakeFirst()

export const acknowledgeAlert = (tx: Tx, id: string, by: string): Promise<Alert | undefined> =>
  q(tx)
    .updateTable('monitoring_alerts')
    .set({ acknowledged_at: tx.nowAt, acknowledged_by: by })
    .where('id', '=', id)
    .where('state', '=', 'firing')
    .where('acknowledged_at', 'is', null)
    .returning(alertColumns)
    .executeTakeFirst()

export const findAlert = (at: Executor, id: string): Promise<Alert | undefined> =>
  q(at).selectFrom('monitoring_alerts').select(alertColumns).where('id', '=', id).executeTakeFirst()

/** Newest first: ids sort by time. */
export const listAlerts = (
  at: Executor,
  filter: { readonly status?: 'firing' | 'resolved' | undefined; readonly monitor?: string | undefined },
  beforeId: string | undefined,
  limit: number,
): Promise<Alert[]> => {
  let query = q(at).selectFrom('monitoring_alerts').select(alertColumns).orderBy('id', 'desc').limit(limit)
  if (filter.status !== undefined) query = query.where('state', '=', filter.status)
  if (filter.monitor !== undefined) query = query.where('monitor_id', '=', filter.monitor)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}
