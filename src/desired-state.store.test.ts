import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { getAccessPolicy } from '#access'
import { listAuditEntries } from '#audit'
import { getEndpoint } from '#governance'
import { getRetention } from '#monitoring'
import { systemContext } from '#platform/context'
import { changeConnection, getConnection, openConnection } from '#registry'
import { person, testPlatform } from '../test/support/platform.ts'
import { actingAs, testServer } from '../test/support/server.ts'
import { configurationRoutes, followDesiredState, parseDesired } from './desired-state.ts'

const platform = await testPlatform()
const ctx = systemContext(platform, 'test')
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-desired-'))
const file = join(folder, 'plimsoll.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

const BASE = `
connections:
  - name: upstream
    provider: openai-compatible
    base_url: https://provider.example/v1
    credentials: { env: DESIRED_TEST_KEY }
prices:
  - { connection: upstream, upstream_model: small, input_micros_per_million: 150000, output_micros_per_million: 600000 }
safeguards:
  - name: standard
    document: { input: [{ detector: pii, action: mask }] }
approval_policies:
  - name: two-people
    risks: [low, medium]
    stages: [{ name: risk, quorum: [{ capacity: risk, approvals: 2 }], deadline_hours: 72, escalate_to: { role: administrator } }]
    expires_after_days: 90
access_policies:
  - name: only-streams
    source: 'permit (principal, action == Plimsoll::Action::"stream", resource);'
endpoints:
  - { name: support, description: first line, tags: { criticality: high } }
monitors:
  - { name: errors, metric: error_rate, comparator: above, threshold: 0.1 }
`

const outcomes = (items: readonly { kind: string; outcome: string }[]) => Object.fromEntries(items.map(({ kind, outcome }) => [kind, outcome]))
const size = async (): Promise<number> => (await listAuditEntries(ctx, { limit: 200 })).items.length

describe('a file of desired state', () => {
  it('is brought about once, changes what changed, and writes nothing when nothing did', async () => {
    vi.stubEnv('DESIRED_TEST_KEY', 'sk-first-secret-value')
    writeFileSync(file, BASE)
    const desired = await followDesiredState(platform, file, 60_000)
    try {
      expect(desired.status().entries.filter(({ problem }) => problem !== null)).toEqual([])
      expect(new Set(Object.values(outcomes(desired.status().entries)))).toEqual(new Set(['created']))
      expect((await openConnection(ctx, 'upstream')).credentials).toBe('sk-first-secret-value')
      expect(JSON.stringify(desired.status())).not.toContain('sk-first')
      expect(await getAccessPolicy(ctx, 'only-streams')).toMatchObject({ version: 1 })

      const entries = await size()
      writeFileSync(file, `${BASE}\n# a remark\n`)
      await desired.refresh()
      expect(new Set(Object.values(outcomes(desired.status().entries)))).toEqual(new Set(['unchanged']))
      expect(await size()).toBe(entries)

      vi.stubEnv('DESIRED_TEST_KEY', 'sk-second-secret-value')
      writeFileSync(file, `${BASE.replace('first line', 'second line')}retention: { content: none }\n`)
      await desired.refresh()
      expect(outcomes(desired.status().entries)).toMatchObject({
        connection: 'changed',
        endpoint: 'changed',
        monitor: 'unchanged',
        retention: 'created',
      })
      expect((await getEndpoint(ctx, 'support')).description).toBe('second line')
      expect((await openConnection(ctx, 'upstream')).credentials).toBe('sk-second-secret-value')
      expect((await getRetention(ctx)).policy.content).toBe('none')
    } finally {
      await desired.stop()
    }
  })

  it('that cannot be read stops a start, and later changes nothing and says why', async () => {
    writeFileSync(file, 'endpoints: [{ name: UPPER }]\nsurprise: 1\n')
    await expect(followDesiredState(platform, file, 60_000)).rejects.toMatchObject({
      code: 'configuration_invalid',
      issues: expect.arrayContaining([expect.objectContaining({ path: 'endpoints.0.name' })]),
    })
    writeFileSync(file, 'endpoints: []\n')
    const desired = await followDesiredState(platform, file, 60_000)
    const before = desired.status()
    writeFileSync(file, 'endpoints: [\n')
    await desired.refresh()
    expect(desired.status()).toMatchObject({ entries: before.entries, digest: before.digest, problem: expect.stringContaining('is not valid') })
    await desired.stop()
  })

  it('goes on past what cannot be, and says which', async () => {
    writeFileSync(
      file,
      `
connections: [{ name: upstream, provider: openai-compatible, base_url: https://elsewhere.example/v1 }]
endpoints:
  - { name: unapproved, targets: [{ release: 'sha256:${'0'.repeat(64)}', weight: 1 }] }
  - { name: after }
`,
    )
    const desired = await followDesiredState(platform, file, 60_000)
    expect(desired.status().entries.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['upstream', 'failed'],
      ['unapproved', 'failed'],
      ['after', 'created'],
    ])
    expect((await getConnection(ctx, 'upstream')).base_url).toBe('https://provider.example/v1')
    await desired.stop()
  })

  it('is followed', async () => {
    writeFileSync(file, 'endpoints: []\n')
    const desired = await followDesiredState(platform, file, 20)
    writeFileSync(file, 'endpoints: [{ name: later }]\n')
    await vi.waitFor(() => expect(desired.status().entries).toMatchObject([{ name: 'later', outcome: 'created' }]), { timeout: 5_000 })
    await desired.stop()
  })

  it('brings back what somebody changed by hand when it is next applied', async () => {
    const before = await getConnection(ctx, 'upstream')
    await changeConnection(ctx, 'upstream', '*', { enabled: true, description: 'by hand' })
    vi.stubEnv('DESIRED_TEST_KEY', 'sk-second-secret-value')
    writeFileSync(file, BASE)
    const desired = await followDesiredState(platform, file, 60_000)
    expect((await getConnection(ctx, 'upstream')).description).toBe(before.description)
    await desired.stop()
  })
})

describe('its faults', () => {
  it.each([
    ['a: &a [1, 1]\n'.repeat(2), 'file'],
    ['connections: [{ name: x, provider: simulator, credentials: { env: DESIRED_TEST_MISSING } }]', 'connections.0.credentials'],
    ['connections: [{ name: x, provider: simulator, credentials: { file: /nowhere/at/all } }]', 'connections.0.credentials'],
    ['connections: [{ name: x, provider: simulator, credentials: { env: A, file: B } }]', 'connections.0.credentials'],
    ['endpoints: [{ name: one }, { name: one }]', 'endpoints.1.name'],
    ['- a list', 'file'],
  ])('%j is refused with its place', (text, path) => {
    expect(() => parseDesired(text, 'p.yaml')).toThrow(
      expect.objectContaining({ issues: expect.arrayContaining([expect.objectContaining({ path })]) }),
    )
  })
})

it('is told by a route', async () => {
  const status = { file: '/etc/plimsoll.yaml', digest: `sha256:${'a'.repeat(64)}`, applied_at: new Date(0).toISOString(), problem: null, entries: [] }
  const server = await testServer(
    platform,
    configurationRoutes(() => status),
  )
  const answer = await server.inject({ method: 'GET', url: '/api/v1/configuration', headers: actingAs(person(['auditor'])) })
  expect([answer.statusCode, answer.json()]).toEqual([200, status])
})
