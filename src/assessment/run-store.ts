import { sql } from 'kysely'
import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Progress, Run, RunItem, RunStatus } from './run.ts'

type RunTable = Omit<Run, 'predictions' | 'progress' | 'report'> & {
  project: string
  predictions: Json<Run['predictions']>
  progress: Json<Progress>
  report: Json<Run['report']>
  lease_owner: string | null
  lease_until: string | null
}
const q = tables<{ assessment_runs: RunTable; assessment_items: RunItem & { project: string; run_id: string } }>()

const columns = [
  'id',
  'model',
  'version',
  'manifest_digest',
  'suite',
  'suite_version',
  'suite_digest',
  'predictions',
  'system_prompt',
  'seed',
  'concurrency',
  'status',
  'simulated',
  'progress',
  'problem',
  'report',
  'created_at',
  'created_by',
  'started_at',
  'finished_at',
] as const

export const insertRun = (tx: Tx, run: Run): Promise<unknown> =>
  q(tx)
    .insertInto('assessment_runs')
    .values({
      ...run,
      predictions: run.predictions === null ? null : json(run.predictions),
      progress: json(run.progress),
      report: null,
      lease_owner: null,
      lease_until: null,
    } as never)
    .execute()

export const findRun = (at: Executor, id: string): Promise<Run | undefined> =>
  q(at).selectFrom('assessment_runs').select(columns).where('id', '=', id).executeTakeFirst()

export interface RunFilter {
  readonly status?: RunStatus | undefined
  readonly model?: string | undefined
  readonly version?: number | undefined
}

/** Newest first. */
export const listRuns = (at: Executor, filter: RunFilter, beforeId: string | undefined, limit: number): Promise<Run[]> => {
  let query = q(at).selectFrom('assessment_runs').select(columns).orderBy('id', 'desc').limit(limit)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.model !== undefined) query = query.where('model', '=', filter.model)
  if (filter.version !== undefined) query = query.where('version', '=', filter.version)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}

type Change = Partial<Pick<Run, 'status' | 'problem' | 'started_at' | 'finished_at' | 'report' | 'progress'>>

/** False when the run is no longer in the state that was seen. */
export const updateRun = async (tx: Tx, seen: Pick<Run, 'id' | 'status'>, { report, progress, ...change }: Change): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('assessment_runs')
    .set({
      ...change,
      ...(report === undefined ? {} : { report: json(report) }),
      ...(progress === undefined ? {} : { progress: json(progress) }),
    })
    .where('id', '=', seen.id)
    .where('status', '=', seen.status)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Takes the run for one worker, unless another holds it. */
export const takeLease = async (at: Executor, id: string, owner: string, now: string, until: string): Promise<boolean> => {
  const { numUpdatedRows } = await q(at)
    .updateTable('assessment_runs')
    .set({ lease_owner: owner, lease_until: until })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running', 'cancelling'])
    .where((is) => is.or([is('lease_until', 'is', null), is('lease_until', '<', now)]))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Keeps it, and writes down how far it is. Answers the status, or undefined when the lease is lost. */
export const renewLease = async (at: Executor, id: string, owner: string, until: string, progress: Progress): Promise<RunStatus | undefined> => {
  const row = await q(at)
    .updateTable('assessment_runs')
    .set({ lease_until: until, progress: json(progress) })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .returning('status')
    .executeTakeFirst()
  return row?.status
}

export const dropLease = (at: Executor, id: string, owner: string): Promise<unknown> =>
  q(at).updateTable('assessment_runs').set({ lease_owner: null, lease_until: null }).where('id', '=', id).where('lease_owner', '=', owner).execute()

/** Runs whose worker is gone, and queued ones that no worker took in a while. */
export const abandonedRuns = (at: Executor, now: string, queuedBefore: string): Promise<{ id: string; lease_until: string | null }[]> =>
  q(at)
    .selectFrom('assessment_runs')
    .select(['id', 'lease_until'])
    .where((is) =>
      is.or([
        is.and([is('status', 'in', ['running', 'cancelling']), is.or([is('lease_until', 'is', null), is('lease_until', '<', now)])]),
        is.and([is('status', '=', 'queued'), is('created_at', '<', queuedBefore)]),
      ]),
    )
    .orderBy('id')
    .limit(100)
    .execute()

export const unfinishedRuns = (at: Executor): Promise<{ id: string }[]> =>
  q(at).selectFrom('assessment_runs').select('id').where('status', 'in', ['queued', 'running', 'cancelling']).orderBy('id').execute()

/** Nobody else can have the embedded store open: a lease left in it is a dead process's. */
export const dropAllLeases = (at: Executor): Promise<unknown> =>
  q(at).updateTable('assessment_runs').set({ lease_owner: null, lease_until: null }).where('lease_owner', 'is not', null).execute()

const itemColumns = [
  'evaluation',
  'item',
  'ordinal',
  'output',
  'finish_reason',
  'simulated',
  'input_tokens',
  'output_tokens',
  'latency_ms',
  'error',
  'at',
] as const

/** An item answered twice (a worker died between the call and its record, and lived on) keeps its first answer. */
export const insertItem = (at: Executor, runId: string, item: RunItem): Promise<unknown> =>
  q(at)
    .insertInto('assessment_items')
    .values({ ...item, run_id: runId } as never)
    .onConflict((conflict) => conflict.columns(['run_id', 'evaluation', 'item']).doNothing())
    .execute()

export const answeredItems = async (at: Executor, runId: string, evaluation: string): Promise<Map<string, { failed: boolean }>> => {
  const rows = await q(at)
    .selectFrom('assessment_items')
    .select(['item', 'error'])
    .where('run_id', '=', runId)
    .where('evaluation', '=', evaluation)
    .execute()
  return new Map(rows.map(({ item, error }) => [item, { failed: error !== null }]))
}

export const listItems = (
  at: Executor,
  runId: string,
  evaluation: string | undefined,
  after: readonly [string, number] | undefined,
  limit: number,
): Promise<RunItem[]> => {
  let query = q(at)
    .selectFrom('assessment_items')
    .select(itemColumns)
    .where('run_id', '=', runId)
    .orderBy('evaluation')
    .orderBy('ordinal')
    .limit(limit)
  if (evaluation !== undefined) query = query.where('evaluation', '=', evaluation)
  if (after !== undefined)
    query = query.where((is) => is.or([is('evaluation', '>', after[0]), is.and([is('evaluation', '=', after[0]), is('ordinal', '>', after[1])])]))
  return query.execute()
}

export const answersOf = (at: Executor, runId: string, evaluation: string): Promise<Pick<RunItem, 'item' | 'output' | 'finish_reason'>[]> =>
  q(at)
    .selectFrom('assessment_items')
    .select(['item', 'output', 'finish_reason'])
    .where('run_id', '=', runId)
    .where('evaluation', '=', evaluation)
    .orderBy('ordinal')
    .execute()

/** Failed calls are asked again when a run is resumed. */
export const deleteFailedItems = (tx: Tx, runId: string): Promise<unknown> =>
  q(tx).deleteFrom('assessment_items').where('run_id', '=', runId).where('error', 'is not', null).execute()

export const itemTotals = async (at: Executor, runId: string): Promise<{ input_tokens: number; output_tokens: number; simulated: boolean }> => {
  const row = await q(at)
    .selectFrom('assessment_items')
    .select([
      sql<number>`coalesce(sum(input_tokens), 0)::float8`.as('input_tokens'),
      sql<number>`coalesce(sum(output_tokens), 0)::float8`.as('output_tokens'),
      sql<boolean>`coalesce(bool_or(simulated), false)`.as('simulated'),
    ])
    .where('run_id', '=', runId)
    .executeTakeFirst()
  return row ?? { input_tokens: 0, output_tokens: 0, simulated: false }
}
