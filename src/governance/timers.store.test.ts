import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { governed } from '../../test/support/governed.ts'
import { testPlatform } from '../../test/support/platform.ts'
import { governanceJobs } from './jobs.ts'
import { approvalEvents, getApproval, listApprovals } from './read-approvals.ts'
import { runTimers } from './run-timers.ts'
import { signOff } from './sign-off.ts'

const platform = await testPlatform()
const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = '2026-06-01T12:00:00.000Z'

describe('a deadline', async () => {
  const g = await governed(platform, 'deadlines')

  it('warns at half, escalates at its end, and never approves', async () => {
    platform.clock.set(START)
    const id = await g.inReview(await g.release())
    const kinds = async () => (await approvalEvents(g.legal.ctx, id)).items.map(({ kind }) => kind)
    platform.clock.advance(12 * HOUR - 1)
    expect(await runTimers(platform)).toBe(0)
    platform.clock.advance(1)
    expect(await runTimers(platform)).toBe(1)
    expect(await runTimers(platform)).toBe(0)
    platform.clock.advance(12 * HOUR)
    // Two processes wake up for the same deadline.
    const handled = await Promise.all([runTimers(platform), runTimers(platform)])
    expect(handled.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(await expectAudit(g.legal.ctx, 'governance.escalate', id)).toMatchObject({
      actor: { kind: 'system' },
      details: { to: 'capacity:chief-risk', awaiting: ['risk'] },
    })
    const waiting = async (who: typeof g.chief) => (await listApprovals(who.ctx, { limit: 10, awaiting: 'me' })).items
    expect(await waiting(g.chief)).toMatchObject([{ id, escalated_to: 'capacity:chief-risk' }])
    expect(await waiting(g.legal)).toEqual([])
    platform.clock.advance(400 * DAY)
    expect(await runTimers(platform)).toBe(0)
    expect(await kinds()).toEqual(['created', 'submitted', 'warned', 'escalated'])
    expect(await getApproval(g.legal.ctx, id)).toMatchObject({ status: 'in_review', stage: { overdue: true, escalated: true }, sign_offs: [] })
  })

  it('starts again with each stage', async () => {
    platform.clock.set(START)
    const id = await g.inReview(await g.release())
    platform.clock.advance(23 * HOUR)
    for (const who of g.risk.slice(0, 2)) await signOff(who.ctx, { id, decision: 'approve' })
    expect((await getApproval(g.legal.ctx, id)).stage).toMatchObject({ name: 'legal', due_at: '2026-06-04T11:00:00.000Z', overdue: false })
    platform.clock.advance(25 * HOUR)
    await runTimers(platform)
    await expectAudit(g.legal.ctx, 'governance.warn', id)
  })

  it('that passes ends an approval by itself, at the same instant for the gate as for the records', async () => {
    platform.clock.set(START)
    const { approval } = await g.approved()
    platform.clock.advance(90 * DAY - 1)
    expect((await getApproval(g.legal.ctx, approval)).in_force).toBe(true)
    await runTimers(platform)
    platform.clock.advance(1)
    expect(await getApproval(g.legal.ctx, approval)).toMatchObject({ status: 'approved', in_force: false })
    await runTimers(platform)
    expect(await getApproval(g.legal.ctx, approval)).toMatchObject({ status: 'expired', in_force: false })
    await expectAudit(g.legal.ctx, 'governance.expire', approval)
  })

  it('of one request that cannot be read does not hold up the others', async () => {
    platform.clock.set(START)
    const [broken, whole] = [await g.approved(), await g.approved()]
    await platform.store.raw(`delete from governance_approval_events where approval_id = '${broken.approval}' and seq = 0`)
    platform.clock.advance(90 * DAY)
    await runTimers(platform)
    expect((await getApproval(g.legal.ctx, whole.approval)).status).toBe('expired')
  })

  it('is kept by a durable job', async () => {
    platform.clock.set(START)
    const { approval } = await g.approved()
    platform.clock.advance(90 * DAY)
    governanceJobs(platform)
    await platform.jobs.start()
    await platform.jobs.enqueue('governance.timers', {})
    await expect.poll(async () => (await getApproval(g.legal.ctx, approval)).status, { timeout: 20_000 }).toBe('expired')
  })
})
