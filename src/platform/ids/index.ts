import { randomFillSync } from 'node:crypto'

/** A prefixed, time-sortable id: `mdl_` + 26 characters of Crockford base 32 over a UUIDv7 (RFC 9562). */
export type Id<P extends string> = string & { readonly __id: P }

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

let lastMs = -1
let sequence = 0

/** Random bytes are drawn for 256 ids at once: one draw an id was 8 % of a gateway call. */
const pool = Buffer.alloc(4_096)
let drawn = pool.length

const random16 = (): Buffer => {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += 16
  return Buffer.from(pool.subarray(drawn - 16, drawn))
}

/** 16 bytes of UUIDv7; ids made in the same millisecond of one process keep their order (12-bit counter, RFC 9562 method 1). */
export const uuidv7Bytes = (nowMs: number = Date.now()): Uint8Array => {
  const bytes = random16()
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
  return bytes
}

/** 128 bits in 26 digits of 5 bits: two leading zero bits, then each digit from the 16 bits around it. */
export const newId = <P extends string>(prefix: P, nowMs?: number): Id<P> => {
  const bytes = uuidv7Bytes(nowMs)
  let text = `${prefix}_`
  for (let digit = 0; digit < 26; digit += 1) {
    const bit = digit * 5 - 2
    const at = bit >> 3
    const around = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    text += ALPHABET[(around >> (11 - (bit & 7))) & 31]
  }
  return text as Id<P>
}
