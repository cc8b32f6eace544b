import { sql } from 'kysely'
import type { Tx } from '#audit'
import { newId } from '#platform/ids'
import { type Executor, type Json, json, tables } from '#platform/store'
import { type Incident, type NewTimelineEntry, OPEN_STATES, type TimelineEntry } from '../model.ts'
import { type SeverityMatrix, TARGETS } from '../severity.ts'

interface IncidentTables {
  incidents: Omit<Incident, 'assessment' | 'roles' | 'targets'> & {
    project: string
    assessment: Json<Incident['assessment']>
    roles: Json<Incident['roles']>
    cause: string | null
    alert_window_from: string | null
  }
  incidents_alerts: { project: string; alert_id: string; incident_id: string | null }
  incidents_timeline: Omit<TimelineEntry, 'data'> & { project: string; incident_id: string; data: Json<TimelineEntry['data']> }
  incidents_severity_matrices: { project: string; version: number; matrix: Json<SeverityMatrix>; created_at: string; created_by: string }
}

const q = tables<IncidentTables>()

const columns = [
  'id',
  'version',
  'title',
  'state',
  'severity',
  'assessment',
  'endpoint',
  'release',
  'alert_id',
  'simulated',
  'roles',
  'opened_by',
  'opened_at',
  'declared_at',
  'contained_at',
  'resolved_at',
  'reviewed_at',
] as const

const withTargets = (row: Omit<Incident, 'targets'>): Incident => ({ ...row, targets: { ...TARGETS[row.severity] } })

/** False when an open incident of this cause exists. */
export const insertIncident = async (
  tx: Tx,
  { targets: _computed, ...incident }: Incident,
  origin: { readonly cause: string | null; readonly alertWindowFrom: string | null },
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('incidents')
    .values({
      ...incident,
      assessment: json(incident.assessment),
      roles: json(incident.roles),
      cause: origin.cause,
      alert_window_from: origin.alertWindowFrom,
    } as never)
    .onConflict((conflict) => conflict.columns(['project', 'cause']).where('cause', 'is not', null).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findIncident = async (at: Executor, id: string): Promise<Incident | undefined> => {
  const row = await q(at).selectFrom('incidents').select(columns).where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : withTargets(row)
}

/** Held until the transaction ends, so that changes to one incident come one after the other. */
export const lockIncident = async (tx: Tx, id: string): Promise<Incident | undefined> => {
  const row = await q(tx).selectFrom('incidents').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
  return row === undefined ? undefined : withTargets(row)
}

export const findOpenByCause = async (tx: Tx, cause: string): Promise<Incident | undefined> => {
  const row = await q(tx).selectFrom('incidents').select(columns).where('cause', '=', cause).forUpdate().executeTakeFirst()
  return row === undefined ? undefined : withTargets(row)
}

export const findAlertWindowFrom = async (at: Executor, id: string): Promise<string | null> =>
  (await q(at).selectFrom('incidents').select('alert_window_from').where('id', '=', id).executeTakeFirst())?.alert_window_from ?? null

export const updateIncident = async (tx: Tx, { targets: _computed, ...incident }: Incident): Promise<void> => {
  await q(tx)
    .updateTable('incidents')
    .set({
      ...incident,
      version: incident.version + 1,
      assessment: json(incident.assessment),
      roles: json(incident.roles),
      ...(OPEN_STATES.includes(incident.state) ? {} : { cause: null }),
    })
    .where('id', '=', incident.id)
    .execute()
}

export interface IncidentFilter {
  readonly state?: Incident['state'] | undefined
  readonly status?: 'open' | 'closed' | undefined
  readonly severity?: Incident['severity'] | undefined
  readonly endpoint?: string | undefined
  readonly release?: string | undefined
}

/** Newest first: ids sort by time. */
export const listIncidents = async (at: Executor, filter: IncidentFilter, beforeId: string | undefined, limit: number): Promise<Incident[]> => {
  let query = q(at).selectFrom('incidents').select(columns).orderBy('id', 'desc').limit(limit)
  for (const name of ['state', 'severity', 'endpoint', 'release'] as const) {
    const value = filter[name]
    if (value !== undefined) query = query.where(name, '=', value as never)
  }
  if (filter.status !== undefined) query = query.where('state', filter.status === 'open' ? 'in' : 'not in', OPEN_STATES)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return (await query.execute()).map(withTargets)
}

/** False when this alert was taken up before. */
export const claimAlert = async (tx: Tx, alertId: string): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('incidents_alerts')
    .values({ alert_id: alertId, incident_id: null } as never)
    .onConflict((conflict) => conflict.columns(['project', 'alert_id']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const linkAlert = async (tx: Tx, alertId: string, incidentId: string): Promise<void> => {
  await q(tx).updateTable('incidents_alerts').set({ incident_id: incidentId }).where('alert_id', '=', alertId).execute()
}

export const incidentOfAlert = async (at: Executor, alertId: string): Promise<string | undefined> =>
  (await q(at).selectFrom('incidents_alerts').select('incident_id').where('alert_id', '=', alertId).executeTakeFirst())?.incident_id ?? undefined

export const appendTimeline = async (tx: Tx, incidentId: string, actor: string, entries: readonly NewTimelineEntry[]): Promise<void> => {
  if (entries.length === 0) return
  await q(tx)
    .insertInto('incidents_timeline')
    .values(
      entries.map(({ kind, text, data }) => ({
        id: newId('tml', tx.nowMs),
        incident_id: incidentId,
        at: tx.nowAt,
        kind,
        actor,
        text,
        data: json(data ?? {}),
      })) as never,
    )
    .execute()
}

/** In the order in which it happened. */
export const listTimeline = (at: Executor, incidentId: string, afterId: string | undefined, limit: number): Promise<TimelineEntry[]> => {
  const query = q(at)
    .selectFrom('incidents_timeline')
    .select(['id', 'at', 'kind', 'actor', 'text', 'data'])
    .where('incident_id', '=', incidentId)
    .orderBy('id')
    .limit(limit)
  return (afterId === undefined ? query : query.where('id', '>', afterId)).execute()
}

/** Whether the timeline says of this alert that it is in this state. */
export const isOnTimeline = async (at: Executor, incidentId: string, alertId: string, state: string): Promise<boolean> =>
  (await q(at)
    .selectFrom('incidents_timeline')
    .select('id')
    .where('incident_id', '=', incidentId)
    .where('kind', '=', 'alert')
    .where(sql<string>`data->>'alert_id'`, '=', alertId)
    .where(sql<string>`data->>'state'`, '=', state)
    .executeTakeFirst()) !== undefined

export const currentMatrix = (at: Executor): Promise<{ version: number; matrix: SeverityMatrix } | undefined> =>
  q(at).selectFrom('incidents_severity_matrices').select(['version', 'matrix']).orderBy('version', 'desc').limit(1).executeTakeFirst()

/** False when this version exists: somebody else was quicker. */
export const insertMatrix = async (tx: Tx, version: number, matrix: SeverityMatrix, by: string): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('incidents_severity_matrices')
    .values({ version, matrix: json(matrix), created_at: tx.nowAt, created_by: by } as never)
    .onConflict((conflict) => conflict.columns(['project', 'version']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}
