import { permissions } from '#platform/context'

export const can = permissions('audit', {
  read: ['auditor', 'approver', 'responder'],
  export: ['auditor'],
})
