import type { FileHandle } from 'node:fs/promises'
import { newId } from '#platform/ids'
import type { Logger } from '#platform/logging'
import type { InferenceEvent } from '../event.ts'
import { MAX_PAYLOAD_BYTES, maxRecordBytes, writeRecord } from './record.ts'
import type { Spool, SpoolState } from './recorder.ts'
import { createSegment, MAGIC, type SegmentName, segmentName, writeAll } from './segments.ts'

export interface SpoolOptions {
  readonly folder: string
  readonly log: Logger
  /** Events that arrive within this time share one sync. */
  readonly groupMs?: number
  readonly segmentBytes?: number
  /** Events that wait in memory while the disk refuses; beyond it they are dropped and counted. At 1 kB each some 50 MB. */
  readonly maxWaiting?: number
  /** How a segment is made; a test hands in a disk that is full. */
  readonly create?: typeof createSegment
}

export interface OwnSpool extends Spool {
  readonly folder: string
  readonly writer: string
}

const GROUP_BYTES = 1_048_576
const SMALL_GROUP = 256
const RETRY_MS = [20, 100, 500, 2_000, 5_000] as const

/** Texts that make an event too big for a record are left out; the record of the call is not. What cannot be written at all still takes its number and ends as a dead letter. */
const textOf = (event: InferenceEvent): string => {
  try {
    const text = JSON.stringify(event)
    if (isFitting(text)) return text
    const short = JSON.stringify({ ...event, content: null, findings: event.findings.slice(0, 100) })
    return isFitting(short) ? short : refused(event, 'too large for a record')
  } catch (error) {
    return refused(event, String(error))
  }
}

const isFitting = (text: string): boolean =>
  text.length <= MAX_PAYLOAD_BYTES && (text.length * 3 <= MAX_PAYLOAD_BYTES || Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES)

const refused = (event: InferenceEvent, why: string): string => JSON.stringify({ id: String(event.id).slice(0, 64), refused: why.slice(0, 200) })

export const createSpool = ({
  folder,
  log,
  groupMs = 10,
  segmentBytes = 16 * 1_048_576,
  maxWaiting = 50_000,
  create = createSegment,
}: SpoolOptions): OwnSpool => {
  const writer = newId('wr')
  let queue: InferenceEvent[] = []
  // One group is on its way at a time, so one place is enough for all: a buffer an event was a third of the cost of writing it.
  let group = Buffer.allocUnsafeSlow(GROUP_BYTES)
  let waiters: { upTo: number; resolve: () => void; reject: (error: Error) => void }[] = []
  let segment: { handle: FileHandle; sizeBytes: number } | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let nextSequence = 1
  let failuresInARow = 0
  let isClosing = false
  let wake = (): void => {}
  const counts = { appended: 0, durable: 0, dropped: 0, commits: 0, failed_commits: 0 }
  let lastError: string | null = null

  const state = (): SpoolState => (failuresInARow === 0 ? 'ok' : queue.length >= maxWaiting ? 'full' : 'degraded')

  const currentSegment = async (): Promise<{ handle: FileHandle; sizeBytes: number }> => {
    if (segment !== undefined && segment.sizeBytes >= segmentBytes) await abandon()
    if (segment === undefined) {
      const name: SegmentName = segmentName(writer, process.pid, nextSequence)
      segment = { handle: await create(folder, name), sizeBytes: MAGIC.length }
    }
    return segment
  }

  const abandon = async (): Promise<void> => {
    const old = segment
    segment = undefined
    // What a failed write left behind its last good record would look like damage to a reader.
    await old?.handle.truncate(old.sizeBytes).catch(() => {})
    await old?.handle.close().catch(() => {})
  }

  /** After a failed write or sync nobody knows what the file holds: it is left as it is and the group goes whole into a new one. Readers skip what they have seen. */
  const persist = async (bytes: Buffer): Promise<void> => {
    for (;;) {
      try {
        const { handle, sizeBytes } = await currentSegment()
        await writeAll(handle, bytes, sizeBytes)
        await handle.datasync()
        segment!.sizeBytes += bytes.length
        failuresInARow = 0
        return
      } catch (error) {
        await abandon()
        counts.failed_commits += 1
        lastError = String((error as NodeJS.ErrnoException).code ?? error)
        if (failuresInARow === 0) log.error({ err: error }, 'the event spool cannot write; events wait in memory')
        if (isClosing) throw error
        const waitMs = RETRY_MS[Math.min(failuresInARow, RETRY_MS.length - 1)]!
        failuresInARow += 1
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, waitMs)
        })
      }
    }
  }

  const encode = (at: number, sequence: number, event: InferenceEvent): number => {
    const text = textOf(event)
    const needed = at + maxRecordBytes(text)
    if (needed > group.length) {
      const larger = Buffer.allocUnsafeSlow(needed)
      group.copy(larger, 0, 0, at)
      group = larger
    }
    return writeRecord(group, at, sequence, text)
  }

  const commitAll = async (): Promise<void> => {
    while (queue.length > 0) {
      let taken = 0
      let end = 0
      while (taken < queue.length && end < GROUP_BYTES / 2) {
        end = encode(end, nextSequence + taken, queue[taken]!)
        taken += 1
      }
      await persist(group.subarray(0, end))
      queue = queue.slice(taken)
      nextSequence += taken
      counts.durable += taken
      counts.commits += 1
      settle()
      // A small remainder waits for the next group: a sync for each call would cost more than the call's record.
      if (waiters.length === 0 && queue.length < SMALL_GROUP) return
    }
  }

  const settle = (): void => {
    const ready = waiters.filter((waiter) => waiter.upTo <= counts.durable)
    waiters = waiters.filter((waiter) => waiter.upTo > counts.durable)
    for (const { resolve } of ready) resolve()
  }

  const commitNow = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    running ??= commitAll()
      .catch((error: unknown) => {
        const failure = new Error(`${queue.length} events could not be written`, { cause: error })
        for (const { reject } of waiters) reject(failure)
        waiters = []
      })
      .finally(() => {
        running = undefined
        if (queue.length > 0 && !isClosing) schedule()
      })
    return running
  }

  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      void commitNow()
    }, groupMs)
  }

  const flush = (): Promise<void> => {
    if (counts.durable === counts.appended) return Promise.resolve()
    return new Promise((resolve, reject) => {
      waiters.push({ upTo: counts.appended, resolve, reject })
      void commitNow()
    })
  }

  return {
    folder,
    writer,
    get state() {
      return state()
    },
    append: (event) => {
      if (queue.length >= maxWaiting || isClosing) {
        counts.dropped += 1
        return
      }
      queue.push(event)
      counts.appended += 1
      if (running === undefined) schedule()
    },
    flush,
    close: async () => {
      isClosing = true
      wake()
      try {
        await flush()
      } finally {
        await abandon()
      }
    },
    stats: () => ({ state: state(), ...counts, last_error: lastError }),
  }
}
