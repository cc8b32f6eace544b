import { isoAt } from '#platform/clock'
import { type Platform, systemContext } from '#platform/context'
import { executeRun, SHUTDOWN } from './execute-run.ts'
import type { Generate } from './generate.ts'
import { LEASE_MS } from './lease.ts'
import { abandonedRuns, dropAllLeases, unfinishedRuns } from './run-store.ts'
import { enqueueRun, RUN_QUEUE } from './start-run.ts'

const RECOVERY_QUEUE = 'assessment-recover'
const RUNS_AT_ONCE = 2
/** The longest that the job library allows, less a margin; a run that takes longer is taken up again where it stands. */
const LONGEST_SECONDS = 86_000
const QUEUED_TOO_LONG_MS = 60_000

export interface AssessmentWork {
  /** Takes up what a dead process left, at once instead of at the next minute; call it after the jobs have started. */
  recover(): Promise<void>
  /** Stops runs between two calls; they go on when a worker is there again. Resolves when none is active. */
  stop(): Promise<void>
}

export const assessmentJobs = (platform: Platform, { generate }: { generate: Generate }): AssessmentWork => {
  const shutdown = new AbortController()
  const active = new Set<Promise<void>>()
  platform.jobs.handle<{ id: string; project: string }>(
    RUN_QUEUE,
    async ({ id, project }, signal) => {
      const both = AbortSignal.any([shutdown.signal, expired(signal)])
      const run = executeRun(platform, project, id, generate, both).finally(() => active.delete(run))
      active.add(run)
      await run
    },
    { concurrency: RUNS_AT_ONCE, retryLimit: 2, expireInSeconds: LONGEST_SECONDS },
  )
  platform.jobs.handle(RECOVERY_QUEUE, () => recoverRuns(platform))
  platform.jobs.every(RECOVERY_QUEUE, '* * * * *')
  return {
    recover: async () => {
      if (platform.store.kind === 'pglite') return takeUpAll(platform)
      await recoverRuns(platform)
      // A worker that died just now still has its lease. The job library goes by the wall clock.
      await platform.jobs.enqueue(RECOVERY_QUEUE, {}, { startAfter: new Date(Date.now() + LEASE_MS + 1_000) })
    },
    stop: async () => {
      shutdown.abort(SHUTDOWN)
      await Promise.allSettled(active)
    },
  }
}

/** The job library gives up on a job that takes too long; the run itself does not. */
const expired = (signal: AbortSignal): AbortSignal => {
  const controller = new AbortController()
  if (signal.aborted) controller.abort(SHUTDOWN)
  else signal.addEventListener('abort', () => controller.abort(SHUTDOWN), { once: true })
  return controller.signal
}

const KEY_LASTS_MS = 600_000

/** Queues what nobody works on. One job for one death: the job of the dead worker still counts as running, so its key cannot be used again. */
export const recoverRuns = async (platform: Platform): Promise<void> => {
  const ctx = systemContext(platform, 'assessment')
  const nowMs = platform.clock.now()
  for (const { id, lease_until } of await abandonedRuns(ctx.read, isoAt(nowMs), isoAt(nowMs - QUEUED_TOO_LONG_MS)))
    await enqueueRun(ctx, id, `${id} ${lease_until ?? Math.floor(nowMs / KEY_LASTS_MS)}`)
}

/** When nobody else can have the store open, a lease in it is a dead process's: no need to wait for its end. */
const takeUpAll = async (platform: Platform): Promise<void> => {
  const ctx = systemContext(platform, 'assessment')
  await dropAllLeases(ctx.read)
  for (const { id } of await unfinishedRuns(ctx.read)) await enqueueRun(ctx, id)
}
