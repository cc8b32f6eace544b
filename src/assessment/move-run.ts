import { type Tx, write } from '#audit'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { assessmentErrors } from './errors.ts'
import { can } from './permissions.ts'
import { nextStatus, type Run, type RunEvent } from './run.ts'
import { deleteFailedItems, findRun, updateRun } from './run-store.ts'
import { enqueueRun } from './start-run.ts'

type Change = Parameters<typeof updateRun>[2]

/** One move of the state machine, with its audit entry. */
export const moved = async (ctx: Ctx, tx: Tx, id: string, event: RunEvent, action: string, change: Change = {}): Promise<Run> => {
  const run = await findRun(tx, id)
  if (run === undefined) throw platformErrors.not_found({ kind: 'run', id })
  const status = nextStatus(run.status, event)
  if (status === undefined) throw assessmentErrors.run_state({ status: run.status, event })
  if (!(await updateRun(tx, run, { ...change, status }))) throw platformErrors.conflict()
  tx.record({
    action,
    subject: { kind: 'run', id },
    details: { from: run.status, to: status, ...(change.problem === undefined || change.problem === null ? {} : { problem: change.problem }) },
  })
  tx.publish('assessment.run-moved', { id, status, model: run.model, version: run.version, project: ctx.project })
  return { ...run, ...change, status }
}

/** Called by the worker that holds the run. */
export const moveRun = (ctx: Ctx, id: string, event: RunEvent, change: (tx: Tx) => Change = () => ({})): Promise<Run> => {
  permit(ctx, can['move-run'])
  return write(ctx, (tx) => moved(ctx, tx, id, event, can['move-run'].action, change(tx)))
}

/** A queued run ends at once; a running one within a second, when its worker looks. */
export const cancelRun = (ctx: Ctx, id: string): Promise<Run> => {
  permit(ctx, can['cancel-run'])
  return write(ctx, async (tx) => {
    const run = await findRun(tx, id)
    return moved(ctx, tx, id, 'cancel', can['cancel-run'].action, run?.status === 'queued' ? { finished_at: tx.nowAt } : {})
  })
}

/** Goes on where a failed or cancelled run stopped: answered items stay, failed calls are asked again. */
export const resumeRun = async (ctx: Ctx, id: string): Promise<Run> => {
  permit(ctx, can['resume-run'])
  const run = await write(ctx, async (tx) => {
    const queued = await moved(ctx, tx, id, 'resume', can['resume-run'].action, { problem: null, finished_at: null })
    await deleteFailedItems(tx, id)
    return queued
  })
  await enqueueRun(ctx, id)
  return run
}
