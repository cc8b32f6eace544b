import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ask,
  completion,
  eventually,
  type FakeUpstream,
  fakeUpstream,
  post,
  type RowChanges,
  sendJson,
  sendStream,
  snapshotRows,
  startGateway,
  streamOf,
  type TestGateway,
} from '../../test/support/gateway.ts'
import type { SnapshotRows } from './snapshot.ts'

type Policy = SnapshotRows['safeguards'][number]['policy']
type Rule = Policy['input'][number]

const PII: Rule = { detector: 'pii', action: 'mask', mode: 'enforce', options: { kinds: ['email', 'card'], regions: ['US'] } }
const words = (action: 'block' | 'flag', word: string): Rule => ({
  detector: 'words',
  action,
  mode: 'enforce',
  options: { words: [word], whole_word: true },
})

const POLICY: Policy = {
  schema: 'plimsoll.safeguards/1',
  input: [PII, words('block', 'dynamite'), words('flag', 'weather')],
  output: [PII, words('block', 'forbidden'), words('flag', 'umbrella')],
}

let upstream: FakeUpstream
let gateway: TestGateway

const start = async (changes: Partial<RowChanges> = {}): Promise<string> => {
  gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl, policy: POLICY, ...changes }))
  return `${gateway.url}/v1/chat/completions`
}

beforeEach(async () => {
  upstream = await fakeUpstream()
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
})

const answerWith = (text: string): void => {
  upstream.answer = ({ json }, response) => (json.stream === true ? sendStream(response, streamOf(text)) : sendJson(response, completion(text)))
}

interface Answer {
  choices: { message: { content: string | null; tool_calls?: unknown }; finish_reason: string }[]
}

describe('input safeguards', () => {
  it('mask every text of the caller before the provider sees it', async () => {
    const url = await start()
    const messages = [
      { role: 'system', content: 'You write to boss@example.org.' },
      { role: 'user', content: [{ type: 'text', text: 'I am jane.doe@example.org' }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'mail', arguments: '{"to":"jane.doe@example.org"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sent to jane.doe@example.org' },
      { role: 'user', content: 'Thanks', reasoning_content: 'jane.doe@example.org' },
    ]
    const response = await post(url, ask('', { messages }))
    expect(response.status).toBe(200)
    expect(response.headers.get('x-plimsoll-safeguard')).toBe('masked')
    expect(upstream.received[0]?.body).not.toContain('@example.org')
    expect(upstream.received[0]?.json.messages).toHaveLength(5)
    expect(upstream.received[0]?.json).toMatchObject({
      messages: [{ role: 'system' }, { role: 'user' }, { role: 'assistant', content: null }, { tool_call_id: 'c1' }, {}],
    })
    await eventually(() => gateway.events.length === 1)
    const findings = gateway.events[0]?.findings ?? []
    expect(findings).toHaveLength(5)
    expect(findings[0]).toMatchObject({ detector: 'pii', kind: 'email', direction: 'input', action: 'mask', enforced: true })
    expect(JSON.stringify(gateway.events)).not.toContain('jane.doe')
  })

  it('block with the dialect error, and the provider hears nothing', async () => {
    const url = await start()
    const response = await post(url, ask('How is dynamite made?'))
    expect(response.status).toBe(400)
    expect(response.headers.get('x-plimsoll-safeguard')).toBe('blocked')
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(await response.json()).toMatchObject({ error: { code: 'content_blocked', type: 'invalid_request_error' } })
    expect(upstream.received).toEqual([])
    expect(gateway.events[0]).toMatchObject({ code: 'content_blocked', status: 400, input_tokens: 0, findings: [{ action: 'block' }] })
  })

  it('only note what they flag', async () => {
    const url = await start()
    const response = await post(url, ask('How is the weather?'))
    expect([response.status, response.headers.get('x-plimsoll-safeguard')]).toEqual([200, 'flagged'])
    expect(upstream.received[0]?.body).toContain('weather')
  })

  it('read texts for embeddings, and refuse tokens that they cannot read', async () => {
    await start()
    upstream.answer = (_, response) => sendJson(response, '{"object":"list","data":[],"usage":{"prompt_tokens":1,"total_tokens":1}}')
    const embed = (input: unknown): Promise<Response> => post(`${gateway.url}/v1/embeddings`, { model: 'assist', input })
    expect((await embed(['jane.doe@example.org', 'plain'])).status).toBe(200)
    expect(upstream.received[0]?.body).not.toContain('jane.doe')
    expect(await (await embed([[1, 2, 3]])).json()).toMatchObject({ error: { code: 'invalid_request', param: 'input[0]' } })
  })
})

describe('output safeguards', () => {
  it('mask a plain answer and a stream alike', async () => {
    const url = await start()
    answerWith('Write to jane.doe@example.org or pay with 4111 1111 1111 1111 today.')
    const plain = await post(url, ask('Hi'))
    expect(plain.headers.get('x-plimsoll-safeguard')).toBe('masked')
    const { choices } = (await plain.json()) as Answer
    const streamed = await (await post(url, ask('Hi', { stream: true }))).text()
    const text = [...streamed.matchAll(/"delta":\{[^}]*"content":"([^"]*)"/g)].map(([, piece]) => piece).join('')
    expect(text).toBe(choices[0]?.message.content)
    expect(text).toContain('Write to ')
    expect(text).not.toMatch(/jane|4111/)
    expect(streamed.endsWith('data: [DONE]\n\n')).toBe(true)
    await eventually(() => gateway.events.length === 2)
    expect(gateway.events[0]?.findings).toEqual(gateway.events[1]?.findings)
    expect(gateway.events[0]?.findings).toHaveLength(2)
  })

  it('block an answer as content_filter, keep what stood before, and stop the provider', async () => {
    const url = await start()
    answerWith('The secret is forbidden knowledge about everything.')
    const plain = (await (await post(url, ask('Hi'))).json()) as Answer
    expect(plain.choices[0]).toMatchObject({ finish_reason: 'content_filter', message: { content: 'The secret is ' } })
    const response = await post(url, ask('Hi', { stream: true }))
    const streamed = await response.text()
    expect(streamed).toContain('"finish_reason":"content_filter"')
    expect(streamed).not.toContain('knowledge')
    expect(streamed.endsWith('data: [DONE]\n\n')).toBe(true)
    await eventually(() => gateway.events.length === 2)
    expect(gateway.events.map(({ code, finish_reason }) => [code, finish_reason])).toEqual([
      [null, 'content_filter'],
      [null, 'content_filter'],
    ])
  })

  it('take a tool call away when its arguments are blocked', async () => {
    const url = await start()
    const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"q":"forbidden"}' } }]
    upstream.answer = (_, response) =>
      sendJson(
        response,
        completion('', { choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls }, finish_reason: 'tool_calls' }] }),
      )
    const { choices } = (await (await post(url, ask('Hi'))).json()) as Answer
    expect(choices[0]).toMatchObject({ finish_reason: 'content_filter' })
    expect(choices[0]?.message.tool_calls).toBeUndefined()
  })

  it('refuse to give token probabilities, which would show what is masked', async () => {
    const url = await start()
    expect(await (await post(url, ask('Hi', { logprobs: true }))).json()).toMatchObject({ error: { param: 'logprobs' } })
  })
})

describe('the texts of a record', () => {
  it('are not there unless they are to be kept', async () => {
    const url = await start()
    await (await post(url, ask('Hi'))).text()
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]?.content).toBeNull()
  })

  it('are masked, even where the endpoint has no safeguards', async () => {
    gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl, retention: { content: 'masked' } }))
    answerWith('Noted: jane.doe@example.org.')
    for (const stream of [false, true]) await (await post(`${gateway.url}/v1/chat/completions`, ask('I am jane.doe@example.org', { stream }))).text()
    await eventually(() => gateway.events.length === 2)
    const [plain, streamed] = gateway.events
    expect(plain?.content?.input).toMatch(/^I am /)
    expect(plain?.content?.output).toMatch(/^Noted: /)
    expect(streamed?.content).toEqual(plain?.content)
    expect(JSON.stringify(gateway.events)).not.toContain('jane.doe')
  })

  it('are cut where they are long', async () => {
    gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl, retention: { content: 'masked' } }))
    await (await post(`${gateway.url}/v1/chat/completions`, ask('word '.repeat(100_000)))).text()
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]?.content?.input?.length).toBeLessThanOrEqual(16_384)
  })
})
