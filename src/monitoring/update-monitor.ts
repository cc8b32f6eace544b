import { write } from '#audit'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { endAlert } from './end-alert.ts'
import { type Monitor, NewMonitor } from './monitor.ts'
import { can } from './permissions.ts'
import { getMonitor } from './read-monitors.ts'
import { findMonitor, updateMonitor as saveMonitor } from './store/monitors.ts'

/** A firing alert ends with the rule that raised it; when the new rule is broken too, it raises its own. */
export const updateMonitor = async (
  ctx: Ctx,
  { id, ifMatch, monitor }: { id: string; ifMatch: string | undefined; monitor: unknown },
): Promise<Monitor> => {
  permit(ctx, can['update-monitor'])
  const definition = parse(NewMonitor, monitor)
  await write(ctx, async (tx) => {
    const current = await findMonitor(tx, id)
    if (current === undefined) throw platformErrors.not_found({ kind: 'monitor', id })
    requireIfMatch(ifMatch, current.version)
    if (definition.name !== current.name)
      throw platformErrors.invalid_request({}, { issues: [{ path: 'name', message: 'cannot change; make a new monitor' }] })
    if (!(await saveMonitor(tx, id, current.version, definition))) throw platformErrors.conflict()
    tx.record({ action: can['update-monitor'].action, subject: { kind: 'monitor', id }, details: { version: current.version + 1, ...definition } })
    await endAlert(tx, id, definition.enabled ? 'monitor-changed' : 'monitor-disabled')
  })
  return getMonitor(ctx, id)
}
