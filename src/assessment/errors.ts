import { defineErrors } from '#platform/errors'

export const assessmentErrors = defineErrors({
  dataset_exists: { status: 409, message: 'Version {version} of {name} has exactly these rows already.' },
  dataset_unreadable: { status: 422, message: 'Line {line} of the data set cannot be read: {problem}.' },
  dataset_empty: { status: 422, message: 'The data set has no rows.' },
  dataset_unknown: { status: 422, message: 'There is no data set {name}.' },
  column_unknown: { status: 422, message: 'The data set {dataset} has no column {column}.' },
  suite_exists: { status: 409, message: 'Version {version} of the suite {name} says exactly this already.' },
  suite_unknown: { status: 422, message: 'There is no suite {name}.' },
  run_needs_predictions: { status: 422, message: 'The evaluation {evaluation} reads predictions: name their data set.' },
  run_needs_connection: { status: 422, message: 'The evaluation {evaluation} asks the model: version {version} is not hosted.' },
  connection_disabled: { status: 409, message: 'The connection {connection} is switched off.' },
  run_state: { status: 409, message: 'The run is {status}; it cannot {event}.' },
})
