import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { fakeClock } from '#platform/clock'
import { silentLogger } from '#platform/logging'
import { inferenceEvent } from '../../../test/support/events.ts'
import type { InferenceEvent } from '../event.ts'
import { crc32c } from './crc32c.ts'
import { decodeRecords, maxRecordBytes, writeRecord } from './record.ts'
import { createSegment } from './segments.ts'
import { createShipper, type Shipper } from './shipper.ts'
import { createSpool, type OwnSpool, type SpoolOptions } from './spool.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-spool-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const open = (folder: string, options: Partial<SpoolOptions> = {}): OwnSpool => createSpool({ folder, log: silentLogger(), ...options })

/** A sink that keeps ids, as the store does: the same event twice is there once. */
const sinkInto = (seen: Map<string, number>) => async (events: readonly InferenceEvent[]) => {
  for (const { id } of events) seen.set(id, (seen.get(id) ?? 0) + 1)
}

const shipperOf = (folder: string, write: (events: readonly InferenceEvent[]) => Promise<void>, ownWriter: string | null = null): Promise<Shipper> =>
  createShipper({ folder, clock: fakeClock('2026-06-01T12:00:05.000Z'), log: silentLogger(), write, ownWriter })

const encodeRecord = (sequence: number, text: string): Buffer => {
  const bytes = Buffer.alloc(maxRecordBytes(text))
  return bytes.subarray(0, writeRecord(bytes, 0, sequence, text))
}

const segmentsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.seg'))

describe('CRC-32C', () => {
  it('gives the check value of the standard, whatever the length', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    // RFC 3720 B.4
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43)
    expect(crc32c(Buffer.alloc(0))).toBe(0)
  })
})

describe('a record', () => {
  it('is read back, and any single changed byte is noticed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(2 ** 40), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, sequence, at, flip) => {
        const bytes = encodeRecord(sequence, text)
        const [record] = decodeRecords(bytes).records
        expect([record?.sequence, record?.payload.toString()]).toEqual([sequence, Buffer.from(text).toString()])
        bytes[at % bytes.length]! ^= flip
        expect(decodeRecords(bytes).records).toEqual([])
      }),
    )
  })

  it('that is cut anywhere is not read', () => {
    const bytes = Buffer.concat([encodeRecord(1, 'first'), encodeRecord(2, 'second')])
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeRecords(bytes.subarray(0, length)).records.length).toBe(length >= 21 ? 1 : 0)
    }
  })
})

describe('the spool', () => {
  it('takes events at once and has them on disk after a flush', async () => {
    const folder = newFolder()
    const spool = open(folder)
    for (let i = 0; i < 100; i += 1) spool.append(inferenceEvent())
    expect(spool.stats()).toMatchObject({ appended: 100, durable: 0 })
    await spool.flush()
    expect(spool.stats()).toMatchObject({ durable: 100, commits: 1, state: 'ok' })
    await spool.close()
  })

  it('writes within milliseconds without being asked', async () => {
    const spool = open(newFolder())
    spool.append(inferenceEvent())
    await expect.poll(() => spool.stats().durable, { timeout: 500, interval: 2 }).toBe(1)
    await spool.close()
  })

  it('rolls segments, ships each event once, and clears away what is shipped', async () => {
    const folder = newFolder()
    const spool = open(folder, { segmentBytes: 2_000 })
    const events = Array.from({ length: 20 }, () => inferenceEvent())
    for (const event of events) {
      spool.append(event)
      await spool.flush()
    }
    expect(segmentsIn(folder).length).toBeGreaterThan(5)
    const seen = new Map<string, number>()
    const shipper = await shipperOf(folder, sinkInto(seen), spool.writer)
    await shipper.drain()
    await shipper.drain()
    expect([...seen]).toEqual(events.map(({ id }) => [id, 1]))
    expect(segmentsIn(folder)).toHaveLength(1)
    expect(shipper.stats()).toMatchObject({ shipped: 20, missing: 0, dead_letters: 0, backlog_bytes: 0, backlog_age_ms: 0 })
    await spool.close()
  })

  it('keeps an event whose texts are too long, without them', async () => {
    const folder = newFolder()
    const spool = open(folder)
    spool.append(inferenceEvent({ content: { input: 'x'.repeat(2_000_000), output: null }, endpoint: 'e'.repeat(5_000) }))
    await spool.close()
    const got: InferenceEvent[] = []
    await (await shipperOf(folder, async (events) => void got.push(...events))).drain()
    expect(got[0]).toMatchObject({ content: null, endpoint: 'e'.repeat(200) })
  })

  it('keeps the call of a prompt with NUL and lone surrogates', async () => {
    const folder = newFolder()
    const spool = open(folder)
    spool.append(inferenceEvent({ content: { input: 'a\u0000b\ud800c', output: '\\u0000' } }))
    await spool.close()
    const got: InferenceEvent[] = []
    await (await shipperOf(folder, async (events) => void got.push(...events))).drain()
    expect(got[0]?.content).toEqual({ input: 'a\uFFFDb\uFFFDc', output: '\\u0000' })
  })
})

describe('a full disk', () => {
  const diskThat =
    (isFull: () => boolean): typeof createSegment =>
    async (folder, name) => {
      if (isFull()) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      const handle = await createSegment(folder, name)
      const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<{ bytesWritten: number }>
      // Half of the group goes out before the disk refuses the rest.
      handle.write = (async (bytes: Buffer, offset: number, length: number, position: number) => {
        if (!isFull()) return write(bytes, offset, length, position)
        if (length > 400) return write(bytes, offset, 400, position)
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      }) as never
      return handle
    }

  it('loses nothing while memory lasts, counts what it drops after that, and recovers by itself', async () => {
    const folder = newFolder()
    let isFull = false
    const spool = open(folder, { create: diskThat(() => isFull), maxWaiting: 10 })
    spool.append(inferenceEvent({ id: 'evt_before' }))
    await spool.flush()
    isFull = true
    spool.append(inferenceEvent({ id: 'evt_0' }))
    await expect.poll(() => spool.state).toBe('degraded')
    for (let i = 1; i < 13; i += 1) spool.append(inferenceEvent({ id: `evt_${i}` }))
    expect(spool.stats()).toMatchObject({ state: 'full', dropped: 3, durable: 1, last_error: 'ENOSPC' })
    isFull = false
    await spool.flush()
    expect(spool.stats()).toMatchObject({ state: 'ok', durable: 11, dropped: 3 })
    await spool.close()
    const seen = new Map<string, number>()
    const shipper = await shipperOf(folder, sinkInto(seen))
    await shipper.drain()
    expect([...seen.keys()]).toEqual(['evt_before', ...Array.from({ length: 10 }, (_, i) => `evt_${i}`)])
    expect(shipper.stats()).toMatchObject({ missing: 0, dead_letters: 0 })
  })

  it('makes a shutdown say what was not written, and ends', async () => {
    const spool = open(newFolder(), { create: diskThat(() => true) })
    spool.append(inferenceEvent())
    await expect.poll(() => spool.state).toBe('degraded')
    await expect(spool.close()).rejects.toThrow('1 events could not be written')
  })
})

describe('the shipper', () => {
  const filled = async (folder: string, count: number): Promise<InferenceEvent[]> => {
    const spool = open(folder)
    const events = Array.from({ length: count }, (_, i) => inferenceEvent({ id: `evt_${i}` }))
    for (const event of events) spool.append(event)
    await spool.close()
    return events
  }

  it('tries again after the store was away, and says how far behind it is', async () => {
    const folder = newFolder()
    await filled(folder, 5)
    const seen = new Map<string, number>()
    let isAway = true
    const shipper = await shipperOf(folder, async (events) => {
      if (isAway) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
      await sinkInto(seen)(events)
    })
    await expect(shipper.drain()).rejects.toThrow('connection refused')
    expect(shipper.stats()).toMatchObject({ failures_in_a_row: 1, backlog_age_ms: 5_000, shipped: 0 })
    expect(shipper.stats().backlog_bytes).toBeGreaterThan(1_000)
    isAway = false
    await shipper.drain()
    expect(seen.size).toBe(5)
    expect(shipper.stats()).toMatchObject({ failures_in_a_row: 0, backlog_bytes: 0, backlog_age_ms: 0 })
  })

  it('advances only after the commit: a batch that was half-way comes again whole', async () => {
    const folder = newFolder()
    await filled(folder, 5)
    const seen = new Map<string, number>()
    const dies = await shipperOf(folder, async (events) => {
      await sinkInto(seen)(events)
      throw new Error('the answer of the commit was lost')
    })
    await expect(dies.drain()).rejects.toThrow()
    await (await shipperOf(folder, sinkInto(seen))).drain()
    expect([...seen.values()]).toEqual([2, 2, 2, 2, 2])
  })

  it('sets aside the rows that the store will never take, and only those', async () => {
    const folder = newFolder()
    await filled(folder, 9)
    const seen = new Map<string, number>()
    const shipper = await shipperOf(folder, async (events) => {
      if (events.some(({ id }) => id === 'evt_3')) throw Object.assign(new Error('value out of range'), { code: '22003' })
      await sinkInto(seen)(events)
    })
    await shipper.drain()
    expect([...seen.keys()].sort()).toEqual(['evt_0', 'evt_1', 'evt_2', 'evt_4', 'evt_5', 'evt_6', 'evt_7', 'evt_8'])
    expect(shipper.stats()).toMatchObject({ dead_letters: 1, shipped: 8 })
    const letter = JSON.parse(readFileSync(join(folder, 'dead-letters', '2026-06-01.ndjson'), 'utf8'))
    expect(letter).toMatchObject({ sequence: 4, reason: expect.stringContaining('value out of range') })
    expect(JSON.parse(letter.payload)).toMatchObject({ id: 'evt_3' })
    expect((await shipperOf(folder, sinkInto(seen))).stats().dead_letters).toBe(1)
  })

  it('sets aside what is no event', async () => {
    const folder = newFolder()
    const spool = open(folder)
    spool.append({ ...inferenceEvent(), latency_ms: Number.NaN })
    spool.append({ ...inferenceEvent(), input_tokens: 10n } as never)
    spool.append(inferenceEvent({ id: 'evt_good' }))
    await spool.close()
    const seen = new Map<string, number>()
    const shipper = await shipperOf(folder, sinkInto(seen))
    await shipper.drain()
    expect([...seen.keys()]).toEqual(['evt_good'])
    expect(shipper.stats()).toMatchObject({ dead_letters: 2, missing: 0 })
  })

  it('keeps the torn end of a dead writer, wherever it was cut', async () => {
    const sizes: number[] = []
    for (const cut of [1, 7, 20, 500]) {
      const folder = newFolder()
      await filled(folder, 3)
      const [segment] = segmentsIn(folder)
      const path = join(folder, segment!)
      truncateSync(path, readFileSync(path).length - cut)
      const seen = new Map<string, number>()
      const shipper = await shipperOf(folder, sinkInto(seen))
      await shipper.drain()
      expect([...seen.keys()]).toEqual(['evt_0', 'evt_1'])
      expect(segmentsIn(folder)).toEqual([])
      expect(shipper.stats().dead_letters).toBe(1)
      sizes.push(seen.size)
    }
    expect(sizes).toEqual([2, 2, 2, 2])
  })

  it('notices damage inside a segment, keeps the bytes, and goes on with the next segment', async () => {
    const folder = newFolder()
    const spool = open(folder, { segmentBytes: 1 })
    for (let i = 0; i < 3; i += 1) {
      spool.append(inferenceEvent({ id: `evt_${i}` }))
      await spool.flush()
    }
    await spool.close()
    const second = join(folder, segmentsIn(folder)[1]!)
    const bytes = readFileSync(second)
    bytes[100]! ^= 1
    writeFileSync(second, bytes)
    const seen = new Map<string, number>()
    const shipper = await shipperOf(folder, sinkInto(seen))
    await shipper.drain()
    expect([...seen.keys()]).toEqual(['evt_0', 'evt_2'])
    expect(shipper.stats()).toMatchObject({ missing: 1, dead_letters: 1 })
  })
})
