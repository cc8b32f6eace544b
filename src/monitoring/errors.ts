import { defineErrors } from '#platform/errors'

export const monitoringErrors = defineErrors({
  monitor_exists: { status: 409, message: 'A monitor named {name} exists already.' },
  alert_not_firing: { status: 409, message: 'The alert {id} is {state}: only a firing alert can be acknowledged.' },
  too_many_watchers: { status: 503, message: 'Too many live pages are open; close one, or try again in a while.' },
})
