import { everyone, permissions } from '#platform/context'

export const can = permissions('incidents', {
  read: everyone,
  /** Whoever sees something may say so. */
  'open-incident': ['developer', 'approver', 'responder'],
  'add-note': ['developer', 'approver', 'responder'],
  'change-state': ['responder'],
  'change-severity': ['responder'],
  'assign-role': ['responder'],
  mitigate: ['responder'],
  'run-step': ['responder'],
  'create-runbook': ['developer', 'responder'],
  'update-runbook': ['developer', 'responder'],
  'write-post-mortem': ['developer', 'responder'],
  'publish-post-mortem': ['responder'],
  'set-severity-matrix': [],
})
