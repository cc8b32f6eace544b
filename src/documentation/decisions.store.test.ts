import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { testEvidence } from '../../test/support/evidence.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { DECISION_TRANSITIONS, DecisionStatus } from './decision.ts'
import { exportDecision } from './export-decision.ts'
import { getDecision, listDecisions, listDecisionVersions } from './read-decisions.ts'
import { recordDecision } from './record-decision.ts'
import { reviseDecision, settleDecision } from './revise-decision.ts'
import { documentationRoutes } from './routes.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')
const digest = `sha256:${'a'.repeat(64)}`

const proposal = {
  title: 'Which model answers invoices',
  context: 'Clerks wait too long.',
  options: [
    { title: 'small', good: ['it is cheap'], bad: ['it errs more often'] },
    { title: 'large', good: ['it is exact'] },
  ],
  outcome: { option: 'large', reasons: 'errors cost more than tokens' },
  trade_offs: [{ gained: { report: digest, row: 'accuracy' }, lost: { report: digest, row: 'latency' }, accepted_by: 'Ida' }],
  dissent: [{ by: 'Bo', text: 'too slow' }],
  binds: [digest],
  review_by: '2027-01-01T00:00:00.000Z',
}

describe('a decision record', () => {
  it('is recorded, revised with If-Match, and accepted, each as an immutable version', async () => {
    const made = await recordDecision(developer, { ...proposal, outcome: null })
    await expectAudit(developer, 'documentation.record-decision', made.id)
    await expect(settleDecision(developer, { id: made.id, status: 'accepted' })).rejects.toMatchObject({ code: 'decision_incomplete' })
    await expect(reviseDecision(developer, { id: made.id, content: proposal, if_match: undefined })).rejects.toMatchObject({
      code: 'precondition_required',
    })
    const revised = await reviseDecision(developer, { id: made.id, content: proposal, if_match: '"1"' })
    await expectAudit(developer, 'documentation.revise-decision', made.id)
    const accepted = await settleDecision(developer, { id: made.id, status: 'accepted', reason: 'agreed' })
    await expectAudit(developer, 'documentation.settle-decision', made.id)
    expect([made.version, revised.version, accepted.version]).toEqual([1, 2, 3])
    const { items } = await listDecisionVersions(developer, made.id, { limit: 10 })
    expect(items.map(({ status, reason }) => [status, reason])).toEqual([
      ['accepted', 'agreed'],
      ['proposed', ''],
      ['proposed', ''],
    ])
    expect(new Set(items.map((version) => version.digest)).size).toBe(3)
  })

  it('keeps its text once it is settled', async () => {
    const { id } = await recordDecision(developer, proposal)
    await settleDecision(developer, { id, status: 'rejected' })
    await expect(reviseDecision(developer, { id, content: { ...proposal, title: 'other' }, if_match: '*' })).rejects.toMatchObject({
      code: 'decision_settled',
    })
  })

  it('moves only along the table', async () => {
    for (const to of DecisionStatus.exclude(['proposed']).options) {
      const { id } = await recordDecision(developer, proposal)
      const other = await recordDecision(developer, proposal)
      const moved = settleDecision(developer, { id, status: to, superseded_by: to === 'superseded' ? other.id : null })
      if (DECISION_TRANSITIONS.proposed.includes(to)) expect(await moved).toMatchObject({ status: to })
      else await expect(moved).rejects.toMatchObject({ code: 'decision_transition' })
    }
  })

  it('is superseded by another one that exists', async () => {
    const { id } = await recordDecision(developer, proposal)
    await settleDecision(developer, { id, status: 'accepted' })
    for (const superseded_by of [id, 'dec_none']) {
      await expect(settleDecision(developer, { id, status: 'superseded', superseded_by })).rejects.toMatchObject({ code: 'not_found' })
    }
    await expect(settleDecision(developer, { id, status: 'superseded' })).rejects.toMatchObject({ issues: [{ path: 'superseded_by' }] })
    const next = await recordDecision(developer, proposal)
    expect(await settleDecision(developer, { id, status: 'superseded', superseded_by: next.id })).toMatchObject({ superseded_by: next.id })
  })

  it('is settled once when two people settle it at the same moment', async () => {
    const { id } = await recordDecision(developer, proposal)
    const results = await Promise.allSettled((['accepted', 'rejected'] as const).map((status) => settleDecision(developer, { id, status })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await getDecision(developer, id)).version).toBe(2)
  })

  it('names the field that is wrong, and refuses the wrong role and the other project', async () => {
    await expect(recordDecision(developer, { ...proposal, outcome: { option: 'huge' } })).rejects.toMatchObject({
      issues: [{ path: 'outcome.option' }],
    })
    await expect(recordDecision(as(platform, 'auditor'), proposal)).rejects.toMatchObject({ code: 'permission_denied' })
    const { id } = await recordDecision(developer, proposal)
    await expect(getDecision(as(platform, 'developer', 'elsewhere'), id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('exports as MADR with its trade-offs and its dissent', async () => {
    const { id } = await recordDecision(developer, proposal)
    const { text } = await exportDecision(developer, id)
    expect(text).toContain('## Context and Problem Statement')
    expect(text).toContain('Chosen option: "large", because errors cost more than tokens')
    expect(text).toContain('* Bad, because it errs more often')
    expect(text).toContain('* Bo: too slow')
    expect(text.split('\n').slice(0, 3)).toEqual(['---', 'status: "proposed"', 'date: "2026-06-01"'])
  })

  it('is listed by status over the routes', async () => {
    const app = await testServer(platform, documentationRoutes(testEvidence()))
    const headers = actingAs(person(['approver']), 'listed')
    const made = await app.inject({ method: 'POST', url: '/api/v1/decisions', headers, payload: proposal })
    expect([made.statusCode, made.headers.etag]).toEqual([201, '"1"'])
    const { id } = made.json() as { id: string }
    await app.inject({ method: 'POST', url: `/api/v1/decisions/${id}/status`, headers, payload: { status: 'accepted' } })
    const accepted = await app.inject({ method: 'GET', url: '/api/v1/decisions?status=accepted', headers })
    expect(accepted.json()).toMatchObject({ items: [{ id, status: 'accepted' }] })
    expect((await listDecisions(as(platform, 'auditor', 'listed'), { limit: 5, status: 'proposed' })).items).toEqual([])
    expect((await app.inject({ method: 'GET', url: `/api/v1/decisions/${id}/export`, headers })).headers['content-type']).toContain('text/markdown')
  })
})
