import { createHash, hash as digestOf, timingSafeEqual } from 'node:crypto'
import type { AccessRefusal, AccessRows, KeyRow, Principal } from '../table.ts'
import { CREDENTIAL_LENGTH, hashSecret, readCredential } from './credential.ts'
import { isInside, type Network, parseNetwork } from './networks.ts'

interface CompiledSecret {
  readonly hash: Buffer
  readonly notAfterMs: number
}

interface CompiledKey {
  readonly principal: Principal
  readonly secrets: readonly CompiledSecret[]
  readonly networks: readonly Network[]
  readonly expiresAtMs: number
}

/** A credential that this table has found good, and the address it last came from. */
interface Proof {
  readonly key: CompiledKey
  readonly secret: CompiledSecret
  remoteIp: string
  isInside: boolean
}

export interface KeyTable {
  readonly keys: ReadonlyMap<string, CompiledKey>
  /**
   * By SHA-256 of the credential, so that no secret stays in memory. What a secret proved once it proves as long as the table lives, and a
   * revoked or rotated key means another table; never more entries than secrets. Checksum and HMAC of each call cost 6 microseconds, this 1.
   */
  readonly proofs: Map<string, Proof>
  readonly networks: readonly Network[]
  readonly pepper: string
}

const refuse = (code: AccessRefusal['code'], message: string): AccessRefusal => Object.freeze({ code, message })

const UNKNOWN = refuse('invalid_api_key', 'This API key is not valid.')
const MISTYPED = refuse('invalid_api_key', 'This is not an API key of Plimsoll, or it was cut or mistyped: its checksum does not fit.')
const EXPIRED = refuse('key_expired', 'This API key has expired. Create or rotate one.')
const ROTATED = refuse('key_expired', 'This secret was replaced by a rotation, and the overlap has ended. Use the new one.')
const OUTSIDE = refuse('network_denied', 'This API key may not be used from this network address.')

export const compileKeys = ({ keys, networks, pepper }: Pick<AccessRows, 'keys' | 'networks' | 'pepper'>): KeyTable => ({
  keys: new Map(keys.map((row) => [row.id, compileKey(row)])),
  proofs: new Map(),
  networks: compileNetworks(networks),
  pepper,
})

/** A rule that cannot be read must not turn into "any address". */
const compileNetworks = (texts: readonly string[]): readonly Network[] =>
  texts.map((text) => {
    const network = parseNetwork(text)
    if (network === undefined) throw new Error(`unreadable network rule ${text}`)
    return network
  })

export const principalOf = (row: Omit<KeyRow, 'secrets' | 'expiresAtMs' | 'networks'>): Principal =>
  Object.freeze({
    keyId: row.id,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([row.id, row.name, row.owner, row.endpoints, row.actions, row.tags]))
      .digest('base64url'),
    project: row.project,
    name: row.name,
    owner: row.owner,
    endpoints: new Set(row.endpoints),
    isEveryEndpoint: row.endpoints.includes('*'),
    actions: new Set(row.actions),
    tags: row.tags,
    limits: row.limits,
  })

const compileKey = (row: KeyRow): CompiledKey => ({
  principal: principalOf(row),
  secrets: row.secrets.map(({ hash, notAfterMs }) => ({ hash: Buffer.from(hash, 'hex'), notAfterMs: notAfterMs ?? Number.POSITIVE_INFINITY })),
  networks: compileNetworks(row.networks),
  expiresAtMs: row.expiresAtMs,
})

/** The same rules for a key that nobody presents, for explanations. */
export const keyRefusal = (
  expiresAtMs: number,
  networks: readonly (readonly string[])[],
  remoteIp: string,
  nowMs: number,
): 'key_expired' | 'network_denied' | null => {
  if (nowMs >= expiresAtMs) return 'key_expired'
  return networks.every((list) => isInside(compileNetworks(list), remoteIp)) ? null : 'network_denied'
}

/** Who presents this, or why not. Nothing about a key is told to somebody who does not hold its secret. */
export const authenticateKey = (table: KeyTable, presented: string, remoteIp: string, nowMs: number): Principal | AccessRefusal => {
  if (presented.length !== CREDENTIAL_LENGTH) return MISTYPED
  const digest = digestOf('sha256', presented, 'binary')
  const proof = table.proofs.get(digest) ?? prove(table, presented, digest)
  if ('code' in proof) return proof
  const { key, secret } = proof
  if (nowMs >= key.expiresAtMs) return EXPIRED
  if (nowMs >= secret.notAfterMs) return ROTATED
  if (proof.remoteIp !== remoteIp) {
    proof.remoteIp = remoteIp
    proof.isInside = isInside(key.networks, remoteIp) && isInside(table.networks, remoteIp)
  }
  return proof.isInside ? key.principal : OUTSIDE
}

const prove = (table: KeyTable, presented: string, digest: string): Proof | AccessRefusal => {
  const parts = readCredential(presented)
  if (parts === undefined) return MISTYPED
  const hash = hashSecret(table.pepper, parts.secret)
  const key = table.keys.get(parts.keyId)
  const secret = key?.secrets.find((one) => timingSafeEqual(one.hash, hash))
  if (key === undefined || secret === undefined) return UNKNOWN
  const proof: Proof = { key, secret, remoteIp: NOWHERE, isInside: false }
  table.proofs.set(digest, proof)
  return proof
}

/** No address is spelled so: the first look at the network rules is always a real one. */
const NOWHERE = '-'
