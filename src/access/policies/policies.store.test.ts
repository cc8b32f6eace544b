import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../../test/support/audit.ts'
import { as, person, testPlatform } from '../../../test/support/platform.ts'
import { actingAs, testServer } from '../../../test/support/server.ts'
import { authorize, compileAccess } from '../hot.ts'
import { createKey } from '../keys/create-key.ts'
import { revokeKey } from '../keys/revoke-key.ts'
import { loadAccessForGateway } from '../load-for-gateway.ts'
import { accessRoutes } from '../routes.ts'
import { getPolicy, listPolicies, listPolicyVersions } from './read.ts'
import { retireAccessPolicy } from './retire-access-policy.ts'
import { saveAccessPolicy } from './save-access-policy.ts'
import { simulateAccess } from './simulate-access.ts'

const platform = await testPlatform()
const administrator = as(platform, 'administrator')
const developer = as(platform, 'developer')
const FORBID_HIGH = 'forbid (principal, action, resource) when { context.criticality == "high" };'

const save = (name: string, source: string, ifMatch?: string) => saveAccessPolicy(administrator, name, { source }, ifMatch)

describe('an access policy', () => {
  it('is in force with its first version, and each later one stays readable', async () => {
    const first = await save('tags', FORBID_HIGH)
    expect(first).toMatchObject({ name: 'tags', version: 1, built_in: false })
    await expectAudit(administrator, 'access.save-access-policy', 'tags')
    await expect(save('tags', FORBID_HIGH)).rejects.toMatchObject({ code: 'precondition_required' })
    expect(await save('tags', `${FORBID_HIGH}\n${FORBID_HIGH}`, '"1"')).toMatchObject({ version: 2 })
    expect((await listPolicyVersions(administrator, 'tags', { limit: 10 })).items.map((policy) => policy.version)).toEqual([2, 1])
    expect((await loadAccessForGateway(platform)).policies).toMatchObject([{ name: 'tags', version: 2 }])
    await retireAccessPolicy(administrator, 'tags', '"2"')
    await expectAudit(administrator, 'access.retire-access-policy', 'tags')
    expect((await loadAccessForGateway(platform)).policies).toEqual([])
    await expect(getPolicy(administrator, 'tags')).rejects.toMatchObject({ code: 'not_found' })
    await expect(retireAccessPolicy(administrator, 'tags', '*')).rejects.toMatchObject({ code: 'not_found' })
    expect(await save('tags', FORBID_HIGH)).toMatchObject({ version: 4 })
    await retireAccessPolicy(administrator, 'tags', '*')
  })

  it('is saved once when two save at once', async () => {
    const results = await Promise.allSettled([save('raced', FORBID_HIGH), save('raced', FORBID_HIGH), save('raced', FORBID_HIGH)])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    await retireAccessPolicy(administrator, 'raced', '"1"')
  })

  it.each([
    [
      'line 2, column 41: attribute `ctx` in context not found',
      'forbid (principal, action, resource)\nwhen { context.criticality == "high" && context.ctx };',
    ],
    ['line 2, column 8', 'forbid (principal, action, resource)\nwhen { context.riskiness == "high" };'],
    ['line 1, column 30: unrecognized action', 'forbid (principal, action == Plimsoll::Action::"nvoke", resource);'],
    ['line 2, column 17', 'permit (principal,\naction, resource\n'],
    ['template', 'permit (principal == ?principal, action, resource);'],
    ['holds no policy', '// nothing'],
    ['line 2, column 45', '// ééééééé\npermit (principal, action, resource) when { context.nope };'],
    ['line 1, column 45', 'permit (principal, action, resource) when { ip("300.0.0.1").isLoopback() };'],
  ])('is refused with the place of the error: %s', async (message, source) => {
    const error = await save('wrong', source).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'invalid_request', issues: [{ path: 'source' }] })
    expect(JSON.stringify(error)).toContain(message)
  })

  it('that would break the engine is refused, and the engine goes on', async () => {
    const hostile = [
      `permit (principal, action, resource) when { ${'('.repeat(2_000)}true${')'.repeat(2_000)} };`,
      `permit (principal, action, resource) when { ${Array(4_000).fill('1').join('+')} > 0 };`,
      `permit (principal, action, resource) when { ${'{a:'.repeat(1_000)}1${'}'.repeat(1_000)} == {} };`,
      // Parses, and would overflow with the first request whose criticality is high.
      `forbid (principal, action, resource) when { context.criticality == "high" && (${Array(500).fill('context.domain == "x"').join(' || ')}) };`,
      `forbid (principal, action, resource) when { context.criticality == "high" } ${'unless { context.domain == "x" }'.repeat(500)};`,
    ]
    for (const source of hostile)
      await expect(save('hostile', source)).rejects.toMatchObject({ issues: [{ path: 'source', message: expect.stringContaining('nested') }] })
    await expect(save('hostile', 'x'.repeat(20_001))).rejects.toMatchObject({ issues: [{ path: 'source' }] })
    await expect(save('hostile', `${FORBID_HIGH}\u0000`)).rejects.toMatchObject({ issues: [{ path: 'source' }] })
    const { key } = await createKey(developer, { name: 'k', endpoints: ['*'] })
    const table = compileAccess(await loadAccessForGateway(platform))
    const principal = table.keys.get(key.id)!.principal
    const facts = { remoteIp: '127.0.0.1', nowMs: 0, tags: principal.tags, release: '' }
    expect(authorize(table, principal, 'invoke', 'chat', facts)).toMatchObject({ allowed: true })
  })

  it('cannot take the place of the scope, but that of the default', async () => {
    await expect(save('scope', FORBID_HIGH)).rejects.toMatchObject({ code: 'policy_fixed' })
    await expect(retireAccessPolicy(administrator, 'scope', '*')).rejects.toMatchObject({ code: 'policy_fixed' })
    expect((await listPolicies(developer)).map((policy) => [policy.name, policy.built_in])).toEqual([
      ['scope', true],
      ['default', true],
    ])
    await save('default', 'permit (principal, action == Plimsoll::Action::"invoke", resource);')
    expect(await getPolicy(developer, 'default')).toMatchObject({ built_in: false, version: 1 })
    const { key } = await createKey(developer, { name: 'k', endpoints: ['chat'] })
    expect(await simulateAccess(developer, { key_id: key.id, action: 'stream', endpoint: 'chat' })).toMatchObject({
      decision: 'deny',
      code: 'permission_denied',
      policies: [],
    })
    await retireAccessPolicy(administrator, 'default', '"1"')
    expect(await getPolicy(developer, 'default')).toMatchObject({ built_in: true, version: 0 })
  })

  it('is for administrators to save', async () => {
    for (const role of ['developer', 'approver', 'responder', 'auditor'] as const) {
      await expect(saveAccessPolicy(as(platform, role), 'mine', { source: FORBID_HIGH }, undefined)).rejects.toMatchObject({
        code: 'permission_denied',
      })
      await expect(retireAccessPolicy(as(platform, role), 'mine', '*')).rejects.toMatchObject({ code: 'permission_denied' })
    }
  })
})

describe('a simulation', () => {
  it('says what the gateway would answer, and which policies say so', async () => {
    await save('tags', FORBID_HIGH)
    const { key } = await createKey(developer, { name: 'k', endpoints: ['chat'], actions: ['invoke'], networks: ['10.0.0.0/8'], expires_in_days: 1 })
    const ask = (more: object = {}) =>
      simulateAccess(developer, { key_id: key.id, action: 'invoke', endpoint: 'chat', remote_ip: '10.0.0.1', ...more })
    expect(await ask()).toEqual({ decision: 'allow', code: null, policies: ['default'], facts_read: ['criticality'] })
    expect(await ask({ tags: { criticality: 'high' } })).toMatchObject({ decision: 'deny', code: 'permission_denied', policies: ['tags'] })
    expect(await ask({ action: 'stream' })).toMatchObject({ code: 'permission_denied', policies: ['scope.stream'] })
    expect(await ask({ endpoint: 'other' })).toMatchObject({ code: 'model_not_found', policies: ['scope.endpoint'] })
    expect(await ask({ remote_ip: '192.0.2.1' })).toMatchObject({ code: 'network_denied' })
    expect(await ask({ at: '2027-01-01T00:00:00Z' })).toMatchObject({ code: 'key_expired' })
    const draft = { name: 'tags', source: 'forbid (principal, action, resource) when { context.domain == "x" };' }
    expect(await ask({ tags: { criticality: 'high' }, draft })).toMatchObject({ decision: 'allow', facts_read: ['domain'] })
    await expect(ask({ draft: { name: 'tags', source: 'nonsense' } })).rejects.toMatchObject({ issues: [{ path: 'draft.source' }] })
    await expect(ask({ key_id: 'key_none' })).rejects.toMatchObject({ code: 'not_found' })
    await revokeKey(developer, key.id, {})
    expect(await ask()).toMatchObject({ decision: 'deny', code: 'key_revoked' })
    await expect(simulateAccess(as(platform, 'approver'), {})).rejects.toMatchObject({ code: 'permission_denied' })
  })
})

describe('the routes', async () => {
  const app = await testServer(platform, accessRoutes())
  const admin = actingAs(person(['administrator']))

  it('answer with tags, places of errors and warnings', async () => {
    const put = (name: string, payload: object, headers = {}) =>
      app.inject({ method: 'PUT', url: `/api/v1/access-policies/${name}`, payload, headers: { ...admin, ...headers } })
    const saved = await put('routed', { source: FORBID_HIGH, description: 'no high' })
    expect(saved.headers.etag).toBe('"1"')
    expect((await put('routed', { source: FORBID_HIGH })).statusCode).toBe(428)
    expect((await put('routed', { source: FORBID_HIGH }, { 'if-match': '"7"' })).statusCode).toBe(412)
    expect((await put('routed', { source: 'permit' }, { 'if-match': '"1"' })).json()).toMatchObject({ status: 400, errors: [{ path: 'source' }] })
    const check = await app.inject({
      method: 'POST',
      url: '/api/v1/access-policies/check',
      payload: { name: 'draft', source: 'permit (principal, action, resource) when { false };' },
      headers: admin,
    })
    expect(check.json()).toMatchObject({ errors: [], warnings: [{ line: 1, message: expect.stringContaining('impossible') }] })
    const list = (await app.inject({ method: 'GET', url: '/api/v1/access-policies', headers: admin })).json()
    expect(list.items.map((item: { name: string }) => item.name)).toContain('routed')
    expect(list.schema).toContain('entity ApiKey')
    const gone = await app.inject({ method: 'DELETE', url: '/api/v1/access-policies/routed', headers: { ...admin, 'if-match': '"1"' } })
    expect(gone.statusCode).toBe(204)
  })
})
