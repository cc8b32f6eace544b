import { everyone, permissions } from '#platform/context'

export const can = permissions('access', {
  'read-people': everyone,
  'invite-person': [],
  'change-person': [],
  'disable-person': [],
  'enable-person': [],
  'issue-sign-in-link': [],
  'sign-out': everyone,
  'sign-as': everyone,
  'read-keys': ['developer', 'responder', 'auditor'],
  'create-key': ['developer'],
  'change-key': ['developer'],
  'rotate-key': ['developer'],
  'revoke-key': ['developer', 'responder'],
  'read-access-policies': everyone,
  'save-access-policy': [],
  'retire-access-policy': [],
  'simulate-access': ['developer', 'responder', 'auditor'],
  'change-limits': [],
  'change-network-rules': [],
})
