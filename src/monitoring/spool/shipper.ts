import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#platform/clock'
import type { Logger } from '#platform/logging'
import type { InferenceEvent } from '../event.ts'
import { type Cursor, loadCursor, saveCursor } from './cursor.ts'
import { type DeadLetters, openDeadLetters } from './dead-letters.ts'
import { readEvent, readFrom, waitingBytes } from './read.ts'
import type { SpoolRecord } from './record.ts'
import { isAlive, listSegments, MAGIC, type SegmentName } from './segments.ts'

export interface ShipperOptions {
  readonly folder: string
  readonly clock: Clock
  readonly log: Logger
  /** Takes a batch whole or throws; taking the same events again changes nothing. */
  readonly write: (events: readonly InferenceEvent[]) => Promise<void>
  /** The writer of this process: its last segment is still being written. */
  readonly ownWriter: string | null
}

export interface ShipperStats {
  readonly shipped: number
  /** Bytes on disk that the store does not have yet, and how long the oldest of them has waited. */
  readonly backlog_bytes: number
  readonly backlog_age_ms: number
  readonly dead_letters: number
  /** Sequences that no segment held: events that were recorded and are gone. */
  readonly missing: number
  readonly failures_in_a_row: number
}

export interface Shipper {
  /** Ships what is on disk now; rejects when the store does not take it. */
  drain(): Promise<void>
  start(everyMs?: number): void
  stop(): Promise<void>
  stats(): ShipperStats
}

const MAX_WAIT_MS = 10_000

/** SQLSTATE classes 22 (data) and 23 (constraint): this row will be refused for ever. Anything else is the store's trouble, and passes. */
const isRefusedForEver = (error: unknown): boolean => /^2[23]/.test(String((error as { code?: unknown }).code ?? ''))

interface Readable {
  readonly event: InferenceEvent
  readonly sequence: number
  readonly payload: string
}

export const createShipper = async (options: ShipperOptions): Promise<Shipper> => {
  const { folder, clock, log, write } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const deadLetters: DeadLetters = await openDeadLetters(join(folder, 'dead-letters'))
  const cursor: Cursor = await loadCursor(folder)
  const counts = { shipped: 0, missing: 0 }
  let backlogBytes = 0
  let oldestWaitingMs: number | undefined
  let failuresInARow = 0
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let isStopped = false

  const refuse = (record: { sequence: number; payload: string }, writer: string, reason: string): Promise<void> => {
    log.error({ writer, sequence: record.sequence, reason }, 'an event became a dead letter')
    return deadLetters.put({ reason, writer, ...record }, clock.now())
  }

  /** Halves a batch that the store refuses until the rows that it will never take stand alone. */
  const writeOrIsolate = async (events: readonly Readable[], writer: string): Promise<void> => {
    try {
      await write(events.map(({ event }) => event))
      counts.shipped += events.length
    } catch (error) {
      if (!isRefusedForEver(error)) throw error
      const [only] = events
      if (events.length === 1 && only !== undefined) return refuse(only, writer, String(error))
      const middle = events.length >> 1
      await writeOrIsolate(events.slice(0, middle), writer)
      await writeOrIsolate(events.slice(middle), writer)
    }
  }

  const deliver = async (records: readonly SpoolRecord[], { writer, firstSequence }: SegmentName): Promise<void> => {
    const readable: Readable[] = []
    // Of a writer that this cursor does not know, another process may have shipped and cleared away the beginning.
    let next = cursor.next[writer] ?? firstSequence
    let missing = 0
    for (const { sequence, payload } of records) {
      // A group that was written again after a failed sync.
      if (sequence < next) continue
      missing += sequence - next
      next = sequence + 1
      const text = payload.toString('utf8')
      const event = readEvent(text)
      if (typeof event === 'string') await refuse({ sequence, payload: text }, writer, event)
      else readable.push({ event, sequence, payload: text })
    }
    const first = readable[0]
    if (first !== undefined) {
      oldestWaitingMs = Date.parse(first.event.at)
      await writeOrIsolate(readable, writer)
    }
    if (missing > 0) log.error({ writer, missing }, 'the spool has a gap')
    counts.missing += missing
    cursor.next[writer] = next
  }

  const shipSegment = async (name: SegmentName, isFinal: boolean): Promise<void> => {
    const path = join(folder, name.file)
    for (;;) {
      const offset = cursor.offsets[name.file] ?? MAGIC.length
      const read = await readFrom(path, offset)
      if (read === undefined) return
      if (read.records.length > 0) {
        await deliver(read.records, name)
        cursor.offsets[name.file] = offset + read.readBytes
        await saveCursor(folder, cursor)
      } else if (isFinal) {
        return finish(name, path, offset, read.sizeBytes)
      } else {
        backlogBytes += Math.max(0, read.sizeBytes - offset)
        return
      }
    }
  }

  /** What a crash left half-written was never acknowledged; it is kept all the same, since damage inside a file looks alike. */
  const finish = async (name: SegmentName, path: string, offset: number, sizeBytes: number): Promise<void> => {
    if (sizeBytes > offset) {
      const file = await open(path, 'r')
      const rest = Buffer.alloc(sizeBytes - offset)
      await file.read(rest, 0, rest.length, offset).finally(() => file.close())
      await deadLetters.putBytes(`${name.file}.${offset}`, rest)
      log.error({ segment: name.file, offset, bytes: rest.length }, 'the end of a segment cannot be read')
    }
    await rm(path, { force: true })
    delete cursor.offsets[name.file]
    await saveCursor(folder, cursor)
  }

  const shipAll = async (): Promise<void> => {
    const names = await listSegments(folder)
    backlogBytes = 0
    for (const [index, name] of names.entries()) {
      const hasSuccessor = names[index + 1]?.writer === name.writer
      const isWriterAlive = name.writer === options.ownWriter || (name.pid !== process.pid && isAlive(name.pid))
      await shipSegment(name, hasSuccessor || !isWriterAlive)
    }
    forgetWriters(names)
    if (backlogBytes === 0) oldestWaitingMs = undefined
  }

  const forgetWriters = (names: readonly SegmentName[]): void => {
    const present = new Set(names.map((name) => name.writer))
    for (const writer of Object.keys(cursor.next)) if (!present.has(writer) && writer !== options.ownWriter) delete cursor.next[writer]
  }

  const drain = (): Promise<void> => {
    running ??= shipAll()
      .then(() => {
        failuresInARow = 0
      })
      .catch(async (error: unknown) => {
        if (failuresInARow === 0) log.error({ err: error }, 'events cannot be stored; they wait in the spool')
        failuresInARow += 1
        backlogBytes = await waitingBytes(folder, cursor).catch(() => backlogBytes)
        throw error
      })
      .finally(() => {
        running = undefined
      })
    return running
  }

  const loop = (everyMs: number): void => {
    if (isStopped) return
    // Full jitter, so that processes that lost the same database do not come back together.
    const waitMs = failuresInARow === 0 ? everyMs : Math.random() * Math.min(MAX_WAIT_MS, everyMs * 2 ** failuresInARow) + everyMs
    timer = setTimeout(() => {
      drain()
        .catch(() => {})
        .finally(() => loop(everyMs))
    }, waitMs)
    timer.unref()
  }

  return {
    drain,
    start: (everyMs = 200) => {
      isStopped = false
      loop(everyMs)
    },
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await running?.catch(() => {})
    },
    stats: () => ({
      ...counts,
      backlog_bytes: backlogBytes,
      backlog_age_ms: oldestWaitingMs === undefined ? 0 : Math.max(0, clock.now() - oldestWaitingMs),
      dead_letters: deadLetters.count(),
      failures_in_a_row: failuresInARow,
    }),
  }
}
