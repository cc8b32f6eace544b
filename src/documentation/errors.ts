import { defineErrors } from '#platform/errors'

export const documentationErrors = defineErrors({
  card_exists: { status: 409, message: 'Version {version} of {model} has a card already: {id}.' },
  report_of_another_model: { status: 422, message: 'The report {report} is about {about}, not about this model version.' },
  metric_not_in_report: { status: 422, message: 'A quoted metric is not in the report.' },
  decision_settled: { status: 409, message: 'The decision is {status}: its text stays as it was decided. Record a new decision that supersedes it.' },
  decision_transition: { status: 409, message: 'A decision that is {from} cannot become {to}.' },
  decision_incomplete: { status: 422, message: 'A decision is accepted with at least two options, a chosen one and its reasons.' },
})
