import type { Tx } from '#audit'
import type { Alert } from './monitor.ts'
import { can } from './permissions.ts'
import { resolveAlert } from './store/monitors.ts'

/** Resolves the monitor's firing alert inside a write, with entry and message; nothing when none is firing. */
export const endAlert = async (tx: Tx, monitorId: string, resolution: NonNullable<Alert['resolution']>): Promise<Alert | undefined> => {
  const alert = await resolveAlert(tx, monitorId, resolution)
  if (alert === undefined) return undefined
  tx.record({ action: can['evaluate-monitors'].action, subject: { kind: 'alert', id: alert.id }, details: { state: 'resolved', resolution } })
  tx.publish('monitoring.alert-resolved', { ...alert })
  return alert
}
