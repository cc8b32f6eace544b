import { type Ctx, parse } from '#platform/context'
import { changeIncident } from './change-incident.ts'
import { incidentErrors } from './errors.ts'
import { type Incident, OPEN_STATES } from './model.ts'
import { assessIn } from './open-incident.ts'
import { can } from './permissions.ts'
import { SeverityInputs, TARGETS } from './severity.ts'

/** Nobody types a severity: people correct what it follows from. */
export const changeSeverity = (ctx: Ctx, { id, inputs }: { id: string; inputs: unknown }): Promise<Incident> => {
  const wanted = parse(SeverityInputs, inputs)
  return changeIncident(ctx, can['change-severity'], id, async (incident, tx) => {
    if (!OPEN_STATES.includes(incident.state)) throw incidentErrors.incident_closed({ id, state: incident.state })
    const assessment = await assessIn(tx, wanted)
    // An incident that is open stays one, whatever the matrix says of it now.
    const severity = assessment.severity ?? 'sev4'
    return {
      incident: { ...incident, severity, assessment, targets: { ...TARGETS[severity] } },
      timeline: [{ kind: 'severity', text: `${incident.severity} -> ${severity}`, data: { assessment } }],
      details: { from: incident.severity, to: severity },
    }
  })
}
