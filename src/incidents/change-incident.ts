import { type NewEntry, type Tx, write } from '#audit'
import { actorRef, type Ctx, type Permission, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import type { Incident, NewTimelineEntry } from './model.ts'
import { appendTimeline, lockIncident, updateIncident } from './store/incidents.ts'

export interface Change {
  readonly incident: Incident
  readonly timeline: readonly NewTimelineEntry[]
  /** For the audit entry. */
  readonly details: NonNullable<NewEntry['details']>
}

/**
 * Every change of an incident: its row is locked, the change decided on what stands there now, and row, timeline, audit
 * entry and message leave together. Two people who press the same button are served one after the other.
 */
export const changeIncident = async (
  ctx: Ctx,
  permission: Permission,
  id: string,
  decide: (incident: Incident, tx: Tx) => Change | Promise<Change>,
): Promise<Incident> => {
  permit(ctx, permission)
  return write(ctx, async (tx) => {
    const incident = await lockIncident(tx, id)
    if (incident === undefined) throw platformErrors.not_found({ kind: 'incident', id })
    return applyChange(ctx, tx, permission, await decide(incident, tx))
  })
}

/** The same for an incident that the caller has locked already. */
export const applyChange = async (ctx: Ctx, tx: Tx, permission: Permission, { incident, timeline, details }: Change): Promise<Incident> => {
  await updateIncident(tx, incident)
  await appendTimeline(tx, incident.id, actorRef(ctx.actor).name, timeline)
  tx.record({ action: permission.action, subject: { kind: 'incident', id: incident.id }, details })
  tx.publish('incidents.incident-changed', { id: incident.id, state: incident.state, severity: incident.severity })
  return { ...incident, version: incident.version + 1 }
}
