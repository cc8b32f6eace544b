import { describe, expect, it } from 'vitest'
import { digestOf } from '#platform/canonical'
import { expectAudit } from '../../test/support/audit.ts'
import { pastOf } from '../../test/support/past-calls.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { applyPolicy, bindPolicy, createPolicy, getFloor, getPolicy, loadBoundPolicy, loadSafeguards, safeguardRoutes, setFloor } from './index.ts'

const platform = await testPlatform()
const administrator = as(platform, 'administrator')
const developer = as(platform, 'developer')
const emails = { output: [{ detector: 'pii', action: 'mask', options: { kinds: ['email'] } }] }
const flagged = (word: string) => ({ output: [{ detector: 'words', action: 'flag', options: { words: [word] } }] })

describe("the organisation's floor", () => {
  it('asks for nothing until an administrator sets one', async () => {
    expect(await getFloor(developer)).toMatchObject({ version: 0, document: { input: [], output: [] }, created_by: null })
    expect(await bindPolicy(developer, null)).toBeNull()
    expect(await loadSafeguards(developer, [])).toEqual({ safeguards: [], floor: null })
    const policy = await createPolicy(developer, { name: 'before', document: flagged('a') })
    expect((await bindPolicy(developer, { name: 'before', version: 1 }))?.bound).toEqual({ name: 'before', version: 1, digest: policy.digest })
  })

  it('is set by administrators only, against the version that they saw, and leaves its audit entry', async () => {
    const set = (ctx: typeof developer, ifMatch?: string) => setFloor(ctx, { ifMatch, floor: { document: emails, reason: 'GDPR, art. 25' } })
    await expect(set(developer, '*')).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(set(administrator)).rejects.toMatchObject({ code: 'precondition_required' })
    await expect(set(administrator, '"7"')).rejects.toMatchObject({ code: 'precondition_failed' })
    await expect(
      setFloor(administrator, { ifMatch: '"0"', floor: { document: { input: [{ detector: 'pii' }] }, reason: 'x' } }),
    ).rejects.toMatchObject({
      issues: [{ path: 'document.input.0.action' }, { path: 'reason' }],
    })
    const floor = await set(administrator, '"0"')
    expect(floor).toMatchObject({ version: 1, reason: 'GDPR, art. 25', digest: digestOf(floor.document) })
    await expectAudit(administrator, 'safeguards.set-floor', '1')
  })

  it('shows in what a policy is tried on', async () => {
    const applied = await applyPolicy(developer, 'before', { direction: 'output', texts: ['a@b.co'] })
    expect(applied).toMatchObject({ verdict: 'mask', results: [{ text: '[EMAIL]' }] })
    expect(applied.policy_digest).toBe((await bindPolicy(developer, { name: 'before', version: 1 }))?.bound.digest)
  })

  it('is bound with the policy, in every project, and without a policy too', async () => {
    const elsewhere = as(platform, 'developer', 'elsewhere')
    const policy = await createPolicy(elsewhere, { name: 'own', document: flagged('b') })
    const { bound } = (await bindPolicy(elsewhere, { name: 'own', version: 1 }))!
    expect(bound).toMatchObject({ name: 'own', version: 1, floor: { version: 1 } })
    expect(bound.digest).not.toBe(policy.digest)
    const document = (await loadBoundPolicy(elsewhere, bound))!
    expect(digestOf(document)).toBe(bound.digest)
    expect(document.floor?.output).toMatchObject([{ detector: 'pii' }])
    expect((await bindPolicy(elsewhere, null))?.bound).toMatchObject({ name: 'organisation-floor', version: 1 })
    expect(await loadBoundPolicy(elsewhere, { ...bound, digest: policy.digest })).toBeUndefined()
  })

  it('holds at once for releases that were approved before it, on top of what they bind', async () => {
    const approvedBefore = { name: 'before', version: 1, digest: (await getPolicy(developer, 'before')).digest }
    const today = (await bindPolicy(developer, { name: 'before', version: 1 }))!.bound
    const { safeguards, floor } = await loadSafeguards(developer, [approvedBefore])
    expect(safeguards).toMatchObject([{ digest: approvedBefore.digest, policy: { floor: { output: [{ detector: 'pii' }] } } }])
    expect(safeguards[0]?.inForceDigest).toBe(today.digest)
    expect(floor?.policy.floor?.output).toMatchObject([{ detector: 'pii' }])
  })

  it('is lost by the slower of two administrators', async () => {
    const both = await Promise.allSettled(
      ['one', 'two'].map((word) => setFloor(administrator, { ifMatch: '"1"', floor: { document: flagged(word), reason: 'at once' } })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = both.find((result) => result.status === 'rejected')
    expect(['conflict', 'precondition_failed']).toContain(lost?.reason.code)
  })

  it('does not lend its name to a policy', async () => {
    for (const name of ['organisation-floor', 'floor']) {
      await expect(createPolicy(developer, { name, document: flagged('c') })).rejects.toMatchObject({ issues: [{ path: 'name' }] })
    }
  })
})

it('an exception that has expired already is refused with its place', async () => {
  const allow = { detector: 'words', action: 'allow', expires_at: '2026-05-31T00:00:00Z', options: { words: ['x'] } }
  await expect(createPolicy(developer, { name: 'late', document: { output: [allow] } })).rejects.toMatchObject({
    issues: [{ path: 'document.output.0.expires_at', message: 'lies in the past' }],
  })
  await expect(
    createPolicy(developer, { name: 'late', document: { overrides: [{ tags: { domain: 'a' }, effect: 'replace', input: [allow] }] } }),
  ).rejects.toMatchObject({
    issues: [{ path: 'document.overrides.0.input.0.expires_at' }],
  })
})

it('the routes of the floor carry its version as an entity tag', async () => {
  const app = await testServer(platform, safeguardRoutes(pastOf()))
  const headers = actingAs(person(['administrator']))
  const read = await app.inject({ url: '/api/v1/safeguards/floor', headers })
  expect(read.headers.etag).toBe('"2"')
  const payload = { document: emails, reason: 'back to e-mail' }
  const set = await app.inject({ method: 'PUT', url: '/api/v1/safeguards/floor', headers: { ...headers, 'if-match': '"2"' }, payload })
  expect([set.statusCode, set.headers.etag]).toEqual([200, '"3"'])
  const versions = await app.inject({ url: '/api/v1/safeguards/floor/versions?limit=2', headers })
  expect(versions.json()).toMatchObject({ items: [{ version: 3 }, { version: 2 }], next_cursor: expect.any(String) })
})
