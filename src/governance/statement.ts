/** What a person signs: an in-toto Statement v1 about the release digest, in a DSSE envelope (PAE over type and payload). */
import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson, sha256 } from '#platform/canonical'
import { Condition, Digest } from './release.ts'

export const Decision = z.enum(['approve', 'approve_with_conditions', 'refuse', 'request_changes', 'waive'])
export type Decision = z.infer<typeof Decision>

export const PREDICATE_TYPE = 'urn:plimsoll:sign-off:v1'
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

export const SignOffStatement = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.tuple([z.strictObject({ name: z.literal('release'), digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) })]),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    project: z.string(),
    approval: z.string(),
    round: z.int(),
    policy: Digest,
    stage: z.int().nullable(),
    capacity: z.string(),
    decision: Decision,
    conditions: z.array(Condition),
    reason: z.string(),
    /** With `waive` alone: the failed check, what makes up for it, and until when. */
    waiver: z.strictObject({ check: z.string(), control: z.string(), expires_at: z.iso.datetime() }).nullable(),
    person: z.strictObject({ id: z.string(), name: z.string() }),
    at: z.iso.datetime(),
  }),
})
export type SignOffStatement = z.infer<typeof SignOffStatement>

export const Envelope = z
  .object({
    payloadType: z.literal(PAYLOAD_TYPE),
    /** Base64 of the statement's canonical JSON. */
    payload: z.string(),
    signatures: z.tuple([z.object({ keyid: z.string(), sig: z.string() })]),
  })
  .meta({ id: 'SignOffEnvelope' })
export type Envelope = z.infer<typeof Envelope>

/** DSSE v1 pre-authentication encoding: lengths bound to their parts, so that type and payload cannot slide into each other. */
export const pae = (payloadType: string, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload])

export const payloadOf = (statement: SignOffStatement): Buffer => Buffer.from(canonicalJson(statement))

export const statementFor = (release: string, predicate: SignOffStatement['predicate']): SignOffStatement => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'release', digest: { sha256: release.slice('sha256:'.length) } }],
  predicateType: PREDICATE_TYPE,
  predicate,
})

export interface VerifyingKey {
  readonly id: string
  readonly person_id: string
  /** Base64, the 32 raw bytes. */
  readonly public_key: string
}

export type Verification = { readonly ok: true; readonly statement: SignOffStatement } | { readonly ok: false; readonly why: string }

const verifyOnce = (envelope: Envelope, key: VerifyingKey): Verification => {
  const [signature] = envelope.signatures
  if (signature.keyid !== key.id) return { ok: false, why: 'it was signed with another key' }
  const payload = Buffer.from(envelope.payload, 'base64')
  try {
    const x = Buffer.from(key.public_key, 'base64').toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    if (!verify(null, pae(envelope.payloadType, payload), publicKey, Buffer.from(signature.sig, 'base64'))) {
      return { ok: false, why: 'the signature is not over this statement' }
    }
    const statement = SignOffStatement.parse(JSON.parse(payload.toString('utf8')))
    if (statement.predicate.person.id !== key.person_id) return { ok: false, why: 'the key is another person’s' }
    return { ok: true, statement }
  } catch {
    return { ok: false, why: 'key or statement cannot be read' }
  }
}

// The answer depends on envelope and key alone, and the gate asks for the same ones at each load.
const known = new Map<string, Verification>()
const MAX_KNOWN = 10_000

/** Offline: an envelope and a public key are enough. What the statement must be about is for the caller to compare. */
export const verifySignOff = (envelope: Envelope, key: VerifyingKey): Verification => {
  const question = sha256(JSON.stringify([envelope.payloadType, envelope.payload, envelope.signatures, key.id, key.person_id, key.public_key]))
  let answer = known.get(question)
  if (answer === undefined) {
    answer = verifyOnce(envelope, key)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(question, answer)
  }
  return answer
}
