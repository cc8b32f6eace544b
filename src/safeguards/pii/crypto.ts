import { createHash } from 'node:crypto'
import type { Pattern } from '../detectors/pattern.ts'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Base58Check: the last four of 25 bytes are the head of the double SHA-256 of the rest. */
const isBase58Check = (text: string): boolean => {
  let number = 0n
  for (const char of text) number = number * 58n + BigInt(BASE58.indexOf(char))
  if (number >= 1n << 200n) return false
  const bytes = Buffer.from(number.toString(16).padStart(50, '0'), 'hex')
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21))
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173 and BIP 350: the checksum polynomial ends in 1 (bech32) or 0x2bc830a3 (bech32m). */
const isBech32 = (text: string): boolean => {
  const lower = text.toLowerCase()
  const values = [3, 3, 0, 2, 3, ...Array.from(lower.slice(3), (char) => BECH32.indexOf(char))]
  let check = 1
  for (const value of values) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (let bit = 0; bit < 5; bit++) if ((top >>> bit) & 1) check ^= GENERATOR[bit]!
  }
  return check === 1 || check === 0x2bc830a3
}

const LONG_RUN = /[0-9A-Za-z]{26}/

/** Bitcoin (base58 and bech32) and Ethereum. Ethereum's mixed-case check is not verified: many write it in one case. */
export const crypto: Pattern = {
  kind: 'crypto-address',
  regex: /(?<!\w)(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[02-9AC-HJ-NP-Zac-hj-np-z]{11,71}|0x[0-9A-Fa-f]{40})(?!\w)/,
  mayMatch: (text) => LONG_RUN.test(text),
  check: (candidate) => {
    if (candidate.startsWith('0x')) return { confidence: 0.8 }
    return (/^bc1/i.test(candidate) ? isBech32(candidate) : isBase58Check(candidate)) ? { confidence: 1 } : null
  },
}
