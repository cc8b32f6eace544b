import { write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { DAY_MS, storedSecret } from './create-key.ts'
import { credentialOf, newSecret } from './credential.ts'
import { KeyRotation, type KeyWithCredential, rotated } from './key.ts'
import { toKey } from './read.ts'
import { lockKey, type StoredKey, saveKey } from './store.ts'

/** A new secret under the same id, so that limits, records and policies stay joined. The old one works until the overlap ends. */
export const rotateKey = async (ctx: Ctx, id: string, input: unknown): Promise<KeyWithCredential> => {
  permit(ctx, can['rotate-key'])
  const { overlap_seconds, expires_in_days } = parse(KeyRotation, input)
  const secret = newSecret()
  return write(ctx, async (tx) => {
    const before = await lockKey(tx, id)
    if (before === undefined) throw platformErrors.not_found({ kind: 'key', id })
    if (before.revoked_at !== null) throw accessErrors.key_revoked()
    // A key that has expired comes back to life with its new secret only.
    const hasExpired = Date.parse(before.expires_at) <= tx.nowMs
    const oldEndsAt = isoAt(tx.nowMs + (hasExpired ? 0 : overlap_seconds * 1_000))
    const after: StoredKey = {
      ...before,
      secrets: rotated(before.secrets, storedSecret(ctx, secret, tx.nowAt), tx.nowMs, oldEndsAt),
      expires_at: isoAt(tx.nowMs + expires_in_days * DAY_MS),
      revision: before.revision + 1,
    }
    await saveKey(tx, after)
    tx.record({
      action: can['rotate-key'].action,
      subject: { kind: 'key', id },
      details: { old_secret_ends_at: oldEndsAt, expires_at: after.expires_at },
    })
    tx.publish('access.key-rotated', { key_id: id })
    return { key: toKey(after, tx.nowMs), credential: credentialOf(id, secret) }
  })
}
