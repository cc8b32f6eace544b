import { defineErrors } from '#platform/errors'

export const incidentErrors = defineErrors({
  incident_transition: { status: 409, message: 'An incident that is {from} cannot become {to}.' },
  incident_closed: { status: 409, message: 'The incident {id} is {state}: nothing more can be done to it but open it again.' },
  incident_not_severe: { status: 422, message: 'By the severity matrix this is only logged; no incident is opened.' },
  post_mortem_incomplete: { status: 422, message: 'The post-mortem still lacks: {missing}.' },
  post_mortem_published: { status: 409, message: 'The post-mortem is published and cannot be changed.' },
  post_mortem_missing: { status: 409, message: 'An incident is reviewed when its post-mortem is published.' },
  mitigation_target_missing: { status: 422, message: 'Neither the request nor the incident names the {kind} that this is about.' },
  mitigation_failed: { status: 502, message: 'The mitigation did not succeed: {cause}' },
  step_already_run: { status: 409, message: 'Step {step} of this runbook is {state} in this incident.' },
  runbook_exists: { status: 409, message: 'A runbook named {name} exists already.' },
})
