/**
 * `sk-pl_<id 26>_<secret 43>_<checksum 6>`: the id finds the row, the secret (256 bits, base 62) proves, the CRC-32 in base 62
 * lets a typo or a flood of guesses die without a look-up and leak scanners report next to no false hits.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SHAPE = /^sk-pl_[0-9a-hjkmnp-tv-z]{26}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/
export const CREDENTIAL_LENGTH = 83

const checksum = (body: string): string => {
  let rest = crc32(body)
  let text = ''
  for (let i = 0; i < 6; i += 1) {
    text = BASE62[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}

/** 256 random bits in 43 digits. */
export const newSecret = (): string => {
  let rest = BigInt(`0x${randomBytes(32).toString('hex')}`)
  let text = ''
  for (let i = 0; i < 43; i += 1) {
    text = BASE62[Number(rest % 62n)] + text
    rest /= 62n
  }
  return text
}

export const credentialOf = (keyId: string, secret: string): string => {
  const body = `sk-pl_${keyId.replace(/^key_/, '')}_${secret}`
  return `${body}_${checksum(body)}`
}

/** The parts of a well-formed credential, or undefined. Length first: an oversized header costs nothing. */
export const readCredential = (presented: string): { keyId: string; secret: string } | undefined => {
  if (presented.length !== CREDENTIAL_LENGTH || !SHAPE.test(presented)) return undefined
  if (checksum(presented.slice(0, 76)) !== presented.slice(77)) return undefined
  return { keyId: `key_${presented.slice(6, 32)}`, secret: presented.slice(33, 76) }
}

/** At 256 random bits a slow password hash adds nothing; the pepper makes a stolen table useless. */
export const hashSecret = (pepper: string, secret: string): Buffer => createHmac('sha256', pepper).update(secret).digest()

/** What people see of a key in lists. */
export const hintOf = (secret: string): string => secret.slice(-4)
