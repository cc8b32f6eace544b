import { expect, it } from 'vitest'
import type { AuditEntry } from '../app/api-types.gen.ts'
import { nameOf, pathOf } from './subjects.ts'

const entry = (kind: string, id: string, details: AuditEntry['details'] = {}) => ({ subject: { kind, id }, details })
const digest = `sha256:${'ab'.repeat(32)}`

it.each([
  [entry('model', 'mdl_1', { name: 'shop/assistant' }), 'shop/assistant', '/models/shop%2Fassistant'],
  [entry('version', 'mver_1', { model: 'assistant', version: 2 }), 'assistant 2', '/models/assistant/versions/2'],
  [entry('release', digest, { model: 'assistant', version: 2 }), 'assistant 2', `/releases/${digest}`],
  [entry('release', digest, { reason: 'stop' }), 'abababababab', `/releases/${digest}`],
  [entry('endpoint', 'end_1', { name: 'support' }), 'support', '/endpoints/support'],
  [entry('incident', 'inc_1', { title: 'Wrong numbers' }), 'Wrong numbers', '/incidents/inc_1'],
  [entry('incident', 'inc_01m842tz8hef998e7sfc61yagq'), '…fc61yagq', '/incidents/inc_01m842tz8hef998e7sfc61yagq'],
  [entry('card', 'card_1', { model: 'assistant', model_version: 1 }), 'assistant 1', '/cards/card_1'],
  [entry('run', 'run_1', { model: 'assistant', version: 1, suite: 'basics' }), 'assistant 1 on basics', '/runs/run_1'],
  [entry('approval', 'apr_1'), 'apr_1', '/approvals/apr_1'],
  [entry('feedback', 'fb_1'), 'fb_1', '/feedback?item=fb_1'],
  [entry('suite', 'suite_1', { name: 'basics', version: 3 }), 'basics 3', '/assessments?tab=suites'],
  [entry('price', 'simulator/simulator-1'), 'simulator/simulator-1', '/settings'],
  [entry('link', 'lnk_1'), 'lnk_1', null],
])('an entry about %o is called %s and leads to %s', (about, name, path) => {
  expect(nameOf(about)).toBe(name)
  expect(pathOf(about)).toBe(path)
})

it('an entry that knows no name leads to the list that holds it', () => {
  expect(pathOf(entry('endpoint', 'end_1'))).toBe('/endpoints')
  expect(pathOf(entry('safeguard-policy', 'sgp_1'))).toBe('/safeguards')
})
