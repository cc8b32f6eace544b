import { everyone, permissions } from '#platform/context'

export const can = permissions('safeguards', {
  read: everyone,
  'create-policy': ['developer'],
  'apply-policy': ['developer', 'approver', 'responder'],
})
