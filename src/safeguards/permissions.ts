import { everyone, permissions } from '#platform/context'

export const can = permissions('safeguards', {
  read: everyone,
  'create-policy': ['developer'],
  /** Holds for every project, so no project's people set it: administrators only. */
  'set-floor': [],
  'apply-policy': ['developer', 'approver', 'responder'],
  'test-policy': ['developer', 'approver', 'responder'],
  /** Reads texts of calls: see monitoring.read-content. */
  'simulate-policy': ['developer', 'responder'],
  replay: ['developer', 'responder', 'auditor'],
  calibrate: ['developer'],
  'check-calibration': ['developer', 'responder'],
})
