import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { incidentErrors } from './errors.ts'
import { can } from './permissions.ts'
import { NewRunbook, type Runbook } from './runbook.ts'
import { insertRunbook } from './store/runbooks.ts'

export const createRunbook = async (ctx: Ctx, input: unknown): Promise<Runbook> => {
  permit(ctx, can['create-runbook'])
  const document = parse(NewRunbook, input)
  return write(ctx, async (tx) => {
    const id = newId('rbk', tx.nowMs)
    const by = actorRef(ctx.actor).id
    if (!(await insertRunbook(tx, id, 1, document, by))) throw incidentErrors.runbook_exists({ name: document.name })
    tx.record({
      action: can['create-runbook'].action,
      subject: { kind: 'runbook', id },
      details: { name: document.name, steps: document.steps.length },
    })
    return { ...document, id, version: 1, created_at: tx.nowAt, created_by: by }
  })
}
