import { z } from 'zod'
import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { can } from '../permissions.ts'
import type { Key } from './key.ts'
import { toKey } from './read.ts'
import { lockKey, type StoredKey, saveKey } from './store.ts'

export const KeyRevocation = z.strictObject({ reason: z.string().trim().max(500).default('') }).meta({ id: 'KeyRevocation' })

/** For ever. The hashes go too, so that no later mistake can bring the key back. Twice is as good as once. */
export const revokeKey = async (ctx: Ctx, id: string, input: unknown): Promise<Key> => {
  permit(ctx, can['revoke-key'])
  const { reason } = parse(KeyRevocation, input)
  return write(ctx, async (tx) => {
    const before = await lockKey(tx, id)
    if (before === undefined) throw platformErrors.not_found({ kind: 'key', id })
    const after: StoredKey =
      before.revoked_at === null
        ? { ...before, secrets: [], revoked_at: tx.nowAt, revoked_by: actorRef(ctx.actor).id, revision: before.revision + 1 }
        : before
    if (after !== before) await saveKey(tx, after)
    tx.record({ action: can['revoke-key'].action, subject: { kind: 'key', id }, details: { reason, was_revoked: after === before } })
    tx.publish('access.key-revoked', { key_id: id })
    return toKey(after, tx.nowMs)
  })
}
