import type { Ctx } from '#platform/context'
import { parse } from '#platform/context'
import { changeIncident } from './change-incident.ts'
import { incidentErrors } from './errors.ts'
import { type Incident, type State, StateChange, TRANSITIONS } from './model.ts'
import { can } from './permissions.ts'
import { findPostMortem } from './store/runbooks.ts'

const INSTANTS = { declared: 'declared_at', contained: 'contained_at', resolved: 'resolved_at', reviewed: 'reviewed_at' } as const

/** The first time counts for how fast it was contained; an incident that is opened again is not resolved. */
export const inState = (incident: Incident, state: State, nowAt: string): Incident => {
  const changed = { ...incident, state, ...(incident.state === 'resolved' && state !== 'reviewed' ? { resolved_at: null } : {}) }
  if (state === 'suspected' || state === 'monitoring') return changed
  const name = INSTANTS[state]
  return { ...changed, [name]: changed[name] ?? nowAt }
}

export const changeState = (ctx: Ctx, { id, change }: { id: string; change: unknown }): Promise<Incident> => {
  const { state, reason } = parse(StateChange, change)
  return changeIncident(ctx, can['change-state'], id, async (incident, tx) => {
    if (!TRANSITIONS[incident.state].includes(state)) throw incidentErrors.incident_transition({ from: incident.state, to: state })
    if (state === 'reviewed' && (await findPostMortem(tx, id))?.published_at == null) throw incidentErrors.post_mortem_missing()
    return {
      incident: inState(incident, state, tx.nowAt),
      timeline: [{ kind: 'state', text: reason, data: { from: incident.state, to: state } }],
      details: { from: incident.state, to: state },
    }
  })
}
