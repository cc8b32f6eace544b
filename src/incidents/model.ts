import { z } from 'zod'
import { Assessment, Severity } from './severity.ts'

export const State = z.enum(['suspected', 'declared', 'contained', 'monitoring', 'resolved', 'reviewed'])
export type State = z.infer<typeof State>

/** From -> to. Anything may flare up again until it is reviewed; what was only suspected may turn out to be nothing. */
export const TRANSITIONS: Readonly<Record<State, readonly State[]>> = {
  suspected: ['declared', 'contained', 'resolved'],
  declared: ['contained', 'monitoring', 'resolved'],
  contained: ['declared', 'monitoring', 'resolved'],
  monitoring: ['declared', 'contained', 'resolved'],
  resolved: ['declared', 'reviewed'],
  reviewed: [],
}

export const OPEN_STATES: readonly State[] = ['suspected', 'declared', 'contained', 'monitoring']

export const RoleName = z.enum(['commander', 'subject-owner', 'operations', 'communications', 'legal', 'scribe'])
export type RoleName = z.infer<typeof RoleName>

const Instant = z.iso.datetime().nullable()

export const Incident = z
  .object({
    id: z.string(),
    version: z.int(),
    title: z.string(),
    state: State,
    severity: Severity,
    assessment: Assessment,
    endpoint: z.string().nullable(),
    release: z.string().nullable(),
    /** The alert that opened it; later ones of the same cause stand in the timeline. */
    alert_id: z.string().nullable(),
    simulated: z.boolean(),
    roles: z.partialRecord(RoleName, z.string()),
    opened_by: z.string(),
    opened_at: z.iso.datetime(),
    declared_at: Instant,
    contained_at: Instant,
    resolved_at: Instant,
    reviewed_at: Instant,
    targets: z.object({
      acknowledge_minutes: z.number().nullable(),
      commander_minutes: z.number().nullable(),
      update_every_minutes: z.number().nullable(),
    }),
  })
  .meta({ id: 'Incident' })
export type Incident = z.infer<typeof Incident>

const Text = (max: number) => z.string().trim().min(1).max(max)

export const Reason = Text(2000)

export const NewIncident = z
  .strictObject({
    title: Text(200),
    description: z.string().max(10_000).default(''),
    endpoint: z.string().min(1).max(200).nullable().default(null),
    release: z.string().min(1).max(100).nullable().default(null),
    impact: Assessment.shape.inputs.shape.impact,
    criticality: Assessment.shape.inputs.shape.criticality,
    compliance: Assessment.shape.inputs.shape.compliance,
    vulnerable_group: Assessment.shape.inputs.shape.vulnerable_group,
    wide_reach: Assessment.shape.inputs.shape.wide_reach,
  })
  .meta({ id: 'NewIncident' })
export type NewIncident = z.infer<typeof NewIncident>

export const StateChange = z.strictObject({ state: State, reason: Reason }).meta({ id: 'IncidentStateChange' })
export const RoleAssignment = z.strictObject({ person: Text(200) }).meta({ id: 'IncidentRoleAssignment' })
export const Note = z.strictObject({ text: Text(10_000) }).meta({ id: 'IncidentNote' })

export const TimelineKind = z.enum(['opened', 'alert', 'state', 'severity', 'role', 'note', 'step', 'mitigation', 'notification', 'post-mortem'])

/** Never changed, never removed. */
export const TimelineEntry = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: TimelineKind,
    actor: z.string(),
    text: z.string(),
    data: z.record(z.string(), z.json()),
  })
  .meta({ id: 'TimelineEntry' })
export type TimelineEntry = z.infer<typeof TimelineEntry>

export type NewTimelineEntry = Pick<TimelineEntry, 'kind' | 'text'> & { readonly data?: TimelineEntry['data'] }
