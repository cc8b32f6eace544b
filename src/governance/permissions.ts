import { everyone, exactly, permissions } from '#platform/context'

export const can = permissions('governance', {
  read: everyone,
  'build-release': ['developer'],
  'create-policy': [],
  'request-approval': ['developer'],
  'submit-approval': ['developer'],
  'withdraw-approval': ['developer'],
  // Administrators run the product; they do not decide about releases.
  'sign-off': exactly('approver'),
  waive: exactly('approver'),
  'revoke-approval': exactly('approver'),
  'open-thread': ['developer', 'approver', 'responder', 'auditor'],
  'comment-thread': ['developer', 'approver', 'responder', 'auditor'],
  'resolve-thread': ['developer', 'approver', 'responder', 'auditor'],
  'suspend-release': ['responder', 'approver'],
  'restore-release': ['responder', 'approver'],
  'create-endpoint': ['developer'],
  'change-endpoint': ['developer'],
  'point-endpoint': ['developer'],
  'rollback-endpoint': ['responder', 'developer'],
  'run-timers': [],
})
