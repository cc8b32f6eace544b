import { sql } from 'kysely'
import { type Executor, type Json, json, tables } from '#platform/store'
import { type InferenceEvent, type Outcome, SUSPENDED } from '../event.ts'

interface EventTables {
  monitoring_events: {
    project: string
    at: string
    id: string
    request_id: string
    endpoint: string
    release: string | null
    principal: string | null
    key_id: string | null
    status: number
    code: string | null
    criticality: string | null
    domain: string | null
    compliance: string | null
    cost_centre: string | null
    has_content: boolean
    event: Json<InferenceEvent>
  }
}

const q = tables<EventTables>()

/** 16 values a row; PostgreSQL takes 65,535 in a statement. */
const ROWS_A_STATEMENT = 1000

const toRow = (event: InferenceEvent) => ({
  at: event.at,
  id: event.id,
  request_id: event.request_id,
  endpoint: event.endpoint,
  release: event.release,
  principal: event.principal,
  key_id: event.key_id,
  status: event.status,
  code: event.code,
  ...event.tags,
  has_content: event.content !== null,
  event: json(event),
})

/** The ids that were not there before. */
export const insertEvents = async (at: Executor, events: readonly InferenceEvent[]): Promise<Set<string>> => {
  const inserted = new Set<string>()
  for (let from = 0; from < events.length; from += ROWS_A_STATEMENT) {
    const rows = await q(at)
      .insertInto('monitoring_events')
      .values(events.slice(from, from + ROWS_A_STATEMENT).map(toRow) as never)
      .onConflict((conflict) => conflict.columns(['at', 'id']).doNothing())
      .returning('id')
      .execute()
    for (const { id } of rows) inserted.add(id)
  }
  return inserted
}

export interface EventFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly endpoint?: string | undefined
  readonly release?: string | undefined
  readonly principal?: string | undefined
  readonly key_id?: string | undefined
  readonly request_id?: string | undefined
  readonly code?: string | undefined
  readonly outcome?: Outcome | undefined
  readonly criticality?: string | undefined
  readonly domain?: string | undefined
  readonly compliance?: string | undefined
  readonly cost_centre?: string | undefined
}

const EQUALS = ['endpoint', 'release', 'principal', 'key_id', 'request_id', 'code', 'criticality', 'domain', 'compliance', 'cost_centre'] as const

/** Newest first, after the one that the cursor names. */
export const listEvents = async (
  at: Executor,
  filter: EventFilter,
  after: { readonly at: string; readonly id: string } | undefined,
  limit: number,
): Promise<InferenceEvent[]> => {
  let query = q(at).selectFrom('monitoring_events').select('event').orderBy('at', 'desc').orderBy('id', 'desc').limit(limit)
  for (const name of EQUALS) {
    const value = filter[name]
    if (value !== undefined) query = query.where(name, '=', value)
  }
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('at', '<', filter.to)
  if (filter.outcome === 'answered') query = query.where('status', '<', 400)
  if (filter.outcome === 'refused')
    query = query.where('status', '>=', 400).where((eb) => eb.or([eb('status', '<', 500), eb('code', '=', SUSPENDED)]))
  if (filter.outcome === 'failed')
    query = query.where('status', '>=', 500).where((eb) => eb.or([eb('code', 'is', null), eb('code', '!=', SUSPENDED)]))
  if (after !== undefined) query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '<', tuple(after.at, after.id)))
  return (await query.execute()).map(({ event }) => event)
}

export const findEvent = async (at: Executor, id: string): Promise<InferenceEvent | undefined> =>
  (await q(at).selectFrom('monitoring_events').select('event').where('id', '=', id).executeTakeFirst())?.event

/** The call that this caller knows by this id; the last one, when the same id was sent with several. */
export const findEventByRequest = async (at: Executor, requestId: string, principal: string): Promise<InferenceEvent | undefined> => {
  const row = await q(at)
    .selectFrom('monitoring_events')
    .select('event')
    .where('request_id', '=', requestId)
    .where('principal', '=', principal)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.event
}

/** Deletes the oldest first, a bounded number at a time, so that no statement holds its locks for long. */
export const deleteEventsBefore = async (at: Executor, before: string, limit: number): Promise<number> => {
  const oldest = await q(at).selectFrom('monitoring_events').select(['at', 'id']).where('at', '<', before).orderBy('at').limit(limit).execute()
  const last = oldest.at(-1)
  if (last === undefined) return 0
  const { numDeletedRows } = await q(at).deleteFrom('monitoring_events').where('at', '<=', last.at).where('at', '<', before).executeTakeFirst()
  return Number(numDeletedRows)
}

/** Takes the texts out of the oldest calls that still have them; the records of the calls stay. */
export const eraseContentBefore = async (at: Executor, before: string, limit: number): Promise<number> => {
  const oldest = await q(at)
    .selectFrom('monitoring_events')
    .select('id')
    .where('has_content', '=', true)
    .where('at', '<', before)
    .orderBy('at')
    .limit(limit)
    .execute()
  if (oldest.length === 0) return 0
  const { numUpdatedRows } = await q(at)
    .updateTable('monitoring_events')
    .set({ has_content: false, event: sql<string>`jsonb_set(event, '{content}', 'null')` })
    .where(
      'id',
      'in',
      oldest.map(({ id }) => id),
    )
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
