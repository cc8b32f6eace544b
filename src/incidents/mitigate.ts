import { z } from 'zod'
import { type Ctx, parse, permit } from '#platform/context'
import { PlimsollError } from '#platform/errors'
import { changeIncident } from './change-incident.ts'
import { inState } from './change-state.ts'
import { incidentErrors } from './errors.ts'
import { type Incident, OPEN_STATES, Reason } from './model.ts'
import { can } from './permissions.ts'
import { getIncident } from './read.ts'

/** What stops harm. Governance owns these; the composition root hands them in. */
export interface Mitigations {
  suspendRelease(ctx: Ctx, input: { readonly digest: string; readonly reason: string }): Promise<unknown>
  rollbackEndpoint(ctx: Ctx, input: { readonly endpoint: string; readonly reason: string }): Promise<unknown>
  restoreRelease(ctx: Ctx, input: { readonly digest: string; readonly reason: string }): Promise<unknown>
}

export const Mitigation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('suspend_release'), release: z.string().min(1).max(100).nullable().default(null), reason: Reason }),
  z.strictObject({ kind: z.literal('rollback_endpoint'), endpoint: z.string().min(1).max(200).nullable().default(null), reason: Reason }),
  z.strictObject({ kind: z.literal('restore_release'), release: z.string().min(1).max(100).nullable().default(null), reason: Reason }),
])
export type Mitigation = z.infer<typeof Mitigation>

/**
 * One click. The intent is on the timeline before anything is touched, with the state of the incident as evidence; the
 * outcome, success or not, after it. A process that dies in between leaves the intent, and the audit log has the deed.
 */
export const mitigate = async (ctx: Ctx, mitigations: Mitigations, { id, mitigation }: { id: string; mitigation: unknown }): Promise<Incident> => {
  permit(ctx, can.mitigate)
  const wanted = parse(Mitigation, mitigation)
  const target = targetOf(wanted, await getIncident(ctx, id))
  await changeIncident(ctx, can.mitigate, id, (incident) => {
    if (!OPEN_STATES.includes(incident.state)) throw incidentErrors.incident_closed({ id, state: incident.state })
    const { version, state, severity, endpoint, release } = incident
    return {
      incident,
      timeline: [
        {
          kind: 'mitigation',
          text: wanted.reason,
          data: { kind: wanted.kind, target, phase: 'begun', evidence: { version, state, severity, endpoint, release } },
        },
      ],
      details: { kind: wanted.kind, target, phase: 'begun' },
    }
  })
  const reason = `${wanted.reason} (incident ${id})`
  try {
    await act(ctx, mitigations, wanted.kind, target, reason)
  } catch (error) {
    const cause = error instanceof PlimsollError ? error.message : 'it failed inside the server'
    await note(ctx, id, wanted.kind, target, 'failed', cause)
    if (error instanceof PlimsollError && error.status < 500) throw error
    throw incidentErrors.mitigation_failed({ cause }, { cause: error })
  }
  return note(ctx, id, wanted.kind, target, 'done', wanted.reason)
}

const targetOf = (wanted: Mitigation, incident: Incident): string => {
  const isEndpoint = wanted.kind === 'rollback_endpoint'
  const target = isEndpoint ? (wanted.endpoint ?? incident.endpoint) : (wanted.release ?? incident.release)
  if (target === null) throw incidentErrors.mitigation_target_missing({ kind: isEndpoint ? 'endpoint' : 'release' })
  return target
}

const act = (ctx: Ctx, mitigations: Mitigations, kind: Mitigation['kind'], target: string, reason: string): Promise<unknown> => {
  switch (kind) {
    case 'suspend_release':
      return mitigations.suspendRelease(ctx, { digest: target, reason })
    case 'rollback_endpoint':
      return mitigations.rollbackEndpoint(ctx, { endpoint: target, reason })
    case 'restore_release':
      return mitigations.restoreRelease(ctx, { digest: target, reason })
  }
}

/** What was stopped is contained; what is served again is watched. */
const note = (ctx: Ctx, id: string, kind: Mitigation['kind'], target: string, phase: 'done' | 'failed', text: string): Promise<Incident> =>
  changeIncident(ctx, can.mitigate, id, (incident, tx) => {
    const isContained = phase === 'done' && kind !== 'restore_release' && ['suspected', 'declared', 'monitoring'].includes(incident.state)
    const isWatched = phase === 'done' && kind === 'restore_release' && incident.state === 'contained'
    const state = isContained ? 'contained' : isWatched ? 'monitoring' : incident.state
    return {
      incident: state === incident.state ? incident : inState(incident, state, tx.nowAt),
      timeline: [
        { kind: 'mitigation', text, data: { kind, target, phase } },
        ...(state === incident.state ? [] : [{ kind: 'state' as const, text: `by ${kind}`, data: { from: incident.state, to: state } }]),
      ],
      details: { kind, target, phase, state },
    }
  })
