import { everyone, permissions } from '#platform/context'

export const can = permissions('documentation', {
  read: everyone,
  'draft-card': ['developer'],
  'save-card': ['developer', 'approver'],
  'record-decision': ['developer', 'approver'],
  'revise-decision': ['developer', 'approver'],
  'settle-decision': ['approver', 'developer'],
})
