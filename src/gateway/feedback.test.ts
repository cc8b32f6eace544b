import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { platformErrors } from '#platform/errors'
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
