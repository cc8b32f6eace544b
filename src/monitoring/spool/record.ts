import { crc32c } from './crc32c.ts'

/**
 * A record, little-endian:
 *
 *   | payload bytes u32 | CRC-32C u32 of all that follows | sequence u48 | 0 u16 | payload, JSON in UTF-8 |
 *
 * Sequences count up by one from 1 for each writer, so that a gap shows what is missing.
 */
const HEADER_BYTES = 16
export const MAX_PAYLOAD_BYTES = 1_048_576

export interface SpoolRecord {
  readonly sequence: number
  readonly payload: Buffer
}

/** What a record of this text may take: UTF-8 needs at most three bytes for a UTF-16 unit. */
export const maxRecordBytes = (payload: string): number => HEADER_BYTES + payload.length * 3

/** Writes a record at this place, which must have room for `maxRecordBytes`. Answers where the record ends. */
export const writeRecord = (target: Buffer, at: number, sequence: number, payload: string): number => {
  const length = target.write(payload, at + HEADER_BYTES, 'utf8')
  if (length > MAX_PAYLOAD_BYTES) throw new RangeError(`a record holds at most ${MAX_PAYLOAD_BYTES} bytes`)
  const end = at + HEADER_BYTES + length
  target.writeUInt32LE(length, at)
  target.writeUIntLE(sequence, at + 8, 6)
  target.writeUInt16LE(0, at + 14)
  target.writeUInt32LE(crc32c(target, at + 8, end), at + 4)
  return end
}

/** `more`: the bytes end inside a record, or hold more of them than were asked for. `damaged`: they are not one, and nothing after them can be told apart. */
export type Decoded = { readonly records: SpoolRecord[]; readonly readBytes: number; readonly rest: 'none' | 'more' | 'damaged' }

export const decodeRecords = (bytes: Buffer, maxRecords: number = Number.POSITIVE_INFINITY): Decoded => {
  const records: SpoolRecord[] = []
  let at = 0
  while (at < bytes.length) {
    if (records.length >= maxRecords || bytes.length - at < HEADER_BYTES) return { records, readBytes: at, rest: 'more' }
    const length = bytes.readUInt32LE(at)
    if (length > MAX_PAYLOAD_BYTES) return { records, readBytes: at, rest: 'damaged' }
    const end = at + HEADER_BYTES + length
    if (end > bytes.length) return { records, readBytes: at, rest: 'more' }
    if (crc32c(bytes, at + 8, end) !== bytes.readUInt32LE(at + 4)) return { records, readBytes: at, rest: 'damaged' }
    records.push({ sequence: bytes.readUIntLE(at + 8, 6), payload: bytes.subarray(at + HEADER_BYTES, end) })
    at = end
  }
  return { records, readBytes: at, rest: 'none' }
}
