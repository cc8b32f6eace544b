import { write } from '#audit'
import { actorRef, type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { monitoringErrors } from './errors.ts'
import type { Alert } from './monitor.ts'
import { can } from './permissions.ts'
import { getAlert } from './read-monitors.ts'
import { acknowledgeAlert as saveAcknowledgement } from './store/monitors.ts'

/** Says that somebody is on it. The first one counts; a second acknowledgement answers with the first. */
export const acknowledgeAlert = async (ctx: Ctx, id: string): Promise<Alert> => {
  permit(ctx, can['acknowledge-alert'])
  const before = await getAlert(ctx, id)
  if (before.acknowledged_at !== null) return before
  return write(ctx, async (tx) => {
    const alert = await saveAcknowledgement(tx, id, actorRef(ctx.actor).name)
    if (alert === undefined)
      throw before.state === 'firing' ? platformErrors.conflict() : monitoringErrors.alert_not_firing({ id, state: before.state })
    tx.record({ action: can['acknowledge-alert'].action, subject: { kind: 'alert', id }, details: {} })
    return alert
  })
}
