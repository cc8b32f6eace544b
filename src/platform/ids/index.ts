import { randomFillSync } from 'node:crypto'

/** A prefixed, time-sortable id: `mdl_` + 26 characters of Crockford base 32 over a UUIDv7 (RFC 9562). */
export type Id<P extends string> = string & { readonly __id: P }

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

let lastMs = -1
let sequence = 0

/** Random bytes are drawn for 256 ids at once: one draw an id was 8 % of a gateway call. */
const pool = Buffer.alloc(4_096)
let drawn = pool.length

/** Fills the 16 bytes; ids made in the same millisecond of one process keep their order (12-bit counter, RFC 9562 method 1). */
const fill = (bytes: Buffer, nowMs: number): void => {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  pool.copy(bytes, 0, drawn, drawn + 16)
  drawn += 16
  if (nowMs <= lastMs) {
    sequence += 1
    if (sequence > 0xfff) {
      lastMs += 1
      sequence = 0
    }
  } else {
    lastMs = nowMs
    sequence = bytes.readUInt16BE(6) & 0x3ff
  }
  bytes.writeUIntBE(lastMs, 0, 6)
  bytes.writeUInt16BE(0x7000 | sequence, 6)
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
}

/** 16 bytes of UUIDv7. */
export const uuidv7Bytes = (nowMs: number = Date.now()): Uint8Array => {
  const bytes = Buffer.alloc(16)
  fill(bytes, nowMs)
  return bytes
}

const DIGITS = Buffer.from(ALPHABET)
/** Where each id is made; it leaves as text. One byte more than an id has, so that its last digit reads zero beyond it. */
const own = Buffer.alloc(17)
const id = own.subarray(0, 16)
const digits = Buffer.alloc(26)

/** 128 bits in 26 digits of 5 bits: two leading zero bits, then each digit from the 16 bits around it. */
export const newId = <P extends string>(prefix: P, nowMs: number = Date.now()): Id<P> => {
  fill(id, nowMs)
  digits[0] = DIGITS[own[0]! >> 5]!
  for (let digit = 1; digit < 26; digit += 1) {
    const bit = digit * 5 - 2
    const at = bit >> 3
    digits[digit] = DIGITS[(((own[at]! << 8) | own[at + 1]!) >> (11 - (bit & 7))) & 31]!
  }
  return `${prefix}_${digits.toString('latin1')}` as Id<P>
}
