import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { type Ended, runCli, type ServerProcess, startServerProcess } from '../support/process.ts'
import { POSTGRES_URL } from '../support/stores.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tour-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A credential that must show nowhere but in the call to its provider. */
const CANARY = `canary-${randomUUID()}`

const tour = (server: ServerProcess, data: string): Promise<Ended> => runCli(['tour', '--json', '--url', server.url, '--data', data])

const filesUnder = (at: string): string[] =>
  readdirSync(at).flatMap((name) => (statSync(join(at, name)).isDirectory() ? filesUnder(join(at, name)) : [join(at, name)]))

const apiOf = (server: ServerProcess, data: string) => {
  const headers = { authorization: `Bearer ${readFileSync(join(data, 'keys', 'admin.key'), 'utf8').trim()}`, 'content-type': 'application/json' }
  return async (method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return { status: answer.status, text: await answer.text() }
  }
}

const walk = async (server: ServerProcess, data: string): Promise<void> => {
  const api = apiOf(server, data)
  const made = await api('POST', '/api/v1/connections', {
    name: 'canary',
    provider: 'openai-compatible',
    base_url: 'http://127.0.0.1:9/v1',
    credentials: CANARY,
  })
  expect(made.status, made.text).toBe(201)
  for (const round of ['first', 'second']) {
    const ended = await tour(server, data)
    expect(ended.code, `${round} tour: ${ended.stderr}`).toBe(0)
    const { ok, steps, open } = JSON.parse(ended.stdout) as { ok: boolean; steps: { step: string; result: string }[]; open: { url: string }[] }
    expect(ok).toBe(true)
    expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(['Register', 'Assess', 'Approve', 'Serve', 'Respond', 'Audit']))
    for (const { url } of open) expect((await fetch(url, { headers: { accept: 'text/html' } })).status).toBe(200)
  }
  await withTheOpenAiClient(server, api)
  await findNoCanary(server, data, api)
}

type Api = ReturnType<typeof apiOf>

/** The official client, unchanged: a streamed answer through the approved endpoint, the contract's refusal through another. */
const withTheOpenAiClient = async (server: ServerProcess, api: Api): Promise<void> => {
  const { credential } = JSON.parse((await api('POST', '/api/v1/keys', { name: `client ${randomUUID()}`, endpoints: ['*'] })).text) as {
    credential: string
  }
  const client = new OpenAI({ apiKey: credential, baseURL: `${server.url}/v1`, maxRetries: 0 })
  const stream = await client.chat.completions.create({
    model: 'tour-support',
    stream: true,
    messages: [{ role: 'user', content: 'Where is my parcel?' }],
  })
  let text = ''
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  expect(text.length).toBeGreaterThan(10)
  const refused = client.chat.completions.create({ model: 'tour-waiting-room', messages: [{ role: 'user', content: 'Hello?' }] })
  await expect(refused).rejects.toMatchObject({ status: 403, code: 'release_not_approved' })
}

const findNoCanary = async (server: ServerProcess, data: string, api: Api): Promise<void> => {
  await api('POST', '/api/v1/connections/canary/test')
  const { paths } = JSON.parse((await api('GET', '/api/openapi.json')).text) as { paths: Record<string, Record<string, unknown>> }
  const lists = Object.keys(paths).filter((path) => !path.includes('{') && 'get' in (paths[path] ?? {}) && !path.endsWith('/live'))
  expect(lists.length).toBeGreaterThan(20)
  for (const path of [...lists, '/api/v1/connections/canary', '/metrics']) expect((await api('GET', path)).text, path).not.toContain(CANARY)
  expect(server.out.stdout + server.out.stderr).not.toContain(CANARY)
  for (const file of filesUnder(data)) expect(readFileSync(file).includes(CANARY), file).toBe(false)
}

describe('the tour, twice, then an OpenAI client, on', () => {
  it('the embedded store', async () => {
    const data = join(folder, 'embedded')
    const server = await startServerProcess(['--data', data, '--log-level', 'info'])
    await walk(server, data)
    expect((await server.end()).code).toBe(0)
  })

  it('PostgreSQL', async () => {
    const name = `plimsoll_tour_${randomUUID().replaceAll('-', '').slice(0, 12)}`
    const admin = new pg.Client({ connectionString: POSTGRES_URL })
    await admin.connect()
    await admin.query(`create database ${name}`)
    const url = new URL(POSTGRES_URL)
    url.pathname = `/${name}`
    const data = join(folder, 'postgres')
    const server = await startServerProcess(['--data', data, '--log-level', 'info'], { PLIMSOLL_DATABASE_URL: url.href })
    try {
      await walk(server, data)
    } finally {
      await server.end()
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    }
  })
})
