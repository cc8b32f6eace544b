import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { governed, row } from '../../test/support/governed.ts'
import { enrol, setStanding } from '../../test/support/people.ts'
import { as, testPlatform } from '../../test/support/platform.ts'
import { getApproval, listApprovals } from './read-approvals.ts'
import { getRelease } from './read-releases.ts'
import { listWaivers } from './read-waivers.ts'
import { requestApproval } from './request-approval.ts'
import { signOff } from './sign-off.ts'
import { submitApproval, withdrawApproval } from './submit-approval.ts'
import { revokeApproval } from './suspend-release.ts'
import { waive } from './waive.ts'

const platform = await testPlatform()
const g = await governed(platform, 'approvals')
const [risk1, risk2, risk3] = g.risk

const approve = (who: { ctx: Parameters<typeof signOff>[0] }, id: string, more: Record<string, unknown> = {}) =>
  signOff(who.ctx, { id, decision: 'approve', ...more })

describe('an approval', () => {
  it('walks its stages, each with its quorum, and ends', async () => {
    const release = await g.release()
    const id = await g.inReview(release)
    expect(await getApproval(g.legal.ctx, id)).toMatchObject({
      status: 'in_review',
      awaiting: ['risk'],
      stage: { index: 0, due_at: '2026-06-02T12:00:00.000Z' },
    })
    await expect(approve(g.legal, id, { capacity: 'legal' })).rejects.toMatchObject({ code: 'capacity_not_needed' })
    await approve(risk1, id)
    expect(await approve(risk2, id)).toMatchObject({ status: 'in_review', awaiting: ['legal'], stage: { index: 1 } })
    const done = await approve(g.legal, id)
    expect(done).toMatchObject({ status: 'approved', in_force: true, expires_at: '2026-08-30T12:00:00.000Z', stage: null })
    const entry = await expectAudit(g.legal.ctx, 'governance.sign-off', id)
    expect(entry).toMatchObject({ details: { release: release.digest, decision: 'approve', status: 'approved', signature: expect.any(String) } })
    expect((await getRelease(g.legal.ctx, release.digest)).status).toBe('approved')
  })

  it('reaches its quorum once when everybody signs at the same moment', async () => {
    const id = await g.inReview(await g.release())
    const results = await Promise.allSettled([risk1, risk2, risk3, risk1, risk2].map((who) => approve(who, id)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    const { sign_offs, stage } = await getApproval(g.legal.ctx, id)
    expect(new Set(sign_offs.map(({ person }) => person)).size).toBe(2)
    expect(stage?.index).toBe(1)
  })

  it('counts one person once, in whatever capacity', async () => {
    const both = await enrol(platform, ['approver'], { project: 'approvals', capacities: ['risk', 'legal'] })
    const id = await g.inReview(await g.release())
    await approve(both, id, { capacity: 'risk' })
    await expect(approve(both, id, { capacity: 'risk' })).rejects.toMatchObject({ code: 'already_signed' })
    await approve(risk1, id)
    await expect(approve(both, id, { capacity: 'legal' })).rejects.toMatchObject({ code: 'already_signed' })
  })

  it('counts neither requester, nor author, nor the author of the policy, nor a key, nor the system, nor an administrator', async () => {
    const wearer = await enrol(platform, ['approver', 'developer'], { project: 'approvals', capacities: ['risk'] })
    const release = await g.release()
    const { id } = await requestApproval(wearer.ctx, { release: release.digest, policy: 'standard' })
    await submitApproval(wearer.ctx, id, g.evidence)
    await expect(approve(wearer, id)).rejects.toMatchObject({ code: 'separation_of_duties' })
    await setStanding(g.developer, { roles: ['developer', 'approver'], capacities: ['risk'] })
    const author = { ctx: { ...g.developer.ctx, actor: { ...g.developer.actor, roles: ['approver'], capacities: ['risk'] } as never } }
    await expect(approve(author, id)).rejects.toMatchObject({ code: 'separation_of_duties' })
    await setStanding(g.developer, { roles: ['developer'], capacities: [] })
    await setStanding(g.administrator, { roles: ['administrator', 'approver'], capacities: ['risk'] })
    const rules = {
      ctx: { ...g.administrator.ctx, actor: { ...g.administrator.actor, roles: ['administrator', 'approver'], capacities: ['risk'] } as never },
    }
    await expect(approve(rules, id)).rejects.toMatchObject({ code: 'separation_of_duties' })
    await setStanding(g.administrator, { roles: ['administrator'], capacities: [] })
    await expect(approve(g.administrator, id)).rejects.toMatchObject({ code: 'permission_denied' })
    const key = { ...risk1.ctx, actor: { kind: 'key', id: 'k', name: 'k', roles: ['approver'] } as const }
    await expect(approve({ ctx: key }, id)).rejects.toMatchObject({ code: 'signer_not_a_person' })
    await expect(approve({ ctx: { ...risk1.ctx, actor: { kind: 'system', name: 's' } } }, id)).rejects.toMatchObject({ code: 'signer_not_a_person' })
    expect((await getApproval(risk1.ctx, id)).sign_offs).toEqual([])
  })

  it('believes the records about a person, not the session', async () => {
    const id = await g.inReview(await g.release())
    const pretender = await enrol(platform, ['approver'], { project: 'approvals', capacities: [] })
    const claims = { ctx: { ...pretender.ctx, actor: { ...pretender.actor, capacities: ['risk'] } as never } }
    await expect(approve(claims, id)).rejects.toMatchObject({ code: 'capacity_not_held' })
    const nobody = as(platform, { kind: 'person', id: 'per_none', name: 'x', roles: ['approver'], capacities: ['risk'] }, 'approvals')
    await expect(approve({ ctx: nobody }, id)).rejects.toMatchObject({ code: 'signer_not_a_person' })
  })

  it('stops counting people who left or lost their capacity, and opens their stage again', async () => {
    const leaver = await enrol(platform, ['approver'], { project: 'approvals', capacities: ['risk'] })
    const id = await g.inReview(await g.release())
    await approve(leaver, id)
    await approve(risk1, id)
    await setStanding(leaver, { status: 'disabled' })
    await expect(approve(leaver, id)).rejects.toMatchObject({ code: 'signer_not_a_person' })
    await expect(approve(g.legal, id)).rejects.toMatchObject({ code: 'capacity_not_held' })
    expect(await getApproval(g.legal.ctx, id)).toMatchObject({ status: 'in_review', stage: { index: 0 }, sign_offs: [{ person: risk1.id }] })
    await approve(risk2, id)
    expect(await approve(g.legal, id)).toMatchObject({ status: 'approved' })
  })

  it('is refused with a reason, for good', async () => {
    const id = await g.inReview(await g.release())
    await expect(signOff(risk1.ctx, { id, decision: 'refuse' })).rejects.toMatchObject({ issues: [{ path: 'reason' }] })
    await approve(risk2, id)
    const refused = await signOff(risk1.ctx, { id, decision: 'refuse', reason: 'too risky' })
    expect(refused).toMatchObject({ status: 'refused', reason: 'too risky', in_force: false })
    for (const who of [risk1, risk3]) await expect(approve(who, id)).rejects.toMatchObject({ code: 'approval_transition' })
    await expect(submitApproval(g.developer.ctx, id, g.evidence)).rejects.toMatchObject({ code: 'approval_transition' })
  })

  it('begins a new round when changes were requested, and forgets the old sign-offs', async () => {
    const id = await g.inReview(await g.release())
    await approve(risk1, id)
    await signOff(risk2.ctx, { id, decision: 'request_changes', reason: 'say more' })
    await expect(approve(risk3, id)).rejects.toMatchObject({ code: 'approval_transition' })
    expect(await submitApproval(g.developer.ctx, id, g.evidence)).toMatchObject({ status: 'in_review', round: 2, sign_offs: [] })
    await approve(risk1, id)
  })

  it('carries the conditions of its sign-offs', async () => {
    const id = await g.inReview(await g.release())
    const conditions = [{ text: 'a tenth at first', max_share: 0.1 }]
    await expect(approve(risk1, id, { conditions })).rejects.toMatchObject({ issues: [{ path: 'conditions' }] })
    await expect(signOff(risk1.ctx, { id, decision: 'approve_with_conditions' })).rejects.toMatchObject({ issues: [{ path: 'conditions' }] })
    await signOff(risk1.ctx, { id, decision: 'approve_with_conditions', conditions })
    await approve(risk2, id)
    expect(await approve(g.legal, id)).toMatchObject({ status: 'approved_with_conditions', conditions: [{ max_share: 0.1 }] })
  })

  it('is asked for once at a time, by whoever may, under a policy for its risk', async () => {
    const release = await g.release()
    const ask = (input = {}) => requestApproval(g.developer.ctx, { release: release.digest, policy: 'standard', ...input })
    const results = await Promise.allSettled([ask(), ask(), ask()])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(ask()).rejects.toMatchObject({ code: 'approval_open' })
    const low = await g.policy({ name: 'easy', risks: ['low'] })
    await expect(ask({ policy: low })).rejects.toMatchObject({ code: 'policy_not_applicable' })
    await expect(ask({ policy: 'none' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(requestApproval(g.legal.ctx, {})).rejects.toMatchObject({ code: 'permission_denied' })
  })

  it('is not submitted under rules that were changed since, nor asked for under older ones', async () => {
    const name = await g.policy({ name: 'tightened' })
    const release = await g.release()
    const ask = () => requestApproval(g.developer.ctx, { release: release.digest, policy: name })
    const { id } = await ask()
    await g.policy({ name, expires_after_days: 7 })
    await expect(submitApproval(g.developer.ctx, id, g.evidence)).rejects.toMatchObject({ code: 'policy_outdated' })
    await withdrawApproval(g.developer.ctx, { id })
    expect((await ask()).policy.version).toBe(2)
  })

  it('is submitted and withdrawn by its requester alone', async () => {
    const id = await g.inReview(await g.release())
    const other = await enrol(platform, ['developer'], { project: 'approvals' })
    await expect(withdrawApproval(other.ctx, { id })).rejects.toMatchObject({ code: 'not_requester' })
    await expect(submitApproval(other.ctx, id, g.evidence)).rejects.toMatchObject({ code: 'not_requester' })
    expect(await withdrawApproval(g.developer.ctx, { id, reason: 'later' })).toMatchObject({ status: 'withdrawn', reason: 'later' })
    await expect(approve(risk1, id)).rejects.toMatchObject({ code: 'approval_transition' })
  })

  it('is taken back by an approver, and superseded by a newer one of the same release', async () => {
    const { release, approval } = await g.approved()
    const second = await g.inReview(release)
    for (const who of [risk1, risk2, g.legal]) await approve(who, second)
    expect((await getApproval(risk1.ctx, approval)).status).toBe('superseded')
    await expect(revokeApproval(g.developer.ctx, { id: second, reason: 'x' })).rejects.toMatchObject({ code: 'permission_denied' })
    expect(await revokeApproval(risk1.ctx, { id: second, reason: 'a leak' })).toMatchObject({ status: 'revoked', in_force: false })
    expect((await getRelease(risk1.ctx, release.digest)).status).toBe('not_approved')
  })

  it('does not exist in another project', async () => {
    const id = await g.inReview(await g.release())
    const stranger = await enrol(platform, ['approver'], { project: 'elsewhere', capacities: ['risk'] })
    await expect(approve(stranger, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(getApproval(stranger.ctx, id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is listed for those whose capacity is asked for', async () => {
    const own = await governed(platform, 'mine')
    const id = await own.inReview(await own.release())
    const mine = async (who: (typeof own.risk)[0]) => (await listApprovals(who.ctx, { limit: 10, awaiting: 'me' })).items.map((item) => item.id)
    expect(await mine(own.risk[0])).toEqual([id])
    expect(await mine(own.legal)).toEqual([])
    await approve(own.risk[0], id)
    await approve(own.risk[1], id)
    expect(await mine(own.risk[0])).toEqual([])
    expect(await mine(own.legal)).toEqual([id])
    expect((await listApprovals(own.legal.ctx, { limit: 10, status: 'in_review' })).items[0]).toMatchObject({
      release: { version: 1 },
      policy: { name: 'standard' },
    })
  })
})

describe('a failed check', () => {
  const failing = () => g.release({ verdict: 'fail', rows: [row('accuracy', 0.4, 'fail'), row('speed', 0.9)] })
  const waiver = (approval: string, more = {}) => ({
    approval,
    check: 'row:accuracy',
    reason: 'known',
    control: 'a person reads every answer',
    expires_at: '2026-06-15T00:00:00.000Z',
    ...more,
  })

  it('keeps the review closed until it is waived one level up, and the approval ends with the waiver', async () => {
    const id = await g.inReview(await failing())
    expect(await getApproval(risk1.ctx, id)).toMatchObject({ status: 'submitted', stage: null })
    await expect(approve(risk1, id)).rejects.toMatchObject({ code: 'approval_transition' })
    await expect(waive(risk1.ctx, waiver(id))).rejects.toMatchObject({ code: 'capacity_not_held' })
    await expect(waive(g.administrator.ctx, waiver(id))).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(waive(g.chief.ctx, waiver(id, { check: 'row:speed' }))).rejects.toMatchObject({ code: 'check_not_failed' })
    for (const expires_at of ['2026-07-02T00:00:00.000Z', '2026-06-01T12:00:00.000Z', '2020-01-01T00:00:00.000Z']) {
      await expect(waive(g.chief.ctx, waiver(id, { expires_at }))).rejects.toMatchObject({ code: 'waiver_not_allowed' })
    }
    expect(await waive(g.chief.ctx, waiver(id))).toMatchObject({ status: 'in_review', waivers: [{ check: 'row:accuracy' }] })
    await expectAudit(g.chief.ctx, 'governance.waive', id)
    for (const who of [risk1, risk2]) await approve(who, id)
    expect(await approve(g.legal, id)).toMatchObject({ status: 'approved', expires_at: '2026-06-15T00:00:00.000Z' })
    const { items } = await listWaivers(g.legal.ctx, { limit: 1 })
    expect(items).toMatchObject([{ approval: id, check: 'row:accuracy', person: g.chief.id, in_force: true }])
    expect((await listWaivers(g.legal.ctx, { limit: 1, cursor: Buffer.from(JSON.stringify([id, '0'])).toString('base64url') })).items).toEqual([])
    const forged = Buffer.from(JSON.stringify([id, '9'.repeat(40)])).toString('base64url')
    expect((await listWaivers(g.legal.ctx, { limit: 1, cursor: forged })).items).toHaveLength(1)
  })

  it('names each: an incomplete card, a simulated evaluation, an older report', async () => {
    const release = await g.release({ complete: false, simulated: true })
    const model = await g.evidence.version(g.developer.ctx, release.model, release.version)
    g.evidence.addReport(model)
    const id = await g.inReview(release, await g.policy({ name: 'unrated', risks: ['unknown'] }))
    const { checks, status } = await getApproval(risk1.ctx, id)
    expect(status).toBe('submitted')
    expect(checks.filter(({ passed }) => !passed).map((check) => check.id)).toEqual(['report_is_newest', 'card_is_complete', 'not_simulated'])
  })

  it('is no check when the policy does not ask for it', async () => {
    const easy = await g.policy({ name: 'demo', checks: { not_simulated: false, card_is_complete: false } })
    const id = await g.inReview(await g.release({ complete: false, simulated: true }), easy)
    expect((await getApproval(risk1.ctx, id)).status).toBe('in_review')
  })
})
