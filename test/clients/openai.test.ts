/** The official client, unchanged, with its own retry code: what works here works in every application that is built on it. */
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  chunk,
  type FakeUpstream,
  fakeUpstream,
  keyRow,
  type RowChanges,
  snapshotRows,
  startGateway,
  streamOf,
  type TestGateway,
  testCredential,
} from '../support/gateway.ts'

let upstream: FakeUpstream
let gateway: TestGateway

const connect = async (changes: Partial<RowChanges> = {}): Promise<OpenAI> => {
  gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl, ...changes }))
  return new OpenAI({ apiKey: testCredential, baseURL: `${gateway.url}/v1` })
}

beforeEach(async () => {
  upstream = await fakeUpstream()
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
})

const question = { model: 'assist', messages: [{ role: 'user', content: 'Hi' }] } as const satisfies OpenAI.ChatCompletionCreateParamsNonStreaming

/** The error that the client throws, and how many calls its retry code made. */
const failure = async (run: () => Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
  try {
    await run()
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('the openai client', () => {
  it('completes a chat', async () => {
    const client = await connect()
    const { data, response, request_id } = await client.chat.completions.create({ ...question, messages: [...question.messages] }).withResponse()
    expect(data.choices[0]?.message.content).toBe('Hello there.')
    expect(data.usage?.total_tokens).toBe(18)
    expect(request_id).toBe(response.headers.get('x-request-id'))
    expect(response.headers.get('x-plimsoll-release')).toMatch(/^sha256:/)
  })

  it('streams a chat, with usage when it asks for it and never without', async () => {
    const client = await connect()
    let text = ''
    for await (const part of await client.chat.completions.create({ model: 'assist', messages: [...question.messages], stream: true })) {
      // Applications index this without looking: a chunk of usage alone would break them.
      text += part.choices[0]!.delta.content ?? ''
      expect(part.usage ?? null).toBeNull()
    }
    expect(text).toBe('Hello there.')
    const counted = await client.chat.completions
      .stream({ model: 'assist', messages: [...question.messages], stream_options: { include_usage: true } })
      .finalChatCompletion()
    expect(counted.usage?.completion_tokens).toBe(7)
  })

  it('calls tools in a stream', async () => {
    const client = await connect()
    const piece = (args: string, head: Record<string, unknown> = {}): string =>
      chunk({ tool_calls: [{ index: 0, ...head, function: { arguments: args, ...(head.id === undefined ? {} : { name: 'weather' }) } }] })
    upstream.answer = (_, response) => {
      const events = [
        chunk({ role: 'assistant', content: null }),
        piece('', { id: 'call_1', type: 'function' }),
        piece('{"city":'),
        piece('"Oslo"}'),
        chunk({}, 'tool_calls'),
        'data: [DONE]\n\n',
      ]
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''))
    }
    const answer = await client.chat.completions.stream({ model: 'assist', messages: [...question.messages] }).finalChatCompletion()
    const call = answer.choices[0]?.message.tool_calls?.[0]
    expect(call).toMatchObject({ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } })
  })

  it('lists models and retrieves one', async () => {
    const client = await connect()
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['assist'])
    expect((await client.models.retrieve('assist')).object).toBe('model')
    expect(await failure(() => client.models.retrieve('other'))).toMatchObject({ status: 404, code: 'model_not_found' })
  })

  it('makes embeddings', async () => {
    const client = await connect()
    const vector = Buffer.from(new Float32Array([0.5, -0.5]).buffer).toString('base64')
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          object: 'list',
          model: 'm',
          data: [{ object: 'embedding', index: 0, embedding: vector }],
          usage: { prompt_tokens: 2, total_tokens: 2 },
        }),
      )
    }
    const answer = await client.embeddings.create({ model: 'assist', input: 'Hi' })
    expect(answer.data[0]?.embedding).toEqual([0.5, -0.5])
    expect(gateway.events[0]).toMatchObject({ operation: 'embeddings', input_tokens: 2, output_tokens: 0 })
  })

  it.each([
    ['a wrong key', {}, 401, 'invalid_api_key', OpenAI.AuthenticationError],
    ['an unapproved release', { approval: null }, 403, 'release_not_approved', OpenAI.PermissionDeniedError],
    ['a suspended release', { suspended: true }, 503, 'release_suspended', OpenAI.InternalServerError],
    ['a key without the permission', { keys: [keyRow({ actions: ['embed'] })] }, 403, 'permission_denied', OpenAI.PermissionDeniedError],
  ] as const)('reads the error for %s, and asks only once', async (what, changes, status, code, kind) => {
    const client = await connect(changes)
    let calls = 0
    const counting = client.withOptions({
      ...(what === 'a wrong key' ? { apiKey: 'sk-pl_wrong' } : {}),
      fetch: (input, init) => {
        calls += 1
        return fetch(input, init)
      },
    })
    const error = await failure(() => counting.chat.completions.create(ask('Hi') as never))
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ status, code })
    expect(error.requestID).toMatch(/^req_/)
    expect(calls).toBe(1)
  })

  it('retries what a retry can help, and gets through', async () => {
    const client = await connect()
    let calls = 0
    const before = upstream.answer
    upstream.answer = (request, response) => {
      calls += 1
      if (calls === 1) response.writeHead(429, { 'retry-after': '1' }).end('{}')
      else before(request, response)
    }
    expect((await client.chat.completions.create(ask('Hi') as never)).choices).toHaveLength(1)
    expect(calls).toBe(2)
  })

  it('throws when a stream breaks, instead of taking a half answer for a whole one', async () => {
    const client = await connect()
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of streamOf('Hello there.').slice(0, 3)) response.write(event)
      setTimeout(() => response.destroy(), 20)
    }
    const error = await failure(async () => {
      for await (const part of await client.chat.completions.create({ model: 'assist', messages: [...question.messages], stream: true }))
        expect(part.choices).toBeDefined()
    })
    expect(error).toMatchObject({ code: 'upstream_error', type: 'server_error' })
  })

  it('throws within a second when the release of a running stream is suspended', async () => {
    const client = await connect()
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunk({ role: 'assistant', content: 'Hello' }))
    }
    const stream = await client.chat.completions.create({ model: 'assist', messages: [...question.messages], stream: true })
    const suspendedAt = performance.now()
    gateway.apply(snapshotRows({ baseUrl: upstream.baseUrl, suspended: true }))
    const error = await failure(async () => {
      for await (const part of stream) expect(part.choices).toHaveLength(1)
    })
    expect(error).toMatchObject({ code: 'release_suspended' })
    expect(performance.now() - suspendedAt).toBeLessThan(1_000)
  })

  it('stops the provider when it aborts', async () => {
    const client = await connect()
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunk({ role: 'assistant', content: 'Hello' }))
    }
    const stream = await client.chat.completions.create({ model: 'assist', messages: [...question.messages], stream: true })
    for await (const part of stream) {
      expect(part.choices).toHaveLength(1)
      stream.controller.abort()
    }
    await expect.poll(() => upstream.aborted).toBe(1)
  })
})
