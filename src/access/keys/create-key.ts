import { write } from '#audit'
import { isoAt } from '#platform/clock'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { can } from '../permissions.ts'
import { credentialOf, hashSecret, hintOf, newSecret } from './credential.ts'
import { type KeyWithCredential, NewKey, type StoredSecret } from './key.ts'
import { pepperOf } from './pepper.ts'
import { toKey } from './read.ts'
import { insertKey, type StoredKey } from './store.ts'

export const DAY_MS = 86_400_000

export const storedSecret = (ctx: Ctx, secret: string, createdAt: string): StoredSecret => ({
  hash: hashSecret(pepperOf(ctx.secrets), secret).toString('hex'),
  hint: hintOf(secret),
  created_at: createdAt,
  not_after: null,
})

/** The credential is in this answer and nowhere else. */
export const createKey = async (ctx: Ctx, input: unknown): Promise<KeyWithCredential> => {
  permit(ctx, can['create-key'])
  const { expires_in_days, ...wanted } = parse(NewKey, input)
  const secret = newSecret()
  return write(ctx, async (tx) => {
    const key: StoredKey = {
      ...wanted,
      id: newId('key', tx.nowMs),
      owner: actorRef(ctx.actor).id,
      secrets: [storedSecret(ctx, secret, tx.nowAt)],
      expires_at: isoAt(tx.nowMs + expires_in_days * DAY_MS),
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
      revoked_at: null,
      revoked_by: null,
      revision: 1,
    }
    await insertKey(tx, key)
    tx.record({
      action: can['create-key'].action,
      subject: { kind: 'key', id: key.id },
      details: { name: key.name, endpoints: key.endpoints, actions: key.actions, networks: key.networks, expires_at: key.expires_at },
    })
    tx.publish('access.key-created', { key_id: key.id })
    return { key: toKey(key, tx.nowMs), credential: credentialOf(key.id, secret) }
  })
}
