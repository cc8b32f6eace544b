/**
 * Messages that leave a transaction with it. `publish` in a write puts a row here; after the commit a dispatcher
 * hands it to the subscribers of its topic, at least once and in order per process. A handler that throws is tried again with back-off.
 */
import { sql } from 'kysely'
import type { Clock } from '../clock/index.ts'
import { isoAt } from '../clock/index.ts'
import { newId } from '../ids/index.ts'
import type { Logger } from '../logging/index.ts'
import { type Executor, type Json, json, migration, type Store, tables } from '../store/index.ts'

export interface Message {
  readonly id: string
  readonly project: string
  /** `room.noun-verb`, e.g. `governance.release-suspended`. */
  readonly topic: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly publishedAt: string
}

interface OutboxTables {
  outbox: {
    id: string
    project: string
    topic: string
    payload: Json<Record<string, unknown>>
    published_at: string
    attempts: number
    next_attempt_at: string
    dispatched_at: string | null
  }
}

const q = tables<OutboxTables>()

export const outboxMigrations = [
  migration('platform-001-outbox', [
    `create table outbox (
      id text primary key, project text not null, topic text not null, payload jsonb not null, published_at timestamptz not null,
      attempts integer not null default 0, next_attempt_at timestamptz not null, dispatched_at timestamptz)`,
    'create index outbox_waiting on outbox (next_attempt_at, id) where dispatched_at is null',
  ]),
]

export const insertMessages = async (
  at: Executor,
  messages: readonly { topic: string; payload: Record<string, unknown> }[],
  nowMs: number,
): Promise<void> => {
  if (messages.length === 0) return
  await q(at)
    .insertInto('outbox')
    .values(
      messages.map(({ topic, payload }) => ({
        id: newId('msg', nowMs),
        topic,
        payload: json(payload),
        published_at: isoAt(nowMs),
        attempts: 0,
        next_attempt_at: isoAt(nowMs),
      })) as never,
    )
    .execute()
}

type Handler = (message: Message) => Promise<void>

export interface Outbox {
  /** `topic` is exact, or a room's prefix ending in `.`. */
  subscribe(topic: string, handler: Handler): void
  /** Delivers what waits; resolves when nothing is due. Called after each commit and by a timer. */
  drain(): Promise<void>
  /** Forgets what was delivered more than a week ago. */
  sweep(): Promise<void>
  start(everyMs?: number): void
  stop(): Promise<void>
}

const KEPT_MS = 7 * 86_400_000
const SWEEP_EVERY_MS = 3_600_000
const BACK_OFF_MS = [1_000, 5_000, 30_000, 300_000, 3_600_000] as const

export const createOutbox = (store: Store, clock: Clock, log: Logger): Outbox => {
  const handlers: { topic: string; handler: Handler }[] = []
  let timer: NodeJS.Timeout | undefined
  let sweeper: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let again = false
  let stopListening = (): void => {}

  const deliver = async (row: Message & { attempts: number }): Promise<void> => {
    const root = store.root as never as ReturnType<typeof q>
    try {
      for (const { topic, handler } of handlers) {
        if (topic === row.topic || (topic.endsWith('.') && row.topic.startsWith(topic))) await handler(row)
      }
      await root
        .updateTable('outbox')
        .set({ dispatched_at: isoAt(clock.now()) })
        .where('id', '=', row.id)
        .execute()
    } catch (error) {
      log.error({ err: error, topic: row.topic, message: row.id }, 'outbox handler')
      const wait = BACK_OFF_MS[Math.min(row.attempts, BACK_OFF_MS.length - 1)] ?? 0
      await root
        .updateTable('outbox')
        .set({ attempts: row.attempts + 1, next_attempt_at: isoAt(clock.now() + wait) })
        .where('id', '=', row.id)
        .execute()
    }
  }

  const drainOnce = async (): Promise<void> => {
    for (;;) {
      // Claiming by a moved due time, so that no lock is held while handlers run; a claimant that dies frees its rows after a minute.
      const due = isoAt(clock.now())
      const { rows } = await sql<{
        id: string
        project: string
        topic: string
        payload: Record<string, unknown>
        published_at: string
        attempts: number
      }>`
        update outbox set next_attempt_at = ${isoAt(clock.now() + 60_000)}
        where id in (select id from outbox where dispatched_at is null and next_attempt_at <= ${due} order by id limit 50 for update skip locked)
        returning id, project, topic, payload, published_at, attempts`.execute(store.root)
      if (rows.length === 0) return
      for (const row of [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))) await deliver({ ...row, publishedAt: row.published_at })
    }
  }

  const drain = (): Promise<void> => {
    if (running !== undefined) {
      again = true
      return running
    }
    running = drainOnce()
      .then(async () => {
        while (again) {
          again = false
          await drainOnce()
        }
      })
      .finally(() => {
        running = undefined
      })
    return running
  }

  const sweep = async (): Promise<void> => {
    await sql`delete from outbox where dispatched_at < ${isoAt(clock.now() - KEPT_MS)}`.execute(store.root)
  }

  return {
    sweep,
    subscribe: (topic, handler) => {
      handlers.push({ topic, handler })
    },
    drain,
    start: (everyMs = 1_000) => {
      const kick = (): void => {
        drain().catch((error: unknown) => log.error({ err: error }, 'outbox'))
      }
      stopListening = store.listen((channel) => {
        if (channel === 'outbox') kick()
      })
      timer = setInterval(kick, everyMs)
      timer.unref()
      kick()
      sweeper = setInterval(() => sweep().catch((error: unknown) => log.error({ err: error }, 'outbox')), SWEEP_EVERY_MS)
      sweeper.unref()
    },
    stop: async () => {
      stopListening()
      clearInterval(timer)
      clearInterval(sweeper)
      await running?.catch(() => {})
    },
  }
}
