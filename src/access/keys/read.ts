import { isoAt } from '#platform/clock'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import { can } from '../permissions.ts'
import { isLive, type Key, type KeyStatus } from './key.ts'
import * as store from './store.ts'

const statusOf = (key: store.StoredKey, nowMs: number): KeyStatus => {
  if (key.revoked_at !== null) return 'revoked'
  return Date.parse(key.expires_at) <= nowMs ? 'expired' : 'active'
}

/** Field by field: hashes stay behind. */
export const toKey = (key: store.StoredKey, nowMs: number): Key => ({
  id: key.id,
  name: key.name,
  owner: key.owner,
  status: statusOf(key, nowMs),
  endpoints: key.endpoints,
  actions: key.actions,
  tags: key.tags,
  limits: key.limits,
  networks: key.networks,
  secrets: key.secrets.filter((secret) => isLive(secret, nowMs)).map(({ hint, created_at, not_after }) => ({ hint, created_at, not_after })),
  expires_at: key.expires_at,
  created_at: key.created_at,
  created_by: key.created_by,
  revoked_at: key.revoked_at,
  revoked_by: key.revoked_by,
  revision: key.revision,
})

export const getKey = async (ctx: Ctx, id: string): Promise<Key> => {
  permit(ctx, can['read-keys'])
  const key = await store.findKey(ctx.read, id)
  if (key === undefined) throw platformErrors.not_found({ kind: 'key', id })
  return toKey(key, ctx.clock.now())
}

/** Newest first. */
export const listKeys = async (
  ctx: Ctx,
  { limit, cursor, status, owner }: { limit: number; cursor?: string | undefined; status?: KeyStatus | undefined; owner?: string | undefined },
): Promise<{ items: Key[]; next_cursor: string | null }> => {
  permit(ctx, can['read-keys'])
  const nowMs = ctx.clock.now()
  const rows = await store.listKeys(ctx.read, { status, owner, beforeId: decodeCursor(cursor)?.[0], nowAt: isoAt(nowMs) }, limit + 1)
  const page = toPage(rows, limit, (key) => [key.id])
  return { ...page, items: page.items.map((key) => toKey(key, nowMs)) }
}
