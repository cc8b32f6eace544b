import { type Ctx, type Platform, systemContext } from '#platform/context'
import { RunProblem } from './answer-items.ts'
import type { Generate } from './generate.ts'
import { CANCELLED, holdLease, LOST } from './lease.ts'
import { moveRun } from './move-run.ts'
import { performRun } from './perform-run.ts'
import { type ProgressWatch, watchProgress } from './progress.ts'
import { isOver } from './run.ts'
import { findRun } from './run-store.ts'

/**
 * Does a run from wherever it stands to its report. Safe to call at any time, by any number of workers: a lease lets one
 * in, what is answered is not asked again, and a worker that dies is followed by another when its lease ends.
 */
export const executeRun = async (platform: Platform, project: string, runId: string, generate: Generate, shutdown: AbortSignal): Promise<void> => {
  const ctx = systemContext(platform, 'assessment', project)
  const found = await findRun(ctx.read, runId)
  if (found === undefined || isOver(found.status)) return
  const watch = watchProgress(found.progress.total)
  const lease = await holdLease(ctx, runId, watch.now)
  if (lease === undefined) return
  const signal = AbortSignal.any([shutdown, lease.signal])
  try {
    const { status } = (await findRun(ctx.read, runId)) ?? found
    if (status === 'cancelling') throw CANCELLED
    const run = await moveRun(ctx, runId, 'start', (tx) => ({ started_at: found.started_at ?? tx.nowAt }))
    await performRun({ ctx, run, generate, watch, signal })
  } catch (error) {
    await settle(ctx, runId, signal.aborted ? signal.reason : error, watch)
  } finally {
    await lease.release()
  }
}

const settle = async (ctx: Ctx, runId: string, reason: unknown, watch: ProgressWatch): Promise<void> => {
  const run = await findRun(ctx.read, runId)
  if (reason === LOST || run === undefined || isOver(run.status)) return
  if (reason === CANCELLED || run.status === 'cancelling') {
    await moveRun(ctx, runId, 'stopped', (tx) => ({ finished_at: tx.nowAt, progress: watch.now() }))
    return
  }
  // Stopped with the process: the run stays as it is, and goes on when a worker is there again.
  if (reason === SHUTDOWN) return
  const isKnown = reason instanceof RunProblem
  if (!isKnown) ctx.log.error({ err: reason, run: runId }, 'run failed')
  const problem = isKnown ? reason.message : 'something failed inside the server; its log has the details'
  await moveRun(ctx, runId, 'fail', (tx) => ({ finished_at: tx.nowAt, progress: watch.now(), problem }))
}

/** The reason that whoever stops the worker gives. */
export const SHUTDOWN = Symbol('the process stops')
