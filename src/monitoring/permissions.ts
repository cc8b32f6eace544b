import { everyone, permissions } from '#platform/context'

export const can = permissions('monitoring', {
  read: everyone,
  /** Texts of calls, masked as they are. */
  'read-content': ['developer', 'responder', 'auditor'],
  'set-price': ['developer'],
  /** What is kept of people's texts is not the developers' to widen. */
  'set-retention': [],
  'create-monitor': ['developer', 'responder'],
  'update-monitor': ['developer', 'responder'],
  'delete-monitor': ['developer', 'responder'],
  'acknowledge-alert': ['responder'],
  /** Plimsoll's own timer. */
  'evaluate-monitors': [],
})
