import { everyone, permissions } from '#platform/context'

export const can = permissions('feedback', {
  read: everyone,
  triage: ['developer', 'responder'],
  /** It makes a version of a data set, which is the developers'. */
  'make-evaluation-case': ['developer'],
  /** Callers of the gateway, proven by their API key, and Plimsoll's own timer. */
  collect: [],
})
