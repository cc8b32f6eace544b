import { sql } from 'kysely'
import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Category, Feedback, State } from './model.ts'

interface FeedbackTables {
  feedback: Omit<Feedback, 'evaluation_case'> & {
    project: string
    key_id: string | null
    reporter: string
    evaluation_case: Json<NonNullable<Feedback['evaluation_case']>> | null
  }
  feedback_turns: { project: string; name: string; holder: string; until: string }
}

const q = tables<FeedbackTables>()

const columns = [
  'id',
  'version',
  'request_id',
  'principal',
  'score',
  'category',
  'comment',
  'expected',
  'state',
  'event_id',
  'endpoint',
  'release',
  'criticality',
  'domain',
  'simulated',
  'received_at',
  'updated_at',
  'note',
  'answer',
  'fixed_in',
  'evaluation_case',
] as const

/** False when this voice has spoken about this call before. */
export const insertFeedback = async (
  tx: Tx,
  feedback: Feedback,
  voice: { readonly key_id: string | null; readonly reporter: string },
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('feedback')
    .values({ ...feedback, ...voice, evaluation_case: null } as never)
    .onConflict((conflict) => conflict.columns(['project', 'request_id', 'principal', 'reporter']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findVoice = (at: Executor, requestId: string, principal: string, reporter: string): Promise<Feedback | undefined> =>
  q(at)
    .selectFrom('feedback')
    .select(columns)
    .where('request_id', '=', requestId)
    .where('principal', '=', principal)
    .where('reporter', '=', reporter)
    .executeTakeFirst()

export const findFeedback = (at: Executor, id: string): Promise<Feedback | undefined> =>
  q(at).selectFrom('feedback').select(columns).where('id', '=', id).executeTakeFirst()

/** Held until the transaction ends. */
export const lockFeedback = (tx: Tx, id: string): Promise<Feedback | undefined> =>
  q(tx).selectFrom('feedback').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export const updateFeedback = async (tx: Tx, feedback: Feedback): Promise<Feedback> => {
  const changed = { ...feedback, version: feedback.version + 1, updated_at: tx.nowAt }
  await q(tx)
    .updateTable('feedback')
    .set({ ...changed, evaluation_case: feedback.evaluation_case === null ? null : json(feedback.evaluation_case) })
    .where('id', '=', feedback.id)
    .execute()
  return changed
}

export interface FeedbackFilter {
  readonly state?: State | undefined
  readonly category?: Category | undefined
  readonly endpoint?: string | undefined
  readonly release?: string | undefined
  readonly sentiment?: 'negative' | 'positive' | undefined
}

/** Newest first: ids sort by time. */
export const listFeedback = (at: Executor, filter: FeedbackFilter, beforeId: string | undefined, limit: number): Promise<Feedback[]> => {
  let query = q(at).selectFrom('feedback').select(columns).orderBy('id', 'desc').limit(limit)
  for (const name of ['state', 'category', 'endpoint', 'release'] as const) {
    const value = filter[name]
    if (value !== undefined) query = query.where(name, '=', value as never)
  }
  if (filter.sentiment !== undefined) query = query.where('score', filter.sentiment === 'negative' ? '<' : '>', 0)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}

/** The oldest first, in every project. */
export const listParked = async (root: Executor['db'], limit: number): Promise<{ project: string; id: string; received_at: string }[]> =>
  q({ db: root, project: '' })
    .selectFrom('feedback')
    .select(['project', 'id', 'received_at'])
    .where('state', '=', 'parked')
    .orderBy('received_at')
    .limit(limit)
    .execute()

export interface Count {
  readonly release: string | null
  readonly endpoint: string | null
  readonly category: Category
  readonly count: number
  readonly negative: number
}

/** Only what is linked to a call: a release is judged by what it did. */
export const countFeedback = (
  at: Executor,
  filter: { readonly endpoint?: string | undefined; readonly release?: string | undefined; readonly from: string },
): Promise<Count[]> => {
  let query = q(at)
    .selectFrom('feedback')
    .select([
      'release',
      'endpoint',
      'category',
      sql<number>`count(*)::int`.as('count'),
      sql<number>`(count(*) filter (where score < 0))::int`.as('negative'),
    ])
    .where('event_id', 'is not', null)
    .where('received_at', '>=', filter.from)
    .groupBy(['release', 'endpoint', 'category'])
    .limit(10_000)
  if (filter.endpoint !== undefined) query = query.where('endpoint', '=', filter.endpoint)
  if (filter.release !== undefined) query = query.where('release', '=', filter.release)
  return query.execute()
}

/** How many different people report these categories; a caller that names nobody is one person. */
export const countReporters = async (
  at: Executor,
  about: { readonly endpoint: string; readonly release: string; readonly categories: readonly Category[]; readonly from: string },
): Promise<number> => {
  const rows = await q(at)
    .selectFrom('feedback')
    .select(['principal', 'reporter'])
    .distinct()
    .where('endpoint', '=', about.endpoint)
    .where('release', '=', about.release)
    .where('category', 'in', about.categories)
    .where('score', '<', 0)
    .where('received_at', '>=', about.from)
    .limit(100)
    .execute()
  return rows.length
}

/** False while somebody else has the turn. */
export const takeTurn = async (
  at: Executor,
  turn: { readonly name: string; readonly holder: string; readonly now: string; readonly until: string },
): Promise<boolean> => {
  const { name, holder, now, until } = turn
  const { numInsertedOrUpdatedRows } = await q(at)
    .insertInto('feedback_turns')
    .values({ name, holder, until } as never)
    .onConflict((conflict) => conflict.columns(['project', 'name']).doUpdateSet({ holder, until }).where('feedback_turns.until', '<', now))
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const endTurn = async (at: Executor, name: string, holder: string): Promise<void> => {
  await q(at).deleteFrom('feedback_turns').where('name', '=', name).where('holder', '=', holder).execute()
}
