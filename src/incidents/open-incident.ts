import { type Tx, write } from '#audit'
import type { Alert } from '#monitoring'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { applyChange } from './change-incident.ts'
import { incidentErrors } from './errors.ts'
import { type Incident, NewIncident, type NewTimelineEntry } from './model.ts'
import { can } from './permissions.ts'
import { type Assessment, assess, DEFAULT_MATRIX, type Severity, SeverityInputs, TARGETS } from './severity.ts'
import { appendTimeline, claimAlert, currentMatrix, findOpenByCause, insertIncident, linkAlert } from './store/incidents.ts'

export const assessIn = async (tx: Tx, inputs: SeverityInputs): Promise<Assessment> => {
  const { version, matrix } = (await currentMatrix(tx)) ?? { version: 0, matrix: DEFAULT_MATRIX }
  return assess(matrix, version, inputs)
}

interface Opening extends Pick<Incident, 'title' | 'endpoint' | 'release' | 'alert_id' | 'simulated'> {
  readonly state: 'suspected' | 'declared'
  readonly severity: Severity
  readonly assessment: Assessment
  readonly cause: string | null
  readonly alertWindowFrom: string | null
  readonly timeline: readonly NewTimelineEntry[]
}

/** Undefined when an open incident has this cause. */
const insert = async (ctx: Ctx, tx: Tx, { cause, alertWindowFrom, timeline, ...opening }: Opening): Promise<Incident | undefined> => {
  const incident: Incident = {
    ...opening,
    id: newId('inc', tx.nowMs),
    version: 1,
    roles: {},
    opened_by: actorRef(ctx.actor).name,
    opened_at: tx.nowAt,
    declared_at: opening.state === 'declared' ? tx.nowAt : null,
    contained_at: null,
    resolved_at: null,
    reviewed_at: null,
    targets: { ...TARGETS[opening.severity] },
  }
  if (!(await insertIncident(tx, incident, { cause, alertWindowFrom }))) return undefined
  await appendTimeline(tx, incident.id, incident.opened_by, timeline)
  tx.record({
    action: can['open-incident'].action,
    subject: { kind: 'incident', id: incident.id },
    details: { title: incident.title, severity: incident.severity, alert: incident.alert_id },
  })
  tx.publish('incidents.incident-opened', { id: incident.id, severity: incident.severity, endpoint: incident.endpoint, release: incident.release })
  return incident
}

/** By hand: whoever says so has seen something, so it is declared, not suspected. */
export const openIncident = async (ctx: Ctx, input: unknown): Promise<Incident> => {
  permit(ctx, can['open-incident'])
  const { title, description, endpoint, release, ...inputs } = parse(NewIncident, input)
  return write(ctx, async (tx) => {
    const assessment = await assessIn(tx, { ...inputs, lowered_because: null })
    if (assessment.severity === null) throw incidentErrors.incident_not_severe()
    const incident = await insert(ctx, tx, {
      title,
      endpoint,
      release,
      alert_id: null,
      simulated: false,
      state: 'declared',
      severity: assessment.severity,
      assessment,
      cause: null,
      alertWindowFrom: null,
      timeline: [{ kind: 'opened', text: description === '' ? title : description, data: { assessment } }],
    })
    // Without a cause nothing can stand in its way.
    return incident!
  })
}

/** For other rooms: one open incident a cause; what is reported again is added to the one that is open. */
export const openForCause = async (ctx: Ctx, cause: string, input: unknown): Promise<Incident> => {
  permit(ctx, can['open-incident'])
  const { title, description, endpoint, release, ...inputs } = parse(NewIncident, input)
  return write(ctx, async (tx) => {
    const assessment = await assessIn(tx, { ...inputs, lowered_because: null })
    const timeline: NewTimelineEntry[] = [{ kind: 'opened', text: description === '' ? title : description, data: { assessment } }]
    const incident = await insert(ctx, tx, {
      title,
      endpoint,
      release,
      alert_id: null,
      simulated: false,
      state: 'suspected',
      // Whoever asks has found it worth an incident; the matrix only says how severe.
      severity: assessment.severity ?? 'sev4',
      assessment,
      cause,
      alertWindowFrom: null,
      timeline,
    })
    if (incident !== undefined) return incident
    const open = await findOpenByCause(tx, cause)
    // Resolved in this very moment: the next report opens another.
    if (open === undefined) throw platformErrors.conflict()
    return applyChange(ctx, tx, can['open-incident'], { incident: open, timeline: [{ kind: 'note', text: title }], details: { again: title } })
  })
}

const sentence = ({ monitor_name, details }: Alert): string =>
  `${monitor_name}: ${details.metric} was ${Number(details.value.toPrecision(4))} (${details.comparator} ${details.threshold}) in ${details.count} calls of the last ${details.window_minutes} min.`

class TakenUpBefore extends Error {}

/**
 * From an alert, at most once for each alert, however often the message comes. A later alert of the same monitor joins the
 * incident that is open. Undefined when it was taken up before, or when the matrix says that the alert is record enough.
 */
export const openFromAlert = async (ctx: Ctx, alert: Alert): Promise<{ incident: Incident; isNew: boolean } | undefined> => {
  permit(ctx, can['open-incident'])
  try {
    return await write(ctx, async (tx) => {
      // First of all: a twin of this message waits here, and then finds it taken.
      if (!(await claimAlert(tx, alert.id))) throw new TakenUpBefore()
      const taken = (await joinOpen(ctx, tx, alert)) ?? (await openNew(ctx, tx, alert))
      if (taken !== undefined) await linkAlert(tx, alert.id, taken.incident.id)
      else tx.record({ action: can['open-incident'].action, subject: { kind: 'alert', id: alert.id }, details: { severity: 'log' } })
      return taken
    })
  } catch (error) {
    if (error instanceof TakenUpBefore) return undefined
    throw error
  }
}

const causeOf = (alert: Alert): string => `monitor:${alert.monitor_id}`

const seen = (alert: Alert): NewTimelineEntry => ({ kind: 'alert', text: sentence(alert), data: { alert_id: alert.id, ...alert.details } })

const joinOpen = async (ctx: Ctx, tx: Tx, alert: Alert): Promise<{ incident: Incident; isNew: boolean } | undefined> => {
  const open = await findOpenByCause(tx, causeOf(alert))
  if (open === undefined) return undefined
  const change = { incident: open, timeline: [seen(alert)], details: { alert: alert.id } }
  return { incident: await applyChange(ctx, tx, can['open-incident'], change), isNew: false }
}

const openNew = async (ctx: Ctx, tx: Tx, alert: Alert): Promise<{ incident: Incident; isNew: boolean } | undefined> => {
  const { impact, criticality, compliance, endpoint, release, simulated, from } = alert.details
  const assessment = await assessIn(tx, SeverityInputs.parse({ impact, criticality, compliance }))
  if (assessment.severity === null) return undefined
  const incident = await insert(ctx, tx, {
    title: `${alert.monitor_name} on ${endpoint ?? 'all endpoints'}`,
    endpoint,
    release,
    alert_id: alert.id,
    simulated,
    state: 'suspected',
    severity: assessment.severity,
    assessment,
    cause: causeOf(alert),
    alertWindowFrom: from,
    timeline: [{ kind: 'opened', text: 'Opened by an alert.', data: { assessment } }, seen(alert)],
  })
  // Another alert of the monitor opened one a moment ago.
  return incident === undefined ? joinOpen(ctx, tx, alert) : { incident, isNew: true }
}
