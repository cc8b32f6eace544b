import { sql } from 'kysely'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { isForbiddenAddress } from './hot.ts'
import { createConnection, getConnection, loadConnectionsForGateway, openConnection, registryRoutes } from './index.ts'

const CANARY = 'sk-canary-4f1b9e0d77aa52c3WXYZ'
const lines: string[] = []
const base = await testPlatform()
const platform = { ...base, log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) }
const administrator = as(platform, 'administrator')
const upstream = { name: 'upstream', provider: 'openai-compatible', base_url: 'https://api.example.com/v1', credentials: CANARY }

describe('a connection', () => {
  it('named simulator is there from the start, says that it is simulated, and stays as it is', async () => {
    expect(await getConnection(as(platform, 'auditor'), 'simulator')).toMatchObject({ provider: 'simulator', simulated: true, enabled: true })
  })

  it('is made by an administrator only, once', async () => {
    await expect(createConnection(as(platform, 'developer'), upstream)).rejects.toMatchObject({ code: 'permission_denied' })
    const made = await createConnection(administrator, upstream)
    expect(made).toMatchObject({ has_credentials: true, credentials_hint: 'WXYZ', simulated: false })
    await expectAudit(administrator, 'registry.create-connection', made.id)
    await expect(createConnection(administrator, upstream)).rejects.toMatchObject({ code: 'connection_exists' })
  })

  it('opens for the gateway, and only with the row that it was sealed for', async () => {
    expect((await openConnection(administrator, 'upstream')).credentials).toBe(CANARY)
    await createConnection(administrator, { ...upstream, name: 'moved', credentials: 'sk-another' })
    await sql`update registry_connections set sealed_credentials =
      (select sealed_credentials from registry_connections where name = 'upstream') where name = 'moved'`.execute(platform.store.root)
    await expect(openConnection(administrator, 'moved')).rejects.toMatchObject({ code: 'unseal_failed' })
    // One that does not open does not take the others with it.
    expect((await loadConnectionsForGateway(platform)).map(({ name }) => name)).toEqual(['simulator', 'upstream'])
  })

  it('is refused with an address that hides credentials, is no address, or asks the machine for its own', async () => {
    const refused = (base_url: string | null, code: string) =>
      expect(createConnection(administrator, { ...upstream, name: 'x', base_url }), String(base_url)).rejects.toMatchObject({ code })
    for (const wrong of [
      null,
      'api.example.com',
      'ftp://x',
      'file:///etc/passwd',
      'https://user:pass@x.example',
      'https://x.example/?key=1',
      'https://x.example/#k',
    ])
      await refused(wrong, 'invalid_request')
    for (const metadata of [
      'http://169.254.169.254/latest',
      'http://2852039166/',
      'http://0xa9fea9fe/',
      'http://[::ffff:169.254.169.254]/',
      'http://[fe80::1]/',
      'http://metadata.google.internal/',
    ])
      await refused(metadata, 'connection_target_forbidden')
    await expect(createConnection(administrator, { ...upstream, name: 'x', credentials: 'two\r\nlines' })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    await expect(createConnection(administrator, { name: 'x', provider: 'simulator', credentials: 'x' })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })
})

describe('a forbidden address', () => {
  it('is link-local or a metadata service, however it is written', () => {
    for (const bad of [
      '169.254.169.254',
      '::ffff:a9fe:a9fe',
      '[fe80::1]',
      'fd00:ec2::254',
      '64:ff9b::a9fe:a9fe',
      '100.100.100.200',
      'metadata',
      'METADATA.google.internal',
    ])
      expect(isForbiddenAddress(bad), bad).toBe(true)
    for (const good of ['127.0.0.1', '10.0.0.1', '::1', 'api.openai.com', 'metadatastore.example']) expect(isForbiddenAddress(good), good).toBe(false)
  })
})

describe('the routes', async () => {
  const outputs: string[] = []
  const app = await testServer(
    platform,
    registryRoutes({
      probe: async ({ credentials }) => {
        if (credentials === 'sk-throws-0123456789') throw new Error(`401 for key ${credentials}`)
        return { ok: false, models: [`model-of-${credentials}`], problem: `wrong key ${credentials}` }
      },
    }),
  )
  const call = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, headers: Record<string, string> = {}) => {
    const answer = await app.inject({
      method,
      url: `/api/v1/${url}`,
      headers: { ...actingAs(person(['administrator'])), ...headers },
      ...(payload === undefined ? {} : { payload }),
    })
    outputs.push(answer.body, JSON.stringify(answer.headers))
    return answer
  }

  it('rotate credentials and switch off, with If-Match, never moving the address', async () => {
    expect((await call('PATCH', 'connections/upstream', { enabled: false })).json()).toMatchObject({ code: 'precondition_required' })
    const off = await call('PATCH', 'connections/upstream', { enabled: false, credentials: `${CANARY}2` }, { 'if-match': '"1"' })
    expect(off.json()).toMatchObject({ enabled: false, revision: 2, credentials_hint: 'XYZ2', base_url: upstream.base_url })
    expect((await openConnection(administrator, 'upstream')).credentials).toBe(`${CANARY}2`)
    expect((await call('PATCH', 'connections/upstream', { base_url: 'https://evil.example' }, { 'if-match': '"2"' })).json()).toMatchObject({
      code: 'invalid_request',
    })
    expect((await call('PATCH', 'connections/upstream', { enabled: true }, { 'if-match': '"1"' })).json()).toMatchObject({
      code: 'precondition_failed',
    })
    expect((await call('PATCH', 'connections/simulator', { enabled: false }, { 'if-match': '"1"' })).json()).toMatchObject({
      code: 'connection_built_in',
    })
  })

  it('never give credentials away: not in answers, errors, headers, log lines, the audit log or the outbox', async () => {
    await call('POST', 'connections', { ...upstream, name: 'again' }, { 'idempotency-key': 'same' })
    await call('POST', 'connections', { ...upstream, name: 'again' }, { 'idempotency-key': 'same' })
    await call('POST', 'connections', { ...upstream, name: 'Bad Name' })
    await call('POST', 'connections', { ...upstream, base_url: `https://user:${CANARY}@x.example` })
    await call('POST', 'connections', { ...upstream, provider: CANARY })
    await call('GET', 'connections')
    await call('GET', 'connections/upstream')
    expect((await call('POST', 'connections/again/test')).json()).toMatchObject({
      ok: false,
      problem: 'wrong key [credentials]',
      models: ['model-of-[credentials]'],
    })
    await call('POST', 'connections', { ...upstream, name: 'throws', credentials: 'sk-throws-0123456789' })
    expect((await call('POST', 'connections/throws/test')).json()).toMatchObject({ ok: false, problem: '401 for key [credentials]' })
    const stored: string[] = []
    const { rows } = await platform.store.raw("select tablename from pg_tables where schemaname = 'public'")
    for (const { tablename } of rows) stored.push(JSON.stringify((await platform.store.raw(`select * from ${String(tablename)}`)).rows))
    const everything = [...outputs, ...lines, ...stored].join('\n')
    expect(everything).toContain('again')
    for (const secret of [CANARY, 'sk-throws-0123456789']) {
      expect(everything).not.toContain(secret)
      expect(everything).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''))
    }
  })
})
