import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../../test/support/audit.ts'
import { as, person, testPlatform } from '../../../test/support/platform.ts'
import { actingAs, testServer } from '../../../test/support/server.ts'
import { authenticateKey, compileAccess } from '../hot.ts'
import { changeLimits, changeNetworkRules } from '../limits/change-defaults.ts'
import { createLimiter } from '../limits/limiter.ts'
import { keepTokenUsage } from '../limits/usage.ts'
import { loadAccessForGateway } from '../load-for-gateway.ts'
import { accessRoutes } from '../routes.ts'
import { changeKey } from './change-key.ts'
import { createKey } from './create-key.ts'
import { getKey, listKeys } from './read.ts'
import { revokeKey } from './revoke-key.ts'
import { rotateKey } from './rotate-key.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')
const administrator = as(platform, 'administrator')
const DAY_MS = 86_400_000

const make = (more: object = {}) => createKey(developer, { name: 'checkout', endpoints: ['chat'], ...more })

/** What the gateway would answer now, with a snapshot of now. */
const present = async (credential: string, ip = '127.0.0.1') => {
  const found = authenticateKey(compileAccess(await loadAccessForGateway(platform)), credential, ip, platform.clock.now())
  return 'code' in found ? found.code : found
}

describe('an API key', () => {
  it('is shown once and works for thirty days', async () => {
    const { key, credential } = await make({ tags: { domain: 'billing', criticality: 'high' }, limits: { requests_per_minute: 60 } })
    expect(key).toMatchObject({
      status: 'active',
      actions: ['embed', 'invoke', 'stream'],
      networks: [],
      secrets: [{ hint: credential.slice(-11, -7) }],
    })
    await expectAudit(developer, 'access.create-key', key.id)
    expect(await present(credential)).toMatchObject({
      keyId: key.id,
      tags: { domain: 'billing', criticality: 'high', compliance: null, cost_centre: null },
      limits: { requests_per_minute: 60, tokens_per_day: null },
    })
    platform.clock.advance(30 * DAY_MS - 1)
    expect(await present(credential)).toMatchObject({ keyId: key.id })
    platform.clock.advance(1)
    expect(await present(credential)).toBe('key_expired')
    expect(await getKey(developer, key.id)).toMatchObject({ status: 'expired' })
    platform.clock.advance(30 * DAY_MS)
    expect(await present(credential)).toBe('invalid_api_key')
  })

  it('is kept as an HMAC only, in the answer stored for a repeated request too', async () => {
    const app = await testServer(platform, accessRoutes())
    const headers = { ...actingAs(person(['developer'], { id: 'per_twice' })), 'idempotency-key': 'twice' }
    const create = () => app.inject({ method: 'POST', url: '/api/v1/keys', payload: { name: 'canary', endpoints: ['*'] }, headers })
    const [first, second] = [await create(), await create()]
    expect(first.statusCode).toBe(201)
    expect(second.json()).toEqual(first.json())
    const secret = first.json().credential.split('_')[2]
    for (const table of ['access_keys', 'audit_entries', 'outbox', 'http_idempotency']) {
      const { rows } = await platform.store.raw(`select row_to_json(t)::text as line from ${table} t`)
      expect(rows.length).toBeGreaterThan(0)
      expect(JSON.stringify(rows)).not.toContain(secret)
    }
  })

  it('keeps its id in a rotation, with two secrets until the overlap ends', async () => {
    const { key, credential: old } = await make()
    const { key: after, credential: fresh } = await rotateKey(developer, key.id, { overlap_seconds: 3_600 })
    expect(after).toMatchObject({ id: key.id, revision: 2, secrets: [{ not_after: expect.any(String) }, { not_after: null }] })
    await expectAudit(developer, 'access.rotate-key', key.id)
    expect(await present(old)).toMatchObject({ keyId: key.id })
    expect(await present(fresh)).toMatchObject({ keyId: key.id })
    platform.clock.advance(3_600_000)
    expect(await present(old)).toBe('key_expired')
    expect(await present(fresh)).toMatchObject({ keyId: key.id })
    expect((await getKey(developer, key.id)).secrets).toHaveLength(1)
  })

  it('never has more than two secrets, however often and at once it is rotated', async () => {
    const { key, credential } = await make()
    const rotations = await Promise.all([0, 1, 2].map(() => rotateKey(developer, key.id, {})))
    expect((await getKey(developer, key.id)).secrets).toHaveLength(2)
    expect(await present(credential)).toBe('invalid_api_key')
    const states = await Promise.all(rotations.map((rotation) => present(rotation.credential)))
    expect(states.filter((state) => typeof state === 'object')).toHaveLength(2)
  })

  it('that has expired comes back with its new secret only', async () => {
    const { key, credential } = await make({ expires_in_days: 1 })
    platform.clock.advance(DAY_MS)
    const { credential: fresh } = await rotateKey(developer, key.id, {})
    expect(await present(credential)).toBe('key_expired')
    expect(await present(fresh)).toMatchObject({ keyId: key.id })
  })

  it('is revoked for ever, and twice is as good as once', async () => {
    const { key, credential } = await make()
    expect(await revokeKey(as(platform, 'responder'), key.id, { reason: 'leaked' })).toMatchObject({ status: 'revoked', secrets: [] })
    await expectAudit(developer, 'access.revoke-key', key.id)
    expect(await present(credential)).toBe('invalid_api_key')
    const again = await revokeKey(developer, key.id, {})
    expect(again.revision).toBe(2)
    await expect(rotateKey(developer, key.id, {})).rejects.toMatchObject({ code: 'key_revoked' })
    await expect(changeKey(developer, key.id, { name: 'x' }, '*')).rejects.toMatchObject({ code: 'key_revoked' })
  })

  it('tells the gateway of each change', async () => {
    const { key } = await make()
    await rotateKey(developer, key.id, {})
    await changeKey(developer, key.id, { name: 'x' }, '*')
    await revokeKey(developer, key.id, {})
    const { rows } = await platform.store.raw("select topic from outbox where payload->>'key_id' = $1 order by id", [key.id])
    expect(rows.map((row) => row.topic)).toEqual(['access.key-created', 'access.key-rotated', 'access.key-changed', 'access.key-revoked'])
  })

  it('is changed by who has seen the current version', async () => {
    const { key } = await make()
    const change = (networks: string[]) => changeKey(developer, key.id, { networks }, '"1"')
    const results = await Promise.allSettled([change(['10.0.0.0/8']), change(['192.168.0.0/16'])])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(changeKey(developer, key.id, { name: 'x' }, undefined)).rejects.toMatchObject({ code: 'precondition_required' })
    const left = await changeKey(developer, key.id, { expires_in_days: 7 }, '"2"')
    expect(left).toMatchObject({ name: 'checkout', networks: expect.any(Array), revision: 3 })
    expect(Date.parse(left.expires_at)).toBe(platform.clock.now() + 7 * DAY_MS)
  })

  it('is held to its networks', async () => {
    const { credential } = await make({ networks: ['10.0.0.0/8', '2001:db8::/32'] })
    expect(await present(credential, '10.9.9.9')).toMatchObject({ name: 'checkout' })
    expect(await present(credential, '192.0.2.1')).toBe('network_denied')
  })

  it.each([
    ['name', { name: '' }],
    ['endpoints', { endpoints: [] }],
    ['endpoints.0', { endpoints: ['No Such Name'] }],
    ['actions.0', { actions: ['delete'] }],
    ['tags.criticality', { tags: { criticality: 'urgent' } }],
    ['limits.requests_per_minute', { limits: { requests_per_minute: 0 } }],
    ['limits.tokens_per_day', { limits: { tokens_per_day: 1.5 } }],
    ['networks.0', { networks: ['10.0.0.1/8'] }],
    ['expires_in_days', { expires_in_days: 366 }],
  ])('is refused with the path of the wrong field: %s', async (path, wrong) => {
    await expect(make(wrong)).rejects.toMatchObject({ code: 'invalid_request', issues: [{ path }] })
  })

  it('is for developers to make, and for auditors to see', async () => {
    const { key } = await make()
    for (const role of ['approver', 'auditor', 'responder'] as const)
      await expect(createKey(as(platform, role), { name: 'x', endpoints: ['*'] })).rejects.toMatchObject({ code: 'permission_denied' })
    expect(await getKey(as(platform, 'auditor'), key.id)).toMatchObject({ id: key.id })
    await expect(getKey(as(platform, 'approver'), key.id)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(getKey(as(platform, 'auditor', 'elsewhere'), key.id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(revokeKey(developer, 'key_none', {})).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is listed newest first, by status and in pages, without hashes', async () => {
    const ctx = as(platform, person(['developer'], { id: 'per_lister' }), 'listing')
    const ids: string[] = []
    for (let i = 0; i < 3; i += 1) ids.unshift((await createKey(ctx, { name: `k${i}`, endpoints: ['*'] })).key.id)
    await revokeKey(ctx, ids[0] ?? '', {})
    const page = await listKeys(ctx, { limit: 2 })
    expect(page.items.map((key) => key.id)).toEqual(ids.slice(0, 2))
    expect((await listKeys(ctx, { limit: 2, cursor: page.next_cursor ?? '' })).items.map((key) => key.id)).toEqual(ids.slice(2))
    expect((await listKeys(ctx, { limit: 9, status: 'active', owner: 'per_lister' })).items).toHaveLength(2)
    expect((await listKeys(ctx, { limit: 9, status: 'revoked' })).items.map((key) => key.id)).toEqual([ids[0]])
    expect(JSON.stringify(page)).not.toContain('hash')
  })
})

describe('limits and networks of the project', () => {
  it('hold for keys that have none of their own, and the networks for all', async () => {
    const plain = await make()
    const own = await make({ limits: { requests_per_minute: 5 } })
    const limits = await changeLimits(administrator, { limits: { requests_per_minute: 100, tokens_per_day: 1_000 } }, '"0"')
    await expectAudit(administrator, 'access.change-limits', 'default')
    expect(await present(plain.credential)).toMatchObject({ limits: { requests_per_minute: 100, tokens_per_day: 1_000 } })
    expect(await present(own.credential)).toMatchObject({ limits: { requests_per_minute: 5, tokens_per_day: 1_000 } })
    await changeNetworkRules(administrator, { networks: ['10.0.0.0/8'] }, `"${limits.revision}"`)
    expect(await present(plain.credential)).toBe('network_denied')
    expect(await present(plain.credential, '10.0.0.1')).toMatchObject({ name: 'checkout' })
    await changeNetworkRules(administrator, { networks: [] }, '"2"')
  })

  it('are changed by administrators who have seen the current ones, one at a time', async () => {
    const ctx = as(platform, 'administrator', 'defaults')
    await expect(changeLimits(as(platform, 'developer'), { limits: {} }, '*')).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(changeNetworkRules(ctx, { networks: ['10.0.0.1/8'] }, '"0"')).rejects.toMatchObject({ issues: [{ path: 'networks.0' }] })
    const change = (n: number) => changeLimits(ctx, { limits: { requests_per_minute: n } }, '"0"')
    const results = await Promise.allSettled([change(1), change(2), change(3)])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })
})

describe('counted tokens', () => {
  it('are kept over a restart', async () => {
    const { credential, key } = await make({ limits: { tokens_per_day: 100 } })
    const principal = await present(credential)
    if (typeof principal === 'string') throw new Error(principal)
    const before = createLimiter()
    const keeper = await keepTokenUsage(platform, before)
    before.reserve(principal, platform.clock.now(), 90)
    await keeper.stop()

    const after = createLimiter()
    const again = await keepTokenUsage(platform, after)
    expect(after.reserve(principal, platform.clock.now(), 11).ok).toBe(false)
    expect(after.reserve(principal, platform.clock.now(), 10).ok).toBe(true)
    await again.stop()
    const { rows } = await platform.store.raw('select tokens from access_token_usage where key_id = $1', [key.id])
    expect(rows).toEqual([{ tokens: 100 }])
  })
})
