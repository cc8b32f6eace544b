import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Platform } from '#platform/context'
import type { Spool } from './spool/recorder.ts'
import { createShipper, type Shipper } from './spool/shipper.ts'
import { createSpool } from './spool/spool.ts'
import { storeEvents } from './store-events.ts'

/** `degraded` and `full` are about the disk; a growing backlog is about the store. */
export const Pipeline = z
  .object({
    state: z.enum(['ok', 'degraded', 'full']),
    appended: z.number(),
    durable: z.number(),
    dropped: z.number(),
    commits: z.number(),
    failed_commits: z.number(),
    last_error: z.string().nullable(),
    shipped: z.number(),
    backlog_bytes: z.number(),
    backlog_age_ms: z.number(),
    dead_letters: z.number(),
    missing: z.number(),
    failures_in_a_row: z.number(),
  })
  .meta({ id: 'Pipeline' })
export type Pipeline = z.infer<typeof Pipeline>

export interface EventPipeline {
  readonly spool: Spool
  readonly shipper: Shipper
  stats(): Pipeline
  /** All that was recorded is on disk, and in the store when the store takes it. */
  stop(): Promise<void>
}

const MAX_STOP_MS = 5_000

/** From the gateway's hand to the store: the spool in this folder and the shipper that empties it. */
export const startEventPipeline = async (platform: Platform, folder: string): Promise<EventPipeline> => {
  const spool = createSpool({ folder, log: platform.log })
  const shipper = await createShipper({
    folder,
    clock: platform.clock,
    log: platform.log,
    ownWriter: spool.writer,
    write: (events) => storeEvents(platform.store, events),
  })
  shipper.start()
  return {
    spool,
    shipper,
    stats: () => ({ ...shipper.stats(), ...spool.stats() }),
    stop: async () => {
      await spool.close().catch((error: unknown) => platform.log.error({ err: error }, 'the event spool could not be emptied'))
      // What the store does not take now waits on disk for the next start: a store that does not answer must not hold up the end.
      const drained = shipper.stop().then(() => shipper.drain())
      await Promise.race([drained.catch(() => {}), sleep(MAX_STOP_MS, undefined, { ref: false })])
    },
  }
}
