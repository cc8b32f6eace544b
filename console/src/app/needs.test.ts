import { expect, test } from 'vitest'
import type { ApprovalSummary, ReleaseSummary } from './api-types.gen.ts'
import { needsOf } from './needs.ts'

const nowMs = Date.parse('2026-06-01T00:00:00Z')
const digest = `sha256:${'a'.repeat(64)}`
const approval: ApprovalSummary = {
  id: 'apr_1',
  status: 'in_review',
  in_force: false,
  release: { digest, model: 'support', version: 2 },
  policy: { name: 'standard', version: 1, digest },
  requester: 'per_dev',
  awaiting: ['risk', 'legal'],
  decided_at: null,
  escalated_to: null,
  expires_at: null,
  created_at: '2026-05-30T00:00:00Z',
  updated_at: '2026-05-30T00:00:00Z',
}
const release: ReleaseSummary = {
  id: 'rel_1',
  digest,
  model: 'support',
  version: 2,
  risk: 'low',
  created_at: '2026-05-01T00:00:00Z',
  created_by: 'per_dev',
  status: 'approved',
  suspended: null,
  approval: { id: 'apr_1', expires_at: '2026-06-10T00:00:00Z', conditions: [] },
}
const nothing = {
  nowMs,
  me: { id: 'per_risk', roles: ['approver'], capacities: ['risk'] },
  awaitingMe: [],
  mine: [],
  releases: [],
  incidents: [],
  alerts: [],
  runs: [],
  cards: [],
}

test('a calm sea needs nobody', () => {
  expect(needsOf(nothing)).toEqual([])
})

test('a sign-off that is asked of me comes before an approval that ends soon', () => {
  const needs = needsOf({ ...nothing, awaitingMe: [approval], releases: [release] })
  expect(needs.map(({ urgency }) => urgency)).toEqual(['now', 'soon'])
  expect(needs[0]?.why).toBe('Asked of risk')
})

test('an approval that ends in months is no need', () => {
  const later = { ...release, approval: { id: 'apr_1', expires_at: '2026-12-01T00:00:00Z', conditions: [] } }
  expect(needsOf({ ...nothing, releases: [later] })).toEqual([])
})

test('a suspended release says why, whatever its approval', () => {
  const suspended = { ...release, status: 'suspended' as const, suspended: { at: '2026-05-31T00:00:00Z', by: 'per_1', reason: 'wrong answers' } }
  expect(needsOf({ ...nothing, releases: [suspended] })).toMatchObject([{ title: 'support 2 is suspended', why: 'wrong answers' }])
})

test('only who asked is told that changes are wanted', () => {
  const back = { ...approval, status: 'changes_requested' as const }
  expect(needsOf({ ...nothing, mine: [back] })).toEqual([])
  expect(needsOf({ ...nothing, me: { id: 'per_dev', roles: ['developer'], capacities: [] }, mine: [back] })).toHaveLength(1)
})

test('what was escalated to me is overdue, not mine to sign', () => {
  const [need] = needsOf({
    ...nothing,
    me: { id: 'per_admin', roles: ['administrator'], capacities: [] },
    awaitingMe: [{ ...approval, escalated_to: 'administrator' }],
  })
  expect(need).toMatchObject({ title: 'The approval of support 2 is overdue', why: 'Escalated to you; it waits for risk, legal' })
})
