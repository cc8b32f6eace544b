import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { pastOf } from '../../test/support/past-calls.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { applyPolicy, createPolicy, getPolicy, listPolicies, listPolicyVersions, loadPolicyByDigest, safeguardRoutes } from './index.ts'

const platform = await testPlatform()
const developer = as(platform, 'developer')

const masking = {
  input: [{ detector: 'pii', action: 'mask' }],
  output: [{ detector: 'words', action: 'block', options: { words: ['secret plan'] } }],
}
const wordy = (word: string) => ({ output: [{ detector: 'words', action: 'flag', options: { words: [word] } }] })

describe('a safeguard policy', () => {
  it('is created with defaults written out, a digest and an audit entry', async () => {
    const policy = await createPolicy(developer, { name: 'standard', document: masking })
    expect(policy).toMatchObject({
      version: 1,
      document: { schema: 'plimsoll.safeguards/1', input: [{ mode: 'enforce', options: { regions: ['US', 'GB', 'DE'] } }] },
    })
    expect(policy.digest).toMatch(/^sha256:/)
    expect(await getPolicy(developer, 'standard')).toEqual(policy)
    await expectAudit(developer, 'safeguards.create-policy', policy.id)
  })

  it('changes only by a next version; the old one stays as it was', async () => {
    const first = await createPolicy(developer, { name: 'changing', document: wordy('one') })
    const second = await createPolicy(developer, { name: 'changing', document: wordy('two') })
    expect([first.version, second.version]).toEqual([1, 2])
    expect(await getPolicy(developer, 'changing')).toEqual(second)
    expect(await getPolicy(developer, 'changing', 1)).toEqual(first)
    expect(await listPolicyVersions(developer, 'changing', { limit: 1 })).toMatchObject({ items: [{ version: 2 }], next_cursor: expect.any(String) })
  })

  it('is refused when a version has the same content', async () => {
    await createPolicy(developer, { name: 'twice', document: wordy('same') })
    await expect(createPolicy(developer, { name: 'twice', document: wordy('same') })).rejects.toMatchObject({ code: 'policy_unchanged' })
  })

  it('gives each version to one of several people who create at the same moment', async () => {
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((word) => createPolicy(developer, { name: 'raced', document: wordy(word) })))
    const versions = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.version] : []))
    expect(versions.length).toBeGreaterThan(0)
    expect(new Set(versions).size).toBe(versions.length)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
  })

  it('is refused from an auditor, and with the path of what is wrong in it', async () => {
    await expect(createPolicy(as(platform, 'auditor'), { name: 'x', document: masking })).rejects.toMatchObject({ code: 'permission_denied' })
    const broken = { output: [{ detector: 'regex', action: 'mask', options: { patterns: [{ name: 'bad', pattern: '(?=a)' }] } }] }
    await expect(createPolicy(developer, { name: 'x', document: broken })).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'document.output.0.options.patterns.0.pattern' }],
    })
    await expect(createPolicy(developer, { name: 'x', document: { input: [{ detector: 'astrology', action: 'mask' }] } })).rejects.toMatchObject({
      issues: [{ path: 'document.input.0.detector' }],
    })
  })

  it('is loaded by its digest, in its project only', async () => {
    const policy = await createPolicy(developer, { name: 'digested', document: wordy('digest') })
    expect(await loadPolicyByDigest(developer, policy.digest)).toEqual(policy.document)
    expect(await loadPolicyByDigest(as(platform, 'developer', 'elsewhere'), policy.digest)).toBeUndefined()
  })

  it('is listed by name, newest version, in pages', async () => {
    const ctx = as(platform, 'developer', 'paged')
    for (const name of ['b', 'a', 'c']) await createPolicy(ctx, { name, document: wordy(name) })
    await createPolicy(ctx, { name: 'a', document: wordy('again') })
    const first = await listPolicies(ctx, { limit: 2 })
    expect(first.items.map(({ name, version }) => [name, version])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    expect((await listPolicies(ctx, { limit: 2, cursor: first.next_cursor! })).items.map(({ name }) => name)).toEqual(['c'])
  })

  it('is tried on texts without leaving a trace', async () => {
    await createPolicy(developer, { name: 'tried', document: masking })
    const applied = await applyPolicy(developer, 'tried', { direction: 'input', texts: ['hello', 'I am a@b.co'] })
    expect(applied).toMatchObject({
      verdict: 'mask',
      results: [
        { verdict: 'pass', text: 'hello' },
        { verdict: 'mask', text: 'I am [EMAIL]' },
      ],
    })
    const output = await applyPolicy(developer, 'tried', { direction: 'output', version: 1, texts: ['the Secret Plan is'] })
    expect(output).toMatchObject({ verdict: 'block', results: [{ text: 'the ' }] })
    await expect(applyPolicy(as(platform, 'auditor'), 'tried', { direction: 'input', texts: ['x'] })).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await expect(applyPolicy(developer, 'none', { direction: 'input', texts: ['x'] })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the routes', async () => {
  const app = await testServer(platform, safeguardRoutes(pastOf()))
  const headers = actingAs(person(['developer']))
  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload, headers })

  it('create, read and apply a policy', async () => {
    expect((await post('/api/v1/safeguards', { name: 'by-http', document: masking })).statusCode).toBe(201)
    expect((await app.inject({ url: '/api/v1/safeguards/by-http/versions/1', headers })).json()).toMatchObject({ name: 'by-http', version: 1 })
    expect((await app.inject({ url: '/api/v1/safeguards?limit=1', headers })).json().items).toHaveLength(1)
    const applied = await post('/api/v1/safeguards/by-http/apply', { direction: 'input', texts: ['a@b.co'] })
    expect(applied.json()).toMatchObject({
      verdict: 'mask',
      results: [{ findings: [{ detector: 'pii', kind: 'email', span: { start: 0, end: 6 } }] }],
    })
  })

  it('answer 400 with the field, 404 for the unknown', async () => {
    expect((await post('/api/v1/safeguards', { name: 'No Spaces', document: masking })).json()).toMatchObject({
      status: 400,
      errors: [{ path: 'name' }],
    })
    expect((await app.inject({ url: '/api/v1/safeguards/none', headers })).statusCode).toBe(404)
  })
})
