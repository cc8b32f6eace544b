import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  chunk,
  DONE,
  eventually,
  type FakeUpstream,
  fakeUpstream,
  keyRow,
  post,
  type RowChanges,
  snapshotRows,
  startGateway,
  streamOf,
  type TestGateway,
  usageChunk,
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

const stream = (content = 'Hi', changes: Record<string, unknown> = {}): Record<string, unknown> => ask(content, { stream: true, ...changes })

/** Starts an answer that goes on until somebody stops it. */
const endless = (): void => {
  upstream.answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunk({ role: 'assistant', content: '' }))
    const timer = setInterval(() => response.write(chunk({ content: 'word ' })), 20)
    response.on('close', () => clearInterval(timer))
  }
}

/** Begins one chunk and then says nothing any more. */
const silent = (): void => {
  upstream.answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chunk({ role: 'assistant', content: 'Hello' }))
  }
}

const readAll = async (response: Response): Promise<{ text: string; endedAt: number }> => ({
  text: await response.text(),
  endedAt: performance.now(),
})

describe('a stream through the gateway', () => {
  it('passes the events of the provider on as they are, and strips the usage that it asked for itself', async () => {
    const url = await start()
    const response = await post(url, stream())
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('cache-control')).toContain('no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(await response.text()).toBe(
      streamOf('Hello there.')
        .filter((event) => event !== usageChunk)
        .join(''),
    )
    expect(upstream.received[0]?.json.stream_options).toEqual({ include_usage: true })
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]).toMatchObject({ stream: true, status: 200, input_tokens: 11, output_tokens: 7, finish_reason: 'stop' })
    expect(gateway.events[0]?.ttft_ms).toBeGreaterThan(0)
  })

  it('gives the usage to a client that asked for it, and keeps its other stream options', async () => {
    const url = await start()
    const asked = await post(url, stream('Hi', { stream_options: { include_usage: true } }))
    expect(await asked.text()).toContain('"prompt_tokens":11')
    await (await post(url, stream('Hi', { stream_options: { include_usage: false, include_obfuscation: false } }))).text()
    expect(upstream.received[1]?.json.stream_options).toEqual({ include_usage: true, include_obfuscation: false })
  })

  it('turns a failure before the first byte into an HTTP error', async () => {
    const url = await start()
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"error":{"message":"no capacity"}}\n\n')
    }
    const response = await post(url, stream())
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'application/json'])
  })

  it.each([
    ['breaks the connection', (events: string[]) => events.slice(0, 3), true],
    ['ends without [DONE]', (events: string[]) => events.slice(0, -1), false],
    ['reports an error', (events: string[]) => [...events.slice(0, 3), 'data: {"error":{"message":"boom"}}\n\n'], false],
    ['breaks inside an event', (events: string[]) => [...events.slice(0, 2), 'data: {"choices":[{"del'], true],
  ])('ends with an error event and without [DONE] when the provider %s', async (_, cut, isBroken) => {
    const url = await start()
    upstream.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of cut(streamOf('Hello there.'))) response.write(event)
      if (isBroken) setTimeout(() => response.destroy(), 20)
      else response.end()
    }
    const text = await (await post(url, stream())).text()
    expect(text).not.toContain('[DONE]')
    const events = text.split('\n\n').filter((event) => event !== '')
    expect(JSON.parse(events.at(-1)?.slice(6) ?? '')).toMatchObject({ error: { code: 'upstream_error', type: 'server_error', param: null } })
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]).toMatchObject({ status: 502, code: 'upstream_error', source: 'upstream' })
  })

  it('stops the provider within a tenth of a second when the client leaves, and books what had come', async () => {
    const url = await start()
    endless()
    const abort = new AbortController()
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': (await import('../../test/support/gateway.ts')).testCredential },
      body: JSON.stringify(stream()),
      signal: abort.signal,
    })
    const reader = response.body?.getReader()
    for (let i = 0; i < 3; i += 1) await reader?.read()
    const leftAt = performance.now()
    abort.abort()
    await eventually(() => upstream.aborted === 1)
    expect(performance.now() - leftAt).toBeLessThan(100)
    expect(gateway.events[0]).toMatchObject({ status: 499, code: 'client_closed_request' })
    expect(gateway.events[0]?.output_tokens).toBeGreaterThan(0)
  })

  it.each([
    ['its release is suspended', { suspended: true }, 'release_suspended'],
    ['its approval is withdrawn', { approval: null }, 'release_not_approved'],
    ['its key is revoked', { keys: [] }, 'invalid_api_key'],
    ['its key loses the permission', { keys: [keyRow({ actions: ['invoke'] })] }, 'permission_denied'],
  ] as const)('ends within a second when %s, between chunks and in silence', async (_, changes, code) => {
    for (const begin of [endless, silent]) {
      upstream.aborted = 0
      const url = await start()
      begin()
      const response = await post(url, stream())
      const changedAt = performance.now()
      gateway.apply(snapshotRows({ baseUrl: upstream.baseUrl, ...changes }))
      const { text, endedAt } = await readAll(response)
      expect(endedAt - changedAt).toBeLessThan(1_000)
      expect(text).toContain(`"code":"${code}"`)
      expect(text).not.toContain('[DONE]')
      await eventually(() => upstream.aborted === 1)
      await gateway.close()
    }
  })

  it('goes on when a snapshot changes something else', async () => {
    const url = await start()
    upstream.answer = (_, response) => {
      const events = streamOf('one two three four five')
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const timer = setInterval(() => {
        const event = events.shift()
        if (event === undefined) {
          clearInterval(timer)
          response.end()
        } else response.write(event)
      }, 20)
    }
    const response = await post(url, stream())
    gateway.apply(snapshotRows({ baseUrl: upstream.baseUrl, networks: ['127.0.0.0/8'] }))
    expect((await response.text()).endsWith(DONE)).toBe(true)
  })

  it('carries comments while the provider thinks', async () => {
    const url = await start({}, { keepAliveMs: 50 })
    silent()
    const response = await post(url, stream())
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes(': keep-alive\n\n')) text += (await reader?.read())?.value ?? ''
    expect(text).toContain('Hello')
    await reader?.cancel()
  })

  it('makes the provider wait for a slow client instead of filling the memory', async () => {
    const url = await start()
    let written = 0
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const event = chunk({ content: 'x'.repeat(60_000) })
      const push = (): void => {
        while (written < 4_000 && response.write(event)) written += 1
        if (written < 4_000) response.once('drain', push)
        else response.end(DONE)
      }
      push()
    }
    const response = await post(url, stream())
    await new Promise((resolve) => setTimeout(resolve, 300))
    // 240 MB are on offer; sockets between take a few.
    expect(written).toBeLessThan(1_000)
    await response.body?.cancel()
  })
})
