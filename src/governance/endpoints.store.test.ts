import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { governed } from '../../test/support/governed.ts'
import { enrol } from '../../test/support/people.ts'
import { testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { changeEndpoint, createEndpoint } from './create-endpoint.ts'
import { compileGate, resolveEndpoint } from './hot.ts'
import { loadGateForGateway } from './load-gate.ts'
import { pointEndpoint, rollbackEndpoint } from './point-endpoint.ts'
import { endpointHistory, getEndpoint } from './read-endpoints.ts'
import { governanceRoutes } from './routes.ts'
import { signOff } from './sign-off.ts'
import { restoreRelease, revokeApproval, suspendRelease } from './suspend-release.ts'

const platform = await testPlatform()
const g = await governed(platform, 'endpoints')
const DAY = 86_400_000

const one = (release: { digest: string }) => [{ release: release.digest, weight: 1 }]
const gate = async (name: string, point = 0.5) =>
  resolveEndpoint(compileGate(await loadGateForGateway(platform, 'endpoints')), name, platform.clock.now(), point)
const point = (name: string, targets: unknown, ifMatch = '*') => pointEndpoint(g.developer.ctx, name, ifMatch, { targets, reason: 'new' })

describe('an endpoint', () => {
  it('refuses until it points at an approved release, and then serves it', async () => {
    const made = await createEndpoint(g.developer.ctx, { name: 'support', tags: { criticality: 'high', cost_centre: 'cc1' } })
    await expectAudit(g.developer.ctx, 'governance.create-endpoint', made.id)
    expect(await gate('support')).toMatchObject({ allowed: false, code: 'release_not_approved' })
    const unapproved = await g.release()
    await expect(point('support', one(unapproved))).rejects.toMatchObject({
      code: 'target_not_servable',
      issues: [{ path: 'targets.0.release', message: 'release_not_approved' }],
    })
    const { release } = await g.approved()
    const pointed = await point('support', one(release), '"1"')
    expect(pointed).toMatchObject({ revision: 2, targets: [{ model: release.model, version: 1, refusal: null }] })
    await expectAudit(g.developer.ctx, 'governance.point-endpoint', made.id)
    expect(await gate('support')).toMatchObject({ allowed: true, releaseDigest: release.digest, endpoint: { tags: { criticality: 'high' } } })
  })

  it('obeys suspension, restoration, revocation and the clock', async () => {
    const { release, approval } = await g.approved()
    await createEndpoint(g.developer.ctx, { name: 'obeys', targets: one(release) })
    const order = { digest: release.digest, reason: 'harm' }
    expect(await suspendRelease(g.responder.ctx, order)).toMatchObject({ status: 'suspended', suspended: { reason: 'harm' } })
    await expectAudit(g.responder.ctx, 'governance.suspend-release', release.digest)
    expect(await gate('obeys')).toMatchObject({ allowed: false, code: 'release_suspended' })
    await expect(createEndpoint(g.developer.ctx, { name: 'more', targets: one(release) })).rejects.toMatchObject({ code: 'target_not_servable' })
    await Promise.all([1, 2].map(() => restoreRelease(g.responder.ctx, order)))
    expect(await gate('obeys')).toMatchObject({ allowed: true })
    platform.clock.advance(90 * DAY)
    expect(await gate('obeys')).toMatchObject({ code: 'release_not_approved' })
    platform.clock.advance(-90 * DAY)
    await revokeApproval(g.legal.ctx, { id: approval, reason: 'mistake' })
    expect(await gate('obeys')).toMatchObject({ code: 'release_not_approved' })
    await expect(suspendRelease(g.developer.ctx, order)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(suspendRelease(g.responder.ctx, { ...order, reason: '' })).rejects.toMatchObject({ issues: [{ path: 'reason' }] })
  })

  it('lets the gateway know of what it pointed at before, while that is approved', async () => {
    const [before, after] = [await g.approved(), await g.approved()]
    await createEndpoint(g.developer.ctx, { name: 'promoted', targets: one(before.release) })
    await point('promoted', one(after.release))
    const known = async () => (await loadGateForGateway(platform, 'endpoints')).releases.map(({ digest }) => digest)
    expect(await known()).toContain(before.release.digest)
    await revokeApproval(g.legal.ctx, { id: before.approval, reason: 'x' })
    expect(await known()).not.toContain(before.release.digest)
  })

  it('is not freed from a suspension by a new approval', async () => {
    const { release } = await g.approved()
    await createEndpoint(g.developer.ctx, { name: 'held', targets: one(release) })
    await suspendRelease(g.responder.ctx, { digest: release.digest, reason: 'harm' })
    const id = await g.inReview(release)
    for (const who of [g.risk[0], g.risk[1], g.legal]) await signOff(who.ctx, { id, decision: 'approve' })
    expect(await gate('held')).toMatchObject({ code: 'release_suspended' })
  })

  it('goes back, step by step, to what may still be served', async () => {
    const [a, b, c, d] = [await g.approved(), await g.approved(), await g.approved(), await g.approved()]
    await createEndpoint(g.developer.ctx, { name: 'back', targets: one(a.release) })
    for (const { release } of [b, c, d]) await point('back', one(release))
    await suspendRelease(g.responder.ctx, { digest: c.release.digest, reason: 'bad' })
    const back = () => rollbackEndpoint(g.responder.ctx, { endpoint: 'back', reason: 'incident' })
    expect((await back()).targets.map(({ release }) => release)).toEqual([b.release.digest])
    expect((await back()).targets.map(({ release }) => release)).toEqual([a.release.digest])
    await expect(back()).rejects.toMatchObject({ code: 'nothing_to_roll_back_to' })
    await expectAudit(g.responder.ctx, 'governance.rollback-endpoint', (await getEndpoint(g.responder.ctx, 'back')).id)
    expect((await endpointHistory(g.responder.ctx, 'back')).items.map(({ seq, origin }) => [seq, origin])).toEqual([
      [6, 1],
      [5, 2],
      [4, 4],
      [3, 3],
      [2, 2],
      [1, 1],
    ])
  })

  it('goes back once when two responders press the button at once', async () => {
    const [a, b, c] = [await g.approved(), await g.approved(), await g.approved()]
    await createEndpoint(g.developer.ctx, { name: 'twice', targets: one(a.release) })
    for (const { release } of [b, c]) await point('twice', one(release))
    const results = await Promise.allSettled([1, 2, 3].map(() => rollbackEndpoint(g.responder.ctx, { endpoint: 'twice', reason: 'x' })))
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
    expect((await getEndpoint(g.responder.ctx, 'twice')).revision).toBe(3 + results.filter(({ status }) => status === 'fulfilled').length)
  })

  it('holds what the sign-offs demand: a share, and certain endpoints', async () => {
    const stable = await g.approved()
    const canary = await g.release()
    const id = await g.inReview(canary)
    const conditions = [{ text: 'a tenth, on canary only', max_share: 0.1, endpoints: ['canary'] }]
    await signOff(g.risk[0].ctx, { id, decision: 'approve_with_conditions', conditions })
    for (const who of [g.risk[1], g.legal]) await signOff(who.ctx, { id, decision: 'approve' })
    await createEndpoint(g.developer.ctx, { name: 'canary' })
    await createEndpoint(g.developer.ctx, { name: 'other' })
    const split = (stableWeight: number) => [
      { release: stable.release.digest, weight: stableWeight },
      { release: canary.digest, weight: 1 },
    ]
    await expect(point('canary', split(8))).rejects.toMatchObject({ code: 'target_not_servable' })
    await expect(point('other', split(9))).rejects.toMatchObject({ code: 'target_not_servable' })
    await point('canary', split(9))
    expect(await gate('canary', 0.89)).toMatchObject({ releaseDigest: stable.release.digest })
    expect(await gate('canary', 0.95)).toMatchObject({ releaseDigest: canary.digest })
  })

  it('is not changed over somebody else, under a taken name, or by the wrong role', async () => {
    const { release } = await g.approved()
    await createEndpoint(g.developer.ctx, { name: 'edited' })
    await expect(createEndpoint(g.developer.ctx, { name: 'edited' })).rejects.toMatchObject({ code: 'endpoint_exists' })
    await expect(point('edited', one(release), '"7"')).rejects.toMatchObject({ code: 'precondition_failed' })
    const results = await Promise.allSettled([1, 2, 3].map(() => point('edited', one(release), '"1"')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(changeEndpoint(g.developer.ctx, 'edited', undefined, {})).rejects.toMatchObject({ code: 'precondition_required' })
    const changed = await changeEndpoint(g.developer.ctx, 'edited', '"2"', { visibility: 'scoped' })
    expect(changed).toMatchObject({ visibility: 'scoped', revision: 3, targets: [{ release: release.digest }] })
    await changeEndpoint(g.developer.ctx, 'edited', '"3"', { tags: { criticality: 'high' } })
    const described = await changeEndpoint(g.developer.ctx, 'edited', '"4"', { description: 'For the shop.', tags: { domain: 'shop' } })
    expect(described).toMatchObject({ description: 'For the shop.', visibility: 'scoped', tags: { criticality: 'high', domain: 'shop' } })
    await expect(pointEndpoint(g.responder.ctx, 'edited', '*', { targets: one(release) })).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(point('edited', [...one(release), ...one(release)])).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'targets' }],
    })
    await expect(point('edited', [])).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('of another project does not point here', async () => {
    const { release } = await g.approved()
    const elsewhere = await governed(platform, 'endpoints-2')
    await expect(createEndpoint(elsewhere.developer.ctx, { name: 'x', targets: one(release) })).rejects.toMatchObject({ code: 'target_not_servable' })
  })
})

describe('the gateway', () => {
  const topics = async (about: string): Promise<string[]> => {
    const { rows } = await platform.store.raw(
      `select topic from outbox where project = 'endpoints' and payload::text like '%${about}%' and topic like 'governance.%' order by id`,
    )
    return rows.map(({ topic }) => String(topic))
  }

  it('is told of everything it must obey, and of an approval once, though two lawyers sign at the same moment', async () => {
    const other = await enrol(platform, ['approver'], { project: 'endpoints', capacities: ['legal'] })
    const release = await g.release()
    const id = await g.inReview(release)
    for (const who of g.risk.slice(0, 2)) await signOff(who.ctx, { id, decision: 'approve' })
    const results = await Promise.allSettled([g.legal, other, g.legal].map((who) => signOff(who.ctx, { id, decision: 'approve' })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await suspendRelease(g.responder.ctx, { digest: release.digest, reason: 'x' })
    await restoreRelease(g.responder.ctx, { digest: release.digest, reason: 'x' })
    await createEndpoint(g.developer.ctx, { name: 'told' })
    await point('told', one(release))
    await revokeApproval(g.legal.ctx, { id, reason: 'x' })
    expect(await topics(release.digest)).toEqual([
      'governance.approval-submitted',
      'governance.approval-signed',
      'governance.approval-signed',
      'governance.release-approved',
      'governance.release-suspended',
      'governance.release-restored',
      'governance.endpoint-changed',
      'governance.approval-revoked',
    ])
  })
})

describe('the governance routes', async () => {
  const app = await testServer(platform, governanceRoutes(g.evidence))
  const call = (who: typeof g.developer, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, headers: Record<string, string> = {}) =>
    app.inject({
      method,
      url: `/api/v1/${url}`,
      headers: { ...actingAs(who.actor, 'endpoints'), ...headers },
      ...(payload === undefined ? {} : { payload }),
    })

  it('walk from a policy to a served and suspended release', async () => {
    const policy = await call(g.administrator, 'POST', 'approval-policies', {
      name: 'quick',
      risks: ['medium'],
      stages: [{ name: 'only', quorum: [{ capacity: 'legal', approvals: 1 }], deadline_hours: 1, escalate_to: { role: 'administrator' } }],
      expires_after_days: 1,
    })
    expect(policy.statusCode).toBe(201)
    const { digest } = await g.release()
    const asked = await call(g.developer, 'POST', 'approvals', { release: digest, policy: 'quick' })
    const { id } = asked.json() as { id: string }
    expect((await call(g.developer, 'POST', `approvals/${id}/submit`)).json()).toMatchObject({ status: 'in_review' })
    const replayed = { 'idempotency-key': 'once' }
    const signed = await call(g.legal, 'POST', `approvals/${id}/sign-offs`, { decision: 'approve' }, replayed)
    expect([signed.statusCode, (signed.json() as { status: string }).status]).toEqual([201, 'approved'])
    expect((await call(g.legal, 'POST', `approvals/${id}/sign-offs`, { decision: 'approve' }, replayed)).json()).toEqual(signed.json())
    expect((await call(g.legal, 'POST', `approvals/${id}/sign-offs`, { decision: 'approve' })).statusCode).toBe(409)
    for (const path of ['', '/events', '/receipt', '/threads'])
      expect((await call(g.responder, 'GET', `approvals/${id}${path}`)).statusCode).toBe(200)
    const made = await call(g.developer, 'POST', 'endpoints', { name: 'routed', targets: one({ digest }) })
    expect([made.statusCode, made.headers.etag]).toEqual([201, '"1"'])
    expect((await call(g.responder, 'POST', `releases/${digest}/suspend`, { reason: 'x' })).json()).toMatchObject({ status: 'suspended' })
    expect((await call(g.responder, 'GET', 'endpoints/routed')).json()).toMatchObject({ targets: [{ refusal: 'release_suspended' }] })
    expect((await call(g.responder, 'POST', 'endpoints/routed/rollback', { reason: 'x' })).json()).toMatchObject({ code: 'nothing_to_roll_back_to' })
    for (const list of ['releases', 'approvals?awaiting=me', 'approval-policies', 'endpoints'])
      expect((await call(g.legal, 'GET', list)).statusCode).toBe(200)
  })

  it('name the field, and refuse the wrong role before they look at the body', async () => {
    expect((await call(g.developer, 'POST', 'approvals', { release: 'x', policy: 'quick' })).json()).toMatchObject({ errors: [{ path: 'release' }] })
    expect((await call(g.developer, 'POST', 'approvals/x/sign-offs', {})).statusCode).toBe(403)
    expect((await call(g.developer, 'POST', 'approval-policies', {})).statusCode).toBe(403)
    expect((await call(g.legal, 'GET', `releases/sha256:${'0'.repeat(64)}`)).statusCode).toBe(404)
    const unnamed = {
      name: 'p',
      risks: ['low'],
      stages: [{ name: 's', quorum: [{ capacity: 'legal', approvals: 2, people: ['a'] }], deadline_hours: 1, escalate_to: {} }],
    }
    const answer = await call(g.administrator, 'POST', 'approval-policies', unnamed)
    expect((answer.json() as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['stages.0.quorum.0.people', 'stages.0.escalate_to', 'expires_after_days']),
    )
  })
})
