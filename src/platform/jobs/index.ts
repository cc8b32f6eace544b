export { type Repeating, repeat } from './repeat.ts'

import { randomUUID } from 'node:crypto'
import { type Job, PgBoss } from 'pg-boss'
import type { Logger } from '../logging/index.ts'
import type { Store } from '../store/index.ts'

/** Durable background work on the store. A job that dies with its process runs again; handlers are idempotent and resume per item. */
export interface Jobs {
  /** Declares a queue and its handler; call before `start`. */
  handle<T extends object>(
    queue: string,
    handler: (data: T, signal: AbortSignal) => Promise<void>,
    options?: { concurrency?: number; retryLimit?: number; retryDelaySeconds?: number; expireInSeconds?: number },
  ): void
  /** `onceKey` keeps a second job of the same key out while one waits or runs. */
  enqueue(queue: string, data: object, options?: { startAfter?: Date; onceKey?: string }): Promise<void>
  /** Runs on a cron expression in UTC, once across all processes. */
  every(queue: string, cron: string): void
  start(options?: { work?: boolean }): Promise<void>
  stop(): Promise<void>
}

interface Queue {
  handler: (data: object, signal: AbortSignal) => Promise<void>
  concurrency: number
  retryLimit: number
  retryDelaySeconds: number
  expireInSeconds: number
}

export const createJobs = (store: Store, log: Logger, options: { pollSeconds?: number } = {}): Jobs => {
  const db = { executeSql: (text: string, values?: unknown[]) => store.raw(text, values) }
  const boss = new PgBoss({
    db,
    schema: 'jobs',
    ...(store.kind === 'pglite' ? { backend: 'pglite' as const } : {}),
    maintenanceIntervalSeconds: 60,
  } as ConstructorParameters<typeof PgBoss>[0])
  boss.on('error', (error) => log.error({ err: error }, 'job runner'))
  const queues = new Map<string, Queue>()
  const crons = new Map<string, string>()
  let started: Promise<void> | undefined

  const work = async (name: string, queue: Queue): Promise<void> => {
    for (let i = 0; i < queue.concurrency; i += 1) {
      await boss.work(name, { pollingIntervalSeconds: options.pollSeconds ?? 1, batchSize: 1 }, async ([job]: Job<object>[]) => {
        if (job === undefined) return
        await queue.handler(job.data, job.signal)
      })
    }
  }

  return {
    handle: (name, handler, { concurrency = 1, retryLimit = 3, retryDelaySeconds = 5, expireInSeconds = 3600 } = {}) => {
      queues.set(name, { handler: handler as Queue['handler'], concurrency, retryLimit, retryDelaySeconds, expireInSeconds })
    },
    every: (name, cron) => {
      crons.set(name, cron)
    },
    enqueue: async (name, data, { startAfter, onceKey } = {}) => {
      await started
      await boss.send(name, data, { ...(startAfter === undefined ? {} : { startAfter }), singletonKey: onceKey ?? randomUUID() })
    },
    start: ({ work: isWorker = true } = {}) => {
      started ??= (async () => {
        await boss.start()
        for (const [name, queue] of queues) {
          await boss.createQueue(name, {
            policy: 'exclusive',
            retryLimit: queue.retryLimit,
            retryDelay: queue.retryDelaySeconds,
            retryBackoff: queue.retryDelaySeconds > 0,
            expireInSeconds: queue.expireInSeconds,
          })
          if (isWorker) await work(name, queue)
        }
        for (const [name, cron] of crons) await boss.schedule(name, cron)
      })()
      return started
    },
    stop: async () => {
      if (started === undefined) return
      await started.catch(() => {})
      await boss.stop({ graceful: false })
    },
  }
}
