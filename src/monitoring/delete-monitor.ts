import { write } from '#audit'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { endAlert } from './end-alert.ts'
import { can } from './permissions.ts'
import { findMonitor, markMonitorDeleted } from './store/monitors.ts'

/** Its alerts stay: they are the record of what happened. */
export const deleteMonitor = async (ctx: Ctx, id: string): Promise<void> => {
  permit(ctx, can['delete-monitor'])
  await write(ctx, async (tx) => {
    const current = await findMonitor(tx, id)
    if (current === undefined || !(await markMonitorDeleted(tx, id))) throw platformErrors.not_found({ kind: 'monitor', id })
    tx.record({ action: can['delete-monitor'].action, subject: { kind: 'monitor', id }, details: { name: current.name } })
    await endAlert(tx, id, 'monitor-deleted')
  })
}
