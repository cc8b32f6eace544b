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

export const encodeRecord = (sequence: number, payload: string): Buffer => {
  const length = Buffer.byteLength(payload)
  if (length > MAX_PAYLOAD_BYTES) throw new RangeError(`a record holds at most ${MAX_PAYLOAD_BYTES} bytes`)
  const record = Buffer.allocUnsafe(HEADER_BYTES + length)
  record.writeUInt32LE(length, 0)
  record.writeUIntLE(sequence, 8, 6)
  record.writeUInt16LE(0, 14)
  record.write(payload, HEADER_BYTES, 'utf8')
  record.writeUInt32LE(crc32c(record, 8), 4)
  return record
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
