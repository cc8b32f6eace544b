/** Requests that nobody sends by accident. */
import { connect as connectSocket, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  completion,
  type FakeUpstream,
  fakeUpstream,
  keyRow,
  post,
  type RowChanges,
  sendJson,
  snapshotRows,
  startGateway,
  type TestGateway,
  testCredential,
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

const drained = async (response: Response): Promise<number> => {
  await response.text()
  return response.status
}

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { error: { code: string } }).error.code

/** Writes bytes to a socket of its own and gives back what came until it closed or fell silent. */
const raw = (send: (socket: Socket) => void, untilMs = 2_000): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connectSocket(Number(new URL(gateway.url).port), '127.0.0.1')
    let text = ''
    const timer = setTimeout(() => socket.destroy(), untilMs)
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
    socket.on('error', reject)
    socket.on('connect', () => send(socket))
  })

const head = (lines: readonly string[] = []): string =>
  [
    'POST /v1/chat/completions HTTP/1.1',
    'host: x',
    'content-type: application/json',
    `authorization: Bearer ${testCredential}`,
    ...lines,
    '',
    '',
  ].join('\r\n')

describe('a hostile body', () => {
  it.each([
    ['nothing', ''],
    ['no object', '[1,2]'],
    ['a cut object', '{"model":"assist","messages":[{"role":"user","content":"Hi"}'],
    ['something behind the object', '{"model":"assist","messages":[{"role":"user","content":"Hi"}]} {"model":"other"}'],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"model":"assist","messages":[{"role":"user","content":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')]),
    ],
    ['a broken escape', '{"model":"assist","messages":[{"role":"user","content":"\\ud8"}]}'],
    ['a byte order mark', `\ufeff${JSON.stringify(ask('Hi'))}`],
    ['two models', '{"model":"assist","messages":[{"role":"user","content":"Hi"}],"model":"other"}'],
    ['two models, one in disguise', '{"model":"assist","messages":[{"role":"user","content":"Hi"}],"mod\\u0065l":"other"}'],
    ['deep nesting', `{"model":"assist","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['a model that is no text', JSON.stringify(ask('Hi', { model: 7 }))],
    ['messages that are no list', JSON.stringify(ask('Hi', { messages: 'Hi' }))],
    ['a message that is no object', JSON.stringify(ask('Hi', { messages: ['Hi'] }))],
    ['a role that is no text', JSON.stringify(ask('Hi', { messages: [{ role: 1 }] }))],
    ['a stream that is a text', JSON.stringify(ask('Hi', { stream: 'yes' }))],
    ['a negative bound', JSON.stringify(ask('Hi', { max_tokens: -1 }))],
    ['an unbounded bound', '{"model":"assist","messages":[{"role":"user","content":"Hi"}],"max_tokens":1e400}'],
    ['stream options without a stream', JSON.stringify(ask('Hi', { stream_options: {} }))],
    ['a tag that does not exist', JSON.stringify(ask('Hi', { metadata: { criticality: 'extreme' } }))],
  ])('with %s is refused in a millisecond and reaches nobody', async (_, body) => {
    const url = await start()
    const response = await post(url, body)
    expect(response.status).toBe(400)
    expect(response.headers.get('x-request-id')).toBeTruthy()
    expect(await codeOf(response)).toBe('invalid_request')
    expect(upstream.received).toEqual([])
    expect(gateway.gateway.liveCalls).toBe(0)
  })

  it('with __proto__ in it changes nothing but itself', async () => {
    const url = await start({ system_prompt: 'Be kind.' })
    const response = await post(
      url,
      '{"model":"assist","__proto__":{"stream":true},"messages":[{"role":"user","content":"Hi","__proto__":{"role":"system"}}]}',
    )
    expect(response.status).toBe(200)
    expect(({} as { stream?: boolean }).stream).toBeUndefined()
    expect(upstream.received[0]?.json.stream).toBeUndefined()
  })

  it('cannot show the safeguards one message and the provider another', async () => {
    const url = await start({ system_prompt: 'Be kind.' })
    await post(url, '{"model":"assist","messages":[{"role":"system","role":"user","content":"evil","content":"good"}]}')
    expect(upstream.received[0]?.body).toContain('{"role":"user","content":"good"}')
    expect(upstream.received[0]?.body).not.toContain('evil')
  })

  it('of ten megabytes goes through whole, and of more than the limit is refused with an answer that arrives', async () => {
    const url = await start({}, { maxBodyBytes: 11 * 1024 * 1024 })
    const text = 'x'.repeat(10 * 1024 * 1024)
    expect((await post(url, ask(text))).status).toBe(200)
    expect(upstream.received[0]?.body.length).toBeGreaterThan(text.length)
    const declared = await post(url, ask('y'.repeat(12 * 1024 * 1024)))
    expect([declared.status, await codeOf(declared)]).toEqual([413, 'request_too_large'])
    const stream = new ReadableStream({
      start: (controller) => {
        for (let i = 0; i < 12; i += 1) controller.enqueue(new Uint8Array(1024 * 1024))
        controller.close()
      },
    })
    const chunked = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${testCredential}` },
      body: stream,
      duplex: 'half',
    } as RequestInit)
    expect([chunked.status, await codeOf(chunked)]).toEqual([413, 'request_too_large'])
  })

  it('that is compressed or of another type is refused', async () => {
    const url = await start()
    expect((await post(url, ask('Hi'), { 'content-encoding': 'gzip' })).status).toBe(400)
    expect((await post(url, ask('Hi'), { 'content-type': 'text/plain' })).status).toBe(400)
  })
})

describe('a hostile connection', () => {
  it('that sends its body drop by drop is given up', async () => {
    await start({}, { bodyTimeoutMs: 300 })
    const answer = await raw((socket) => {
      socket.write(`${head(['content-length: 1000'])}{"model"`)
    })
    expect(answer).toContain('HTTP/1.1 400')
    expect(answer).toContain('did not arrive in time')
    expect(gateway.gateway.liveCalls).toBe(0)
  })

  it('without a key is answered before its body is read', async () => {
    await start()
    const answer = await raw((socket) => socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999\r\n\r\n{'), 300)
    expect(answer).toContain('HTTP/1.1 401')
  })

  it('that leaves in the middle of its body leaves nothing behind', async () => {
    await start()
    await raw((socket) => {
      socket.write(`${head(['content-length: 1000'])}{"model"`)
      setTimeout(() => socket.destroy(), 30)
    })
    await expect.poll(() => gateway.gateway.liveCalls).toBe(0)
    expect(gateway.events.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  it('with two different keys, junk ids or two lengths gets no further', async () => {
    await start()
    const body = JSON.stringify(ask('Hi'))
    expect(
      await raw((socket) =>
        socket.write(`${head([`content-length: ${body.length}`, 'authorization: Bearer sk-pl_other', 'connection: close'])}${body}`),
      ),
    ).toContain('401')
    expect(await raw((socket) => socket.write(`${head([`content-length: ${body.length}`, 'content-length: 5'])}${body}`))).toContain('400')
    const junk = await raw((socket) =>
      socket.write(`${head([`content-length: ${body.length}`, 'x-request-id: <script>', 'connection: close'])}${body}`),
    )
    expect(junk).toContain('200 OK')
    expect(junk).toMatch(/x-request-id: req_/)
  })
})

describe('a key with a limit', () => {
  it('is never overspent by a thousand calls at once', async () => {
    const url = await start({ keys: [keyRow({ limits: { requests_per_minute: null, tokens_per_day: 50_000 } })] })
    let spent = 0
    upstream.answer = (_, response) => {
      spent += 1_000
      sendJson(response, completion('x', { usage: { prompt_tokens: 500, completion_tokens: 500, total_tokens: 1_000 } }))
    }
    const statuses = await Promise.all(Array.from({ length: 1_000 }, () => post(url, ask('Hi', { max_tokens: 1_000 })).then(drained)))
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    expect(spent).toBeLessThanOrEqual(50_000)
    expect(spent).toBeGreaterThan(40_000)
  }, 60_000)
})

describe('other paths', () => {
  it('are answered in the dialect under /v1/, and left to others elsewhere', async () => {
    await start()
    const unknown = await fetch(`${gateway.url}/v1/engines`, { method: 'POST' })
    expect([unknown.status, await codeOf(unknown), unknown.headers.get('x-request-id') !== null]).toEqual([404, 'unknown_route', true])
    const method = await fetch(`${gateway.url}/v1/chat/completions`)
    expect([method.status, await codeOf(method)]).toEqual([405, 'method_not_allowed'])
    expect((await fetch(`${gateway.url}/v1/feedback`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${gateway.url}/api/v1/models`)).status).toBe(418)
  })

  it('tell whether the process lives, may be used, and what it does', async () => {
    let isReady = true
    const url = await start({}, { isReady: () => isReady })
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
    isReady = false
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503)
    await post(url, ask('Hi'))
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(metrics).toContain('plimsoll_gateway_calls_total{endpoint="assist",code="ok"} 1')
    expect(metrics).toContain('plimsoll_gateway_tokens_total{endpoint="assist",direction="output"} 7')
  })
})
