/** Ed25519 keys that the server holds for people: a sign-off proves who was signed in, and that nothing was changed since. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { type Tx, write } from '#audit'
import { type Ctx, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { findPerson, findSigningKeyOf, findSigningKeys, insertSigningKey, type SigningKeyRow } from './store.ts'

export interface Signature {
  /** Base64, 64 bytes. */
  readonly signature: string
  readonly public_key_id: string
  /** Base64, the 32 raw bytes (RFC 8032). */
  readonly public_key: string
}

export interface PublicKey {
  readonly id: string
  readonly person_id: string
  readonly algorithm: 'ed25519'
  /** Base64, the 32 raw bytes (RFC 8032). */
  readonly public_key: string
  readonly created_at: string
}

const PURPOSE = 'signing-key'

/** The id of the person's key, made when there is none. The private half is sealed to its own row. */
export const addSigningKey = async (ctx: Ctx, tx: Tx, personId: string): Promise<string> => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const id = newId('pub', tx.nowMs)
  const isNew = await insertSigningKey(tx, {
    id,
    person_id: personId,
    public_key: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64'),
    sealed_private_key: ctx.secrets.seal(PURPOSE, id, privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')),
    created_at: tx.nowAt,
  })
  return isNew ? id : ((await findSigningKeyOf(tx, personId))?.id ?? id)
}

const signingKeyOf = async (ctx: Ctx, personId: string): Promise<SigningKeyRow> => {
  const known = await findSigningKeyOf(ctx.read, personId)
  if (known !== undefined) return known
  const id = await write(ctx, async (tx) => {
    const made = await addSigningKey(ctx, tx, personId)
    tx.record({ action: can['sign-as'].action, subject: { kind: 'person', id: personId }, details: { public_key_id: made } })
    return made
  })
  const [made] = await findSigningKeys(ctx.read, [id])
  if (made === undefined) throw accessErrors.person_required()
  return made
}

/** Signs as the person who is signed in: nobody else's key can be asked for. The caller puts its own purpose into the bytes. */
export const signAs = async (ctx: Ctx, bytes: Uint8Array): Promise<Signature> => {
  permit(ctx, can['sign-as'])
  if (ctx.actor.kind !== 'person') throw accessErrors.person_required()
  const person = await findPerson(ctx.read, ctx.actor.id)
  if (person?.status === 'disabled') throw accessErrors.person_disabled()
  const key = await signingKeyOf(ctx, ctx.actor.id)
  const der = Buffer.from(ctx.secrets.open(PURPOSE, key.id, key.sealed_private_key), 'base64')
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { signature: sign(null, bytes, privateKey).toString('base64'), public_key_id: key.id, public_key: key.public_key }
}

/** By key id, also of people who have left. Unknown ids are left out. */
export const publicKeysOf = async (ctx: Ctx, ids: readonly string[]): Promise<readonly PublicKey[]> => {
  permit(ctx, can['read-people'])
  if (ids.length === 0) return []
  const rows = await findSigningKeys(ctx.read, ids)
  return rows.map(({ id, person_id, public_key, created_at }) => ({ id, person_id, algorithm: 'ed25519', public_key, created_at }))
}

export const isSignedBy = (publicKey: Pick<PublicKey, 'public_key'>, bytes: Uint8Array, signature: string): boolean => {
  const x = Buffer.from(publicKey.public_key, 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, bytes, key, Buffer.from(signature, 'base64'))
}
