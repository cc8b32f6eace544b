import type { Role } from './session.ts'

export type NavItem = { to: string; label: string; roles?: Role[] }
export type NavGroup = { name: string; items: NavItem[] }

/** The order of the voyage: before anything is served, while it is, and after. */
export const nav: NavGroup[] = [
  { name: 'Now', items: [{ to: '/', label: 'Overview' }] },
  {
    name: 'Before',
    items: [
      { to: '/models', label: 'Models' },
      { to: '/assessments', label: 'Assessments' },
      { to: '/cards', label: 'Cards & decisions' },
      { to: '/releases', label: 'Releases & approvals' },
    ],
  },
  {
    name: 'At inference',
    items: [
      { to: '/endpoints', label: 'Endpoints & keys' },
      { to: '/safeguards', label: 'Safeguards' },
    ],
  },
  {
    name: 'After',
    items: [
      { to: '/live', label: 'Live' },
      { to: '/incidents', label: 'Incidents' },
      { to: '/feedback', label: 'Feedback' },
    ],
  },
  {
    name: 'On record',
    items: [
      { to: '/audit', label: 'Audit', roles: ['administrator', 'auditor', 'approver', 'responder'] },
      { to: '/settings', label: 'Settings' },
    ],
  },
]
