import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { can } from './permissions.ts'
import { NewRunbook, type Runbook } from './runbook.ts'
import { findRunbook, insertRunbook } from './store/runbooks.ts'

/** A new version; the old one stays, since incidents name the version whose steps they ran. */
export const updateRunbook = async (
  ctx: Ctx,
  { id, ifMatch, runbook }: { id: string; ifMatch: string | undefined; runbook: unknown },
): Promise<Runbook> => {
  permit(ctx, can['update-runbook'])
  const document = parse(NewRunbook, runbook)
  return write(ctx, async (tx) => {
    const current = await findRunbook(tx, id)
    if (current === undefined) throw platformErrors.not_found({ kind: 'runbook', id })
    requireIfMatch(ifMatch, current.version)
    if (document.name !== current.name)
      throw platformErrors.invalid_request({}, { issues: [{ path: 'name', message: 'cannot change; make a new runbook' }] })
    const version = current.version + 1
    const by = actorRef(ctx.actor).id
    if (!(await insertRunbook(tx, id, version, document, by))) throw platformErrors.conflict()
    tx.record({ action: can['update-runbook'].action, subject: { kind: 'runbook', id }, details: { version, steps: document.steps.length } })
    return { ...document, id, version, created_at: tx.nowAt, created_by: by }
  })
}
