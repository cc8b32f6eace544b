import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { platformErrors } from '#platform/errors'
import { moderate } from '#safeguards/hot'
import { keyRow, snapshotRows, startGateway, type TestGateway, testCredential } from '../../test/support/gateway.ts'

const taken: { owner: string; body: unknown }[] = []
let gateway: TestGateway

const start = async (key: Parameters<typeof keyRow>[0] = {}): Promise<void> => {
  gateway = await startGateway(snapshotRows({ baseUrl: 'http://127.0.0.1:9', keys: [keyRow(key)] }), {
    feedback: async ({ owner }, body) => {
      if ((body as { score?: unknown }).score === 'bad')
        throw platformErrors.invalid_request({}, { issues: [{ path: 'score', message: 'a number' }] })
      if ((body as { score?: unknown }).score === 'bug') throw new Error('the password is hunter2')
      taken.push({ owner, body })
      return { id: 'fb_1' }
    },
  })
}

beforeEach(() => {
  taken.length = 0
})
afterEach(() => gateway.close())

const send = (body: string, headers: Record<string, string> = { authorization: `Bearer ${testCredential}` }, method = 'POST'): Promise<Response> =>
  fetch(`${gateway.url}/v1/feedback`, { method, headers: { 'content-type': 'application/json', ...headers }, ...(method === 'GET' ? {} : { body }) })

describe('feedback through the gateway', () => {
  it('is taken for the owner of the key', async () => {
    await start()
    const answer = await send('{"request_id":"r","score":1}')
    expect([answer.status, await answer.json()]).toEqual([200, { id: 'fb_1' }])
    expect(taken).toEqual([{ owner: keyRow().owner, body: { request_id: 'r', score: 1 } }])
    expect(answer.headers.get('x-request-id')).toBeTruthy()
  })

  it.each([
    ['{', 401, 'invalid_api_key', {}],
    ['{', 400, 'invalid_request', undefined],
    ['{"score":"bad"}', 400, 'invalid_request', undefined],
    ['{"score":"bug"}', 500, 'internal_error', undefined],
    [`"${'x'.repeat(70_000)}"`, 413, 'request_too_large', undefined],
  ])('%s is answered %s %s in the shape that clients parse', async (body, status, code, headers) => {
    await start()
    const answer = await send(body, headers)
    const { error } = (await answer.json()) as { error: Record<string, unknown> }
    expect([answer.status, error.code]).toEqual([status, code])
    expect(JSON.stringify(error)).not.toContain('hunter2')
    expect(taken).toEqual([])
  })

  it('counts against the requests of the key', async () => {
    await start({ limits: { requests_per_minute: 1, tokens_per_day: null } })
    expect((await send('{"score":1}')).status).toBe(200)
    const refused = await send('{"score":1}')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  it('answers POST only', async () => {
    await start()
    expect((await send('', undefined, 'GET')).status).toBe(405)
  })
})

describe('moderations and guardrails through the gateway', () => {
  const asked: unknown[] = []
  const startBoth = async (key: Parameters<typeof keyRow>[0] = {}): Promise<void> => {
    asked.length = 0
    gateway = await startGateway(snapshotRows({ baseUrl: 'http://127.0.0.1:9', keys: [keyRow(key)] }), {
      moderate: (_principal, body) => moderate(body, null),
      applyGuardrail: (policy, version) => async (principal, body) => {
        asked.push([policy, version, principal.project, body])
        if (policy !== 'my policy') throw platformErrors.not_found({ kind: 'safeguard policy', id: policy })
        return { action: 'NONE', outputs: [], assessments: [] }
      },
    })
  }
  const post = (path: string, body: string, credential = testCredential): Promise<Response> =>
    fetch(`${gateway.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${credential}` }, body })

  it('the official client asks for moderations', async () => {
    await startBoth()
    const client = new OpenAI({ apiKey: testCredential, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
    const { results, model } = await client.moderations.create({ input: 'You are such a stupid fucking idiot, shut up.' })
    expect([results.length, results[0]?.flagged, results[0]?.categories.harassment, model.slice(0, 13)]).toEqual([1, true, true, 'plimsoll-harm'])
    await expect(client.moderations.create({ input: [] })).rejects.toMatchObject({ status: 400, code: 'invalid_request', param: 'input' })
    await expect(
      new OpenAI({ apiKey: 'sk-none', baseURL: `${gateway.url}/v1`, maxRetries: 0 }).moderations.create({ input: 'x' }),
    ).rejects.toMatchObject({
      status: 401,
    })
  })

  it('the work ends when the client leaves', async () => {
    const left = Promise.withResolvers<void>()
    gateway = await startGateway(snapshotRows({ baseUrl: 'http://127.0.0.1:9', keys: [keyRow()] }), {
      moderate: (_principal, _body, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            left.resolve()
            resolve({})
          })
        }),
    })
    const leaving = new AbortController()
    const asking = fetch(`${gateway.url}/v1/moderations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testCredential}` },
      body: '{}',
      signal: leaving.signal,
    })
    setTimeout(() => leaving.abort(), 50)
    await expect(asking).rejects.toThrow()
    await left.promise
  })

  it('a body that is nothing names no field', async () => {
    await startBoth()
    const { error } = (await (await post('/v1/moderations', 'null')).json()) as { error: { message: string; param: string | null } }
    expect([error.param, error.message.startsWith(':')]).toEqual([null, false])
  })

  it('a guardrail is found by name and version, and its errors are those of AWS', async () => {
    await startBoth()
    const found = await post('/guardrail/my%20policy/version/DRAFT/apply', '{"source":"INPUT"}')
    expect([found.status, await found.json(), asked]).toEqual([
      200,
      { action: 'NONE', outputs: [], assessments: [] },
      [['my policy', 'DRAFT', 'default', { source: 'INPUT' }]],
    ])
    for (const [path, body, credential, status, type] of [
      ['/guardrail/other/version/1/apply', '{}', testCredential, 404, 'ResourceNotFoundException'],
      ['/guardrail/%E0%A4%A/version/1/apply', '{}', testCredential, 404, 'ResourceNotFoundException'],
      ['/guardrail/other/version/1/apply', '{', testCredential, 400, 'ValidationException'],
      ['/guardrail/other/version/1/apply', '{}', 'sk-none', 401, 'AccessDeniedException'],
    ] as const) {
      const answer = await post(path, body, credential)
      expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([status, type])
      expect(await answer.json()).toEqual({ message: expect.any(String) })
    }
  })

  it('counts against the requests of the key', async () => {
    await startBoth({ limits: { requests_per_minute: 1, tokens_per_day: null } })
    expect((await post('/v1/moderations', '{"input":"hello there"}')).status).toBe(200)
    const refused = await post('/guardrail/my%20policy/version/1/apply', '{}')
    expect([refused.status, refused.headers.get('x-amzn-errortype')]).toEqual([429, 'ThrottlingException'])
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })
})
