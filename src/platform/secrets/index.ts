import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineErrors } from '../errors/index.ts'

export const secretErrors = defineErrors({
  master_key_invalid: { status: 500, message: 'The master key must be 32 bytes in base64.' },
  unseal_failed: { status: 500, message: 'A sealed value cannot be opened with this master key.' },
})

/**
 * All keys come from one 32-byte master key by HKDF-SHA-256 with a purpose, so that replicas agree and one secret is kept.
 * A sealed value is `v1.<nonce>.<tag>.<ciphertext>`, AES-256-GCM, bound to its purpose and to `boundTo` (additional data):
 * a ciphertext moved to another row does not open.
 */
export interface Secrets {
  seal(purpose: string, boundTo: string, plain: string): string
  open(purpose: string, boundTo: string, sealed: string): string
  /** HMAC-SHA-256 in hex under a key of that purpose. */
  hmac(purpose: string, text: string): string
  /** An Ed25519 key pair that every process with the same master key derives alike. */
  signingKey(purpose: string): { privateKey: KeyObject; publicKey: KeyObject }
}

const derive = (master: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `plimsoll/${purpose}`, 32))

// RFC 8410: the fixed DER prefix of a PKCS #8 Ed25519 private key, before its 32-byte seed.
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export const ed25519FromSeed = (seed: Buffer): { privateKey: KeyObject; publicKey: KeyObject } => {
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' })
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

export const createSecrets = (masterKey: Buffer): Secrets => {
  if (masterKey.length !== 32) throw secretErrors.master_key_invalid()
  const keys = new Map<string, Buffer>()
  const keyFor = (purpose: string): Buffer => {
    let key = keys.get(purpose)
    if (key === undefined) {
      key = derive(masterKey, purpose)
      keys.set(purpose, key)
    }
    return key
  }
  return {
    seal: (purpose, boundTo, plain) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyFor(`seal/${purpose}`), nonce).setAAD(Buffer.from(boundTo))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return ['v1', nonce.toString('base64url'), cipher.getAuthTag().toString('base64url'), text.toString('base64url')].join('.')
    },
    open: (purpose, boundTo, sealed) => {
      const [version, nonce, tag, text] = sealed.split('.')
      if (version !== 'v1' || nonce === undefined || tag === undefined || text === undefined) throw secretErrors.unseal_failed()
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyFor(`seal/${purpose}`), Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
        decipher.setAAD(Buffer.from(boundTo)).setAuthTag(Buffer.from(tag, 'base64url'))
        return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw secretErrors.unseal_failed({}, { cause })
      }
    },
    hmac: (purpose, text) =>
      createHmac('sha256', keyFor(`hmac/${purpose}`))
        .update(text)
        .digest('hex'),
    signingKey: (purpose) => ed25519FromSeed(keyFor(`ed25519/${purpose}`)),
  }
}

export const parseMasterKey = (text: string): Buffer => {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32) throw secretErrors.master_key_invalid()
  return key
}

/** Reads a secret kept in the data folder, or makes it; mode 0600. `wx` closes the race of two first starts. */
export const secretFile = (folder: string, name: string, make: () => string): string => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  if (!existsSync(file)) {
    try {
      writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return readFileSync(file, 'utf8').trim()
}

/** Compares two secrets in time that depends on their lengths only. */
export const isSameSecret = (a: string, b: string): boolean => {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
