import type { Tx } from '#audit'
import { type Executor, tables } from '#platform/store'
import type { ProviderKind } from './connection.ts'

export interface ConnectionRow {
  id: string
  name: string
  provider: ProviderKind
  base_url: string | null
  description: string
  timeout_ms: number
  enabled: boolean
  sealed_credentials: string | null
  credentials_hint: string | null
  revision: number
  created_at: string
  created_by: string
  updated_at: string
}

const q = tables<{ registry_connections: ConnectionRow & { project: string } }>()

const columns = [
  'id',
  'name',
  'provider',
  'base_url',
  'description',
  'timeout_ms',
  'enabled',
  'sealed_credentials',
  'credentials_hint',
  'revision',
  'created_at',
  'created_by',
  'updated_at',
] as const

/** False when the name is taken. */
export const insertConnection = async (tx: Tx, row: ConnectionRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('registry_connections')
    .values(row as never)
    .onConflict((conflict) => conflict.columns(['project', 'name']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findConnection = (at: Executor, name: string): Promise<ConnectionRow | undefined> =>
  q(at).selectFrom('registry_connections').select(columns).where('name', '=', name).executeTakeFirst()

export const listConnections = (at: Executor, afterName: string | undefined, limit: number): Promise<ConnectionRow[]> => {
  const query = q(at).selectFrom('registry_connections').select(columns).orderBy('name').limit(limit)
  return (afterName === undefined ? query : query.where('name', '>', afterName)).execute()
}

export const allConnections = (at: Executor): Promise<ConnectionRow[]> =>
  q(at).selectFrom('registry_connections').select(columns).orderBy('name').execute()

export const updateConnection = async (tx: Tx, seenRevision: number, row: ConnectionRow): Promise<boolean> => {
  const { sealed_credentials, credentials_hint, description, timeout_ms, enabled, revision, updated_at } = row
  const { numUpdatedRows } = await q(tx)
    .updateTable('registry_connections')
    .set({ sealed_credentials, credentials_hint, description, timeout_ms, enabled, revision, updated_at })
    .where('id', '=', row.id)
    .where('revision', '=', seenRevision)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
