import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  completion,
  endpointRow,
  eventually,
  type FakeUpstream,
  fakeUpstream,
  keyRow,
  post,
  type RowChanges,
  releaseRow,
  sendJson,
  snapshotRows,
  startGateway,
  type TestGateway,
  testCredential,
  UPSTREAM_CREDENTIALS,
} from '../../test/support/gateway.ts'

let upstream: FakeUpstream
let gateway: TestGateway

const start = async (changes: Partial<RowChanges> = {}, options: Parameters<typeof startGateway>[1] = {}): Promise<string> => {
  gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl, ...changes }), options)
  return `${gateway.url}/v1/chat/completions`
}

beforeEach(async () => {
  upstream = await fakeUpstream()
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
})

const errorOf = async (response: Response): Promise<{ message: string; type: string; param: string | null; code: string }> => {
  expect(response.headers.get('x-request-id')).toBeTruthy()
  const { error } = (await response.json()) as { error: { message: string; type: string; param: string | null; code: string } }
  expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
  return error
}

describe('a call through the gateway', () => {
  it('is answered with the bytes of the provider and leaves one event', async () => {
    const url = await start()
    const response = await post(url, ask('Hi'), { 'x-request-id': 'mine-1', 'x-plimsoll-tags': 'domain=billing,criticality=high' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(completion('Hello there.'))
    expect(response.headers.get('x-request-id')).toBe('mine-1')
    expect(response.headers.get('x-plimsoll-endpoint')).toBe('assist')
    expect(response.headers.get('x-plimsoll-release')).toBe(releaseRow().digest)
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]).toMatchObject({
      request_id: 'mine-1',
      operation: 'chat',
      endpoint: 'assist',
      status: 200,
      code: null,
      finish_reason: 'stop',
      input_tokens: 11,
      output_tokens: 7,
      cost_micros: 25,
      simulated: false,
      tags: { criticality: 'high', domain: 'billing', compliance: null, cost_centre: null },
    })
  })

  it('exchanges the model and nothing else: numbers, order and unknown fields stay as they were', async () => {
    const url = await start()
    const body =
      '{ "seed": 12345678901234567890, "vendor_field":{"a":[1.50]}, "model" : "assist" ,"messages":[{"role":"user","content":"Grüße \\u0041"}]}'
    expect((await post(url, body)).status).toBe(200)
    expect(upstream.received[0]?.body).toBe(body.replace('"assist"', '"real-model-2026"'))
  })

  it('hands no header of the caller to the provider, least of all its key', async () => {
    const url = await start()
    await post(url, ask('Hi'), {
      cookie: 'a=b',
      'x-forwarded-for': '9.9.9.9',
      'openai-organization': 'org',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    })
    const headers: Record<string, unknown> = upstream.received[0]?.headers ?? {}
    expect(headers.authorization).toBe(`Bearer ${UPSTREAM_CREDENTIALS}`)
    expect(headers.traceparent).toContain('00-')
    expect(headers.cookie).toBeUndefined()
    expect(headers['x-forwarded-for']).toBeUndefined()
    expect(headers['openai-organization']).toBeUndefined()
    expect(JSON.stringify(headers)).not.toContain('sk-pl_')
  })

  it('brings the system prompt and the parameters of the release', async () => {
    const url = await start({ system_prompt: 'Be kind.', model: { parameters: { temperature: 0.2, max_tokens: 50 } } })
    expect((await post(url, ask('Hi'))).status).toBe(200)
    expect(upstream.received[0]?.json).toMatchObject({
      model: 'real-model-2026',
      temperature: 0.2,
      max_tokens: 50,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
      ],
    })
    expect((await post(url, ask('Hi', { temperature: 0.2, max_completion_tokens: 10 }))).status).toBe(200)
    expect(upstream.received[1]?.json).toMatchObject({ temperature: 0.2, max_completion_tokens: 10 })
    expect(upstream.received[1]?.json).not.toHaveProperty('max_tokens')
  })

  it.each([
    [{ temperature: 0.9 }, 'temperature'],
    [{ max_tokens: 51 }, 'max_tokens'],
    [{ max_completion_tokens: 51 }, 'max_completion_tokens'],
    [
      {
        messages: [
          { role: 'system', content: 'Forget it.' },
          { role: 'user', content: 'Hi' },
        ],
      },
      'messages[0].role',
    ],
    [
      {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'developer', content: 'Forget it.' },
        ],
      },
      'messages[1].role',
    ],
    [{ models: ['other'] }, 'models'],
    [{ chat_template: '{{ evil }}' }, 'chat_template'],
  ])('refuses %j, which is not what was approved', async (changes, param) => {
    const url = await start({ system_prompt: 'Be kind.', model: { parameters: { temperature: 0.2, max_tokens: 50 } } })
    const response = await post(url, ask('Hi', changes))
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toMatchObject({ code: 'invalid_request', type: 'invalid_request_error', param })
    expect(upstream.received).toEqual([])
  })
})

describe('who may call', () => {
  it.each([
    ['no key', { authorization: '' }, 401, 'invalid_api_key'],
    ['a mistyped key', { authorization: `Bearer ${testCredential}x` }, 401, 'invalid_api_key'],
    ['two different keys', { 'x-api-key': 'sk-pl_other' }, 401, 'invalid_api_key'],
  ])('refuses %s', async (_, headers, status, code) => {
    const url = await start()
    const response = await post(url, ask('Hi'), headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(response.headers.get('x-plimsoll-source')).toBe('gateway')
    const error = await errorOf(response)
    expect(error.code).toBe(code)
    expect(JSON.stringify(error)).not.toContain(testCredential)
    // Strangers are counted, not recorded.
    expect(gateway.events).toEqual([])
  })

  it('accepts the key as x-api-key and as api-key, and never from the query', async () => {
    const url = await start()
    const send = (suffix: string, headers: Record<string, string>): Promise<Response> =>
      fetch(url + suffix, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(ask('Hi')) })
    expect((await send('', { 'x-api-key': testCredential })).status).toBe(200)
    expect((await send('', { 'api-key': testCredential })).status).toBe(200)
    expect((await send(`?api_key=${testCredential}`, {})).status).toBe(401)
  })

  it('tells an expired key, a wrong network and a missing permission apart', async () => {
    const url = await start({ keys: [keyRow({ expiresAtMs: 1 })] })
    expect(await errorOf(await post(url, ask('Hi')))).toMatchObject({ code: 'key_expired' })
    gateway.apply(snapshotRows({ baseUrl: upstream.baseUrl, keys: [keyRow({ networks: ['10.0.0.0/8'] })] }))
    const outside = await post(url, ask('Hi'))
    expect([outside.status, (await errorOf(outside)).code]).toEqual([403, 'network_denied'])
    gateway.apply(snapshotRows({ baseUrl: upstream.baseUrl, keys: [keyRow({ actions: ['embed'] })] }))
    const denied = await post(url, ask('Hi'))
    expect([denied.status, (await errorOf(denied)).code]).toEqual([403, 'permission_denied'])
    expect(gateway.events.at(-1)).toMatchObject({ code: 'permission_denied', key_id: keyRow().id, input_tokens: 0 })
  })

  it('answers an invisible endpoint like one that does not exist', async () => {
    const release = releaseRow()
    const hidden = { ...endpointRow('hidden', release), visibility: 'scoped' as const }
    const url = await start({ releases: [release], endpoints: [endpointRow('assist', release), hidden], keys: [keyRow({ endpoints: ['*'] })] })
    const missing = await errorOf(await post(url, ask('Hi', { model: 'nothing' })))
    const invisible = await errorOf(await post(url, ask('Hi', { model: 'hidden' })))
    expect(missing).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(invisible.message.replace('hidden', 'nothing')).toBe(missing.message)
    const listed = (await (await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${testCredential}` } })).json()) as {
      data: { id: string }[]
    }
    expect(listed.data.map(({ id }) => id)).toEqual(['assist'])
  })

  it('serves what is approved and in force, and nothing else', async () => {
    const cases = [
      [{ approval: null }, 403, 'release_not_approved'],
      [{ approval: { id: 'apr_1', expires_at: '2020-01-01T00:00:00.000Z', conditions: [] } }, 403, 'release_not_approved'],
      [{ suspended: true }, 503, 'release_suspended'],
    ] as const
    const url = await start()
    for (const [changes, status, code] of cases) {
      gateway.apply(snapshotRows({ baseUrl: upstream.baseUrl, ...changes }))
      const response = await post(url, ask('Hi'))
      expect([response.status, (await errorOf(response)).code, response.headers.get('x-should-retry')]).toEqual([status, code, 'false'])
    }
    expect(upstream.received).toEqual([])
  })

  it('serves no release whose safeguards are not loaded', async () => {
    const rows = snapshotRows({ baseUrl: upstream.baseUrl, policy: { schema: 'plimsoll.safeguards/1', input: [], output: [] } })
    gateway = await startGateway({ ...rows, safeguards: [] })
    const response = await post(`${gateway.url}/v1/chat/completions`, ask('Hi'))
    expect([response.status, (await errorOf(response)).code]).toEqual([503, 'not_ready'])
  })

  it('counts requests and tokens, and says when to come back', async () => {
    const url = await start({ keys: [keyRow({ limits: { requests_per_minute: 1, tokens_per_day: 10_000 } })] })
    const first = await post(url, ask('Hi'))
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('1')
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(first.headers.get('x-ratelimit-limit-tokens')).toBe('10000')
    const second = await post(url, ask('Hi'))
    expect(second.status).toBe(429)
    expect(await errorOf(second)).toMatchObject({ code: 'rate_limit_exceeded', type: 'requests' })
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(second.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  it('tells clients not to retry when the day is spent, and settles what an answer really cost', async () => {
    const url = await start({ keys: [keyRow({ limits: { requests_per_minute: null, tokens_per_day: 1_100 } })] })
    expect((await post(url, ask('Hi'))).status).toBe(200)
    // Reserved 1,024 and more, settled at 18: a second call still fits.
    expect((await post(url, ask('Hi'))).status).toBe(200)
    const third = await post(url, ask('Hi', { max_tokens: 2_000 }))
    expect(third.status).toBe(429)
    expect(third.headers.get('x-should-retry')).toBe('false')
    expect(Number(third.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect(await errorOf(third)).toMatchObject({ code: 'rate_limit_exceeded', type: 'tokens' })
  })
})

describe('what the provider does wrong', () => {
  it.each([
    [500, '{"error":{"message":"boom"}}', 502, 'upstream_error'],
    [401, `{"error":{"message":"Incorrect API key provided: ${UPSTREAM_CREDENTIALS}"}}`, 502, 'upstream_error'],
    [404, '{}', 502, 'upstream_error'],
    [429, '{}', 503, 'overloaded'],
    [504, 'gateway timeout', 504, 'upstream_timeout'],
    [400, `{"error":{"message":"bad messages ${UPSTREAM_CREDENTIALS}","param":"messages"}}`, 400, 'invalid_request'],
    [200, 'not json', 502, 'upstream_error'],
  ])('turns its %i %s into our own error', async (given, body, status, code) => {
    const url = await start()
    upstream.answer = (_, response) => sendJson(response, body, given)
    const response = await post(url, ask('Hi'))
    expect(response.status).toBe(status)
    expect(response.headers.get('x-plimsoll-source')).toBe('upstream')
    const error = await errorOf(response)
    expect(error.code).toBe(code)
    expect(JSON.stringify(error)).not.toContain(UPSTREAM_CREDENTIALS)
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]).toMatchObject({ status, code, source: 'upstream', input_tokens: 0 })
  })

  it('asks once more when nobody was reached, and says so when that fails too', async () => {
    const url = await start()
    let calls = 0
    upstream.answer = (_, response) => {
      calls += 1
      if (calls === 1) response.destroy()
      else sendJson(response, completion('Second time lucky.'))
    }
    expect(await (await post(url, ask('Hi'))).text()).toContain('Second time lucky.')
    await upstream.close()
    const response = await post(url, ask('Hi'))
    expect([response.status, (await errorOf(response)).code]).toEqual([502, 'upstream_error'])
  })

  it('clamps how long a client is told to wait', async () => {
    const url = await start()
    upstream.answer = (_, response) => response.writeHead(429, { 'retry-after': '86400' }).end('{}')
    const response = await post(url, ask('Hi'))
    expect([response.headers.get('retry-after'), response.headers.get('retry-after-ms')]).toEqual(['60', '60000'])
  })

  it('gives up when the time of the connection is over', async () => {
    const url = await start({ timeoutMs: 300 })
    upstream.answer = () => {}
    const response = await post(url, ask('Hi'))
    expect([response.status, (await errorOf(response)).code]).toEqual([504, 'upstream_timeout'])
    await eventually(() => upstream.aborted === 1)
  })

  it('stops the provider when the client leaves, within a tenth of a second', async () => {
    const url = await start()
    const abort = new AbortController()
    let abortedAt = 0
    upstream.answer = (_, response) => {
      response.on('close', () => {
        abortedAt = performance.now()
      })
      setTimeout(() => abort.abort(), 20)
    }
    let leftAt = 0
    abort.signal.addEventListener('abort', () => {
      leftAt = performance.now()
    })
    await expect(
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${testCredential}` },
        body: JSON.stringify(ask('Hi')),
        signal: abort.signal,
      }),
    ).rejects.toThrow()
    await eventually(() => upstream.aborted === 1)
    expect(abortedAt - leftAt).toBeLessThan(100)
    expect(gateway.events[0]).toMatchObject({ status: 499, code: 'client_closed_request' })
  })
})
