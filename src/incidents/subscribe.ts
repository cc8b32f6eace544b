import { Alert } from '#monitoring'
import { DEFAULT_PROJECT, type Platform, parse, systemContext } from '#platform/context'
import { PlimsollError } from '#platform/errors'
import type { Message, Outbox } from '#platform/outbox'
import { changeIncident } from './change-incident.ts'
import type { Mitigations } from './mitigate.ts'
import type { Incident } from './model.ts'
import { openFromAlert } from './open-incident.ts'
import { can } from './permissions.ts'
import { runbooksFor } from './read.ts'
import { runStep } from './run-step.ts'
import { isAutomatic } from './runbook.ts'
import { findIncident, incidentOfAlert, isOnTimeline } from './store/incidents.ts'

/** Alerts become incidents. Messages may come twice or late; each step is its own idempotent write. */
export const subscribeIncidents = (platform: Platform, outbox: Outbox, mitigations: Mitigations): void => {
  outbox.subscribe('monitoring.alert-fired', (message) => onAlertFired(platform, mitigations, message))
  outbox.subscribe('monitoring.alert-resolved', (message) => onAlertResolved(platform, message))
}

const contextOf = (platform: Platform, message: Message) => systemContext(platform, 'incidents', message.project ?? DEFAULT_PROJECT)

const onAlertFired = async (platform: Platform, mitigations: Mitigations, message: Message): Promise<void> => {
  const ctx = contextOf(platform, message)
  const alert = parse(Alert, message.payload)
  await openFromAlert(ctx, alert)
  // Looked up again, so that a message that comes a second time goes on where the first one died.
  const id = await incidentOfAlert(ctx.read, alert.id)
  const incident = id === undefined ? undefined : await findIncident(ctx.read, id)
  if (incident !== undefined && incident.alert_id === alert.id) await runAutomaticSteps(platform, mitigations, incident, message.project)
}

/** What a runbook allows to be done at once. A step that fails is on the timeline and left to people; the others go on. */
const runAutomaticSteps = async (platform: Platform, mitigations: Mitigations, incident: Incident, project: string): Promise<void> => {
  const ctx = systemContext(platform, 'incidents', project)
  for (const runbook of await runbooksFor(ctx, incident)) {
    for (const [index, step] of runbook.steps.entries()) {
      if (!isAutomatic(step)) continue
      try {
        await runStep(ctx, mitigations, {
          id: incident.id,
          run: { runbook_id: runbook.id, step: index, outcome: `${step.text} (automatic)`.slice(0, 2000) },
        })
      } catch (error) {
        if (!(error instanceof PlimsollError)) throw error
        platform.log.warn({ code: error.code, incident: incident.id, runbook: runbook.id, step: index }, 'an automatic step was not run')
      }
    }
  }
}

const onAlertResolved = async (platform: Platform, message: Message): Promise<void> => {
  const ctx = contextOf(platform, message)
  const alert = parse(Alert, message.payload)
  const id = await incidentOfAlert(ctx.read, alert.id)
  if (id === undefined || (await isOnTimeline(ctx.read, id, alert.id, alert.state))) return
  await changeIncident(ctx, can['add-note'], id, (incident) => ({
    incident,
    timeline: [
      {
        kind: 'alert',
        text: `${alert.monitor_name} is well again (${alert.resolution ?? 'resolved'}).`,
        data: { alert_id: alert.id, state: alert.state },
      },
    ],
    details: { alert: alert.id, state: alert.state },
  }))
}
