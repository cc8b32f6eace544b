import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Action, KeyLimits, KeyStatus, KeyTags, StoredSecret } from './key.ts'

export interface StoredKey {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly endpoints: string[]
  readonly actions: Action[]
  readonly tags: KeyTags
  readonly limits: KeyLimits
  readonly networks: string[]
  readonly secrets: readonly StoredSecret[]
  readonly expires_at: string
  readonly created_at: string
  readonly created_by: string
  readonly revoked_at: string | null
  readonly revoked_by: string | null
  readonly revision: number
}

type JsonColumn = 'endpoints' | 'actions' | 'tags' | 'limits' | 'networks' | 'secrets'

interface KeyTables {
  access_keys: { -readonly [C in keyof StoredKey]: C extends JsonColumn ? Json<StoredKey[C]> : StoredKey[C] } & { project: string }
}

const q = tables<KeyTables>()

const columns = [
  'id',
  'name',
  'owner',
  'endpoints',
  'actions',
  'tags',
  'limits',
  'networks',
  'secrets',
  'expires_at',
  'created_at',
  'created_by',
  'revoked_at',
  'revoked_by',
  'revision',
] as const

const written = ({ endpoints, actions, tags, limits, networks, secrets, ...plain }: StoredKey) => ({
  ...plain,
  endpoints: json(endpoints),
  actions: json(actions),
  tags: json(tags),
  limits: json(limits),
  networks: json(networks),
  secrets: json(secrets),
})

export const insertKey = async (tx: Tx, key: StoredKey): Promise<void> => {
  await q(tx)
    .insertInto('access_keys')
    .values(written(key) as never)
    .execute()
}

/** Callers hold the row's lock. */
export const saveKey = async (tx: Tx, key: StoredKey): Promise<void> => {
  const { id, ...rest } = written(key)
  await q(tx).updateTable('access_keys').set(rest).where('id', '=', id).execute()
}

export const findKey = (at: Executor, id: string): Promise<StoredKey | undefined> =>
  q(at).selectFrom('access_keys').select(columns).where('id', '=', id).executeTakeFirst()

export const lockKey = (tx: Tx, id: string): Promise<StoredKey | undefined> =>
  q(tx).selectFrom('access_keys').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export const listKeys = (
  at: Executor,
  filter: { status?: KeyStatus | undefined; owner?: string | undefined; beforeId: string | undefined; nowAt: string },
  limit: number,
): Promise<StoredKey[]> => {
  let query = q(at).selectFrom('access_keys').select(columns).orderBy('id', 'desc').limit(limit)
  if (filter.status !== undefined) query = query.where('revoked_at', filter.status === 'revoked' ? 'is not' : 'is', null)
  if (filter.status === 'active') query = query.where('expires_at', '>', filter.nowAt)
  if (filter.status === 'expired') query = query.where('expires_at', '<=', filter.nowAt)
  if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner)
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
  return query.execute()
}

/** Every key that could still authenticate. Expired ones stay, so that their holders are told what is wrong; after a month they are unknown. */
export const listKeysForGateway = (at: Executor, expiredSinceAt: string): Promise<StoredKey[]> =>
  q(at).selectFrom('access_keys').select(columns).where('revoked_at', 'is', null).where('expires_at', '>', expiredSinceAt).orderBy('id').execute()
