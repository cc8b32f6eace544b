import { sql } from 'kysely'
import type { Tx } from '#audit'
import { type Executor, tables } from '#platform/store'

export interface StoredPolicy {
  readonly name: string
  readonly version: number
  readonly source: string | null
  readonly description: string
  readonly digest: string
  readonly created_at: string
  readonly created_by: string
}

interface PolicyTables {
  access_policies: { -readonly [C in keyof StoredPolicy]: StoredPolicy[C] } & { project: string }
}

const q = tables<PolicyTables>()

const columns = ['name', 'version', 'source', 'description', 'digest', 'created_at', 'created_by'] as const

/** False when somebody else saved this version first. */
export const insertPolicy = async (tx: Tx, row: StoredPolicy): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('access_policies')
    .values(row as never)
    .onConflict((conflict) => conflict.columns(['project', 'name', 'version']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findLatest = (at: Executor, name: string): Promise<StoredPolicy | undefined> =>
  q(at).selectFrom('access_policies').select(columns).where('name', '=', name).orderBy('version', 'desc').limit(1).executeTakeFirst()

/** The newest version of each policy, without those that are out of force. */
export const listInForce = async (at: Executor): Promise<(StoredPolicy & { source: string })[]> => {
  const rows = await q(at).selectFrom('access_policies').select(columns).distinctOn('name').orderBy('name').orderBy('version', 'desc').execute()
  return rows.flatMap((row) => (row.source === null ? [] : [{ ...row, source: row.source }]))
}

export const listVersions = (at: Executor, name: string, beforeVersion: number | undefined, limit: number): Promise<StoredPolicy[]> => {
  const query = q(at).selectFrom('access_policies').select(columns).where('name', '=', name).orderBy('version', 'desc').limit(limit)
  return (beforeVersion === undefined ? query : query.where('version', '<', beforeVersion)).execute()
}

/** Two who save different policies at once must not pass the limit together. */
export const lockPolicies = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`access_policies ${tx.project}`}))`.execute(tx.db)
}
