/**
 * Checkpoints as C2SP signed notes (c2sp.org/signed-note, c2sp.org/tlog-checkpoint): three lines of text
 * (origin, size, root in base64), an empty line, and Ed25519 signature lines `— <name> <base64(keyId ‖ signature)>`.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

const ALGORITHM_ED25519 = 1
// RFC 8410: fixed DER prefix of an Ed25519 SubjectPublicKeyInfo.
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

export interface NoteVerifier {
  readonly name: string
  readonly keyId: Buffer
  readonly publicKey: KeyObject
}

const rawPublicKey = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-32)

const keyIdOf = (name: string, raw: Buffer): Buffer =>
  createHash('sha256')
    .update(name)
    .update(Buffer.from([0x0a, ALGORITHM_ED25519]))
    .update(raw)
    .digest()
    .subarray(0, 4)

/** The verifier key as text, `name+hash+base64`: what an auditor is given once. */
export const verifierKey = (name: string, publicKey: KeyObject): string => {
  const raw = rawPublicKey(publicKey)
  return `${name}+${keyIdOf(name, raw).toString('hex')}+${Buffer.concat([Buffer.from([ALGORITHM_ED25519]), raw]).toString('base64')}`
}

export const parseVerifierKey = (text: string): NoteVerifier => {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim())
  const [, name, id, encoded] = match ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (name === undefined || bytes.length !== 33 || bytes[0] !== ALGORITHM_ED25519) throw new Error('not an Ed25519 verifier key (name+hash+base64)')
  const raw = bytes.subarray(1)
  const keyId = keyIdOf(name, raw)
  if (keyId.toString('hex') !== id) throw new Error('the verifier key does not match its own hash')
  return { name, keyId, publicKey: createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' }) }
}

export const signNote = (text: string, name: string, keys: { privateKey: KeyObject; publicKey: KeyObject }): string => {
  const signature = sign(null, Buffer.from(text), keys.privateKey)
  return `${text}\n\u2014 ${name} ${Buffer.concat([keyIdOf(name, rawPublicKey(keys.publicKey)), signature]).toString('base64')}\n`
}

/** The signed text, or undefined when no line carries a valid signature of this verifier. */
export const openNote = (note: string, verifier: NoteVerifier): string | undefined => {
  const split = note.lastIndexOf('\n\n')
  if (split < 0) return undefined
  const text = note.slice(0, split + 1)
  for (const line of note.slice(split + 2).split('\n')) {
    const [, name, encoded] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? []
    if (name !== verifier.name || encoded === undefined) continue
    const bytes = Buffer.from(encoded, 'base64')
    if (bytes.length === 68 && bytes.subarray(0, 4).equals(verifier.keyId) && verify(null, Buffer.from(text), verifier.publicKey, bytes.subarray(4)))
      return text
  }
  return undefined
}

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: string
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`

export const parseCheckpoint = (text: string): Checkpoint => {
  const [origin, size, root] = text.split('\n')
  if (origin === undefined || size === undefined || root === undefined || !/^\d+$/.test(size)) throw new Error('not a checkpoint')
  return { origin, size: Number(size), root: Buffer.from(root, 'base64').toString('hex') }
}
