import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSecondStage } from '#safeguards/hot'
import { type FakeEncoder, fakeEncoder, wait } from '../../test/support/encoder.ts'
import {
  ask,
  completion,
  DONE,
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
  testCredential,
} from '../../test/support/gateway.ts'
import type { SnapshotRows } from './snapshot.ts'

type Policy = SnapshotRows['safeguards'][number]['policy']
type Rule = Policy['input'][number]

const HARBOUR: Rule = {
  detector: 'topics',
  action: 'block',
  mode: 'enforce',
  options: { topics: [{ name: 'harbour', description: 'the harbour', examples: [] }], sensitivity: 'medium' },
}
const onHarbour = (changes: Partial<Rule> = {}): Rule => ({ ...HARBOUR, ...changes }) as Rule
const tokens: Rule = { detector: 'pii', action: 'tokenise', mode: 'enforce', options: { kinds: ['email', 'card'], regions: ['US'] } }
const policyOf = (changes: Partial<Policy>): Policy => ({ schema: 'plimsoll.safeguards/1', input: [], output: [], ...changes })

let upstream: FakeUpstream
let gateway: TestGateway
let encoder: FakeEncoder

const start = async (
  policy: Partial<Policy>,
  changes: Partial<RowChanges> = {},
  options: Parameters<typeof startGateway>[1] = {},
): Promise<string> => {
  gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl, policy: policyOf(policy), ...changes }), {
    secondStage: createSecondStage({ open: async () => encoder }),
    ...options,
  })
  return `${gateway.url}/v1/chat/completions`
}

beforeEach(async () => {
  upstream = await fakeUpstream()
  encoder = fakeEncoder()
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
})

const answerWith = (text: string): void => {
  upstream.answer = ({ json }, response) => (json.stream === true ? sendStream(response, streamOf(text)) : sendJson(response, completion(text)))
}

const metrics = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text()

const ABOUT = 'Tell me all about the harbour of this town.'
const OTHER = 'Tell me all about the weather of this town.'

const textOf = (streamed: string): string =>
  streamed
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => (JSON.parse(event.slice(6)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? '')
    .join('')

describe('an input that the first stage cannot decide', () => {
  it('waits for the second, which blocks it or lets it on', async () => {
    const url = await start({ input: [onHarbour()] })
    const blocked = await post(url, ask(ABOUT))
    expect([blocked.status, blocked.headers.get('x-plimsoll-safeguard')]).toEqual([400, 'blocked'])
    expect(await blocked.json()).toMatchObject({ error: { code: 'content_blocked', param: 'messages[0].content' } })
    expect(upstream.received).toEqual([])
    expect((await post(url, ask(OTHER))).status).toBe(200)
    await eventually(() => gateway.events.length === 2)
    expect(gateway.events[0]?.findings).toMatchObject([{ detector: 'topics', kind: 'topic-harbour', action: 'block' }])
    expect(await metrics()).toContain('plimsoll_safeguard_second_stage_total{detector="topics",outcome="done"} 2')
  })

  it('is refused when the transformer hangs and the rule fails closed, and passes with a finding when it fails open', async () => {
    encoder.answers = 'never'
    const closed = await start({ input: [onHarbour({ deadline_ms: 50 })] })
    expect(await (await post(closed, ask(OTHER))).json()).toMatchObject({ error: { code: 'content_blocked' } })
    expect(gateway.events[0]?.findings).toMatchObject([{ kind: 'detector-failure', action: 'block', enforced: true }])
    await gateway.close()
    const open = await start({ input: [onHarbour({ deadline_ms: 50, on_failure: 'open' })] })
    const passed = await post(open, ask(OTHER))
    expect([passed.status, passed.headers.get('x-plimsoll-safeguard')]).toEqual([200, 'flagged'])
    expect(await metrics()).toContain('outcome="late"} 1')
  })

  it('goes on without the transformer when that is overloaded, visibly', async () => {
    encoder.queued = 8
    const url = await start({ input: [onHarbour()] })
    expect((await post(url, ask(ABOUT))).status).toBe(200)
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]?.findings).toMatchObject([{ detector: 'topics', kind: 'second-stage-shed', action: 'flag' }])
    expect(await metrics()).toContain('plimsoll_safeguard_second_stage_total{detector="topics",outcome="overloaded"} 1')
  })

  it('is called off when the client leaves, and reaches nobody', async () => {
    encoder.answers = 'never'
    const url = await start({ input: [onHarbour({ deadline_ms: 5_000 })] })
    const abort = new AbortController()
    const leaving = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': testCredential },
      body: JSON.stringify(ask(ABOUT)),
      signal: abort.signal,
    })
    await eventually(() => encoder.signals.length > 0)
    abort.abort()
    await expect(leaving).rejects.toThrow()
    await eventually(() => encoder.signals.every(({ aborted }) => aborted))
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]).toMatchObject({ code: 'client_closed_request', findings: [] })
    expect(upstream.received).toEqual([])
  })

  it('meets the decisions that were taken while it waited', async () => {
    encoder.delayMs = 100
    const url = await start({ input: [onHarbour()] })
    const asked = post(url, ask(OTHER))
    await eventually(() => encoder.signals.length > 0)
    gateway.apply(snapshotRows({ baseUrl: upstream.baseUrl, policy: policyOf({ input: [onHarbour()] }), suspended: true }))
    expect(await (await asked).json()).toMatchObject({ error: { code: 'release_suspended' } })
    expect(upstream.received).toEqual([])
  })

  it('costs no promise where nothing is uncertain', async () => {
    const url = await start({ input: [onHarbour()] })
    expect((await post(url, ask('Hi!'))).status).toBe(200)
    expect(encoder.asked).toBe(0)
  })
})

describe('an answer that the first stage cannot decide', () => {
  const ANSWER = 'The town is old and has seen much in its time. Its harbour is closed at night by a chain. Nobody knows why that is so.'

  it('is blocked alike as a whole and as a stream, which shows what stood before', async () => {
    const url = await start({ output: [onHarbour()] })
    answerWith(ANSWER)
    const plain = (await (await post(url, ask('Hi'))).json()) as { choices: { message: { content: string }; finish_reason: string }[] }
    expect(plain.choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      message: { content: 'The town is old and has seen much in its time. ' },
    })
    const streamed = await (await post(url, ask('Hi', { stream: true }))).text()
    expect(textOf(streamed)).toBe('The town is old and has seen much in its time. ')
    expect(streamed).toContain('"finish_reason":"content_filter"')
    expect(streamed.endsWith(DONE)).toBe(true)
    await eventually(() => gateway.events.length === 2)
    expect(gateway.events.map(({ findings }) => findings.map(({ kind, span }) => [kind, span.start]))).toEqual(Array(2).fill([['topic-harbour', 47]]))
  })

  it('flows sentence by sentence while the second stage looks, and stops the provider meanwhile', async () => {
    encoder.delayMs = 30
    const url = await start({ output: [onHarbour()] })
    answerWith(ANSWER.replace('harbour', 'library'))
    const streamed = await (await post(url, ask('Hi', { stream: true }))).text()
    expect(textOf(streamed)).toBe(ANSWER.replace('harbour', 'library'))
    expect(streamed.endsWith(DONE)).toBe(true)
    expect(encoder.asked).toBeGreaterThanOrEqual(3)
  })

  it('ends in an error, not like a clean finish, when the provider breaks off while the second stage looks', async () => {
    encoder.delayMs = 50
    const url = await start({ output: [onHarbour()] })
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(streamOf(ANSWER.replace('harbour', 'library')).slice(0, -3).join(''))
    }
    const streamed = await (await post(url, ask('Hi', { stream: true }))).text()
    expect(streamed).not.toContain('[DONE]')
    expect(streamed).toContain('"code":"upstream_error"')
    expect(encoder.asked).toBeGreaterThan(1)
  })

  it('is let go at once by an async rule, and flagged in the record when that has looked', async () => {
    encoder.delayMs = 40
    const url = await start({ output: [onHarbour({ mode: 'async', action: 'flag' })] })
    answerWith(ANSWER)
    for (const stream of [false, true]) {
      const startedMs = performance.now()
      const text = await (await post(url, ask('Hi', { stream }))).text()
      expect(text).toContain('harbour')
      expect(performance.now() - startedMs).toBeLessThan(2_000)
    }
    await eventually(() => gateway.events.length === 2)
    for (const event of gateway.events) expect(event.findings).toMatchObject([{ kind: 'topic-harbour', action: 'flag', enforced: true }])
  })

  it('is ended by an async rule that blocks, where it has got to by then', async () => {
    const url = await start({ output: [onHarbour({ mode: 'async' })] })
    upstream.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const events = streamOf(`${ANSWER} ${'And so on. '.repeat(400)}`)
      const timer = setInterval(() => {
        const event = events.shift()
        if (event !== undefined) response.write(event)
      }, 2)
      response.on('close', () => clearInterval(timer))
    }
    const streamed = await (await post(url, ask('Hi', { stream: true }))).text()
    expect(streamed).toContain('"finish_reason":"content_filter"')
    expect(streamed.endsWith(DONE)).toBe(true)
    expect(textOf(streamed)).toContain('harbour')
    await eventually(() => upstream.aborted === 1)
  })

  it('reaches nobody when an async rule blocks the input before the provider has answered', async () => {
    const url = await start({ input: [onHarbour({ mode: 'async' })] })
    upstream.answer = (_, response) => {
      setTimeout(() => sendJson(response, completion('late')), 500)
    }
    const response = await post(url, ask(ABOUT))
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([400, 'content_blocked'])
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]?.findings).toMatchObject([{ kind: 'topic-harbour', action: 'block' }])
  })
})

describe('values that a token stands for', () => {
  const CONVERSATION = [
    { role: 'user', content: 'I am jane@example.org and pay with 4111 1111 1111 1111.' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'mail', arguments: '{"to":"jane@example.org"}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'sent to jane@example.org, copy to "joe"@example.org and joe@example.org' },
  ]

  const sentTo = (): string => upstream.received.at(-1)?.body ?? ''

  it('are never seen by the model, and come back to the caller, plain and streamed, in texts and in tool arguments', async () => {
    const url = await start({ input: [tokens], output: [{ ...tokens, action: 'mask' } as Rule] })
    const args = '{"to":"[EMAIL_1]","card":"[CARD_1]"}'
    upstream.answer = ({ json }, response) => {
      const tool_calls = [{ index: 0, id: 'c2', type: 'function', function: { name: 'mail', arguments: args } }]
      const message = { role: 'assistant', content: 'To [EMAIL_1], not to mallory@example.org.', tool_calls }
      if (json.stream !== true) return sendJson(response, completion('', { choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }))
      const events = streamOf('To [EMAIL_1], not to mallory@example.org.').slice(0, -3)
      const calls = [...args].map(
        (unit) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: unit } }] } }] })}\n\n`,
      )
      sendStream(response, [
        ...events,
        ...calls,
        `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] })}\n\n`,
        DONE,
      ])
    }
    for (const stream of [false, true]) {
      const response = await post(url, ask('', { messages: CONVERSATION, stream }))
      const text = await response.text()
      expect(sentTo()).not.toMatch(/jane|joe@|4111/)
      expect(sentTo()).toContain('I am [EMAIL_1] and pay with [CARD_1].')
      expect(sentTo()).toContain(String.raw`{\"to\":\"[EMAIL_1]\"}`)
      expect(sentTo()).toContain('[EMAIL_2]')
      const [said, called] = stream ? streamedParts(text) : plainParts(text)
      expect(said).toBe('To jane@example.org, not to [EMAIL].')
      expect(JSON.parse(called)).toEqual({ to: 'jane@example.org', card: '4111 1111 1111 1111' })
    }
    await eventually(() => gateway.events.length === 2)
    expect(JSON.stringify(gateway.events)).not.toMatch(/jane|joe@|mallory|4111/)
    expect(gateway.events[0]?.findings.filter(({ action }) => action === 'tokenise')).toHaveLength(5)
  })

  const plainParts = (text: string): readonly [string, string] => {
    const [choice] = (JSON.parse(text) as { choices: { message: { content: string; tool_calls: { function: { arguments: string } }[] } }[] }).choices
    return [choice?.message.content ?? '', choice?.message.tool_calls[0]?.function.arguments ?? '']
  }
  const streamedParts = (text: string): readonly [string, string] => {
    const deltas = text
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .map(
        (event) =>
          (JSON.parse(event.slice(6)) as { choices: { delta: { content?: string; tool_calls?: { function: { arguments?: string } }[] } }[] })
            .choices[0]?.delta,
      )
    return [deltas.map((delta) => delta?.content ?? '').join(''), deltas.map((delta) => delta?.tool_calls?.[0]?.function.arguments ?? '').join('')]
  }

  it('stay out of the record where texts are kept, and come back without output rules too', async () => {
    const words: Rule = { detector: 'words', action: 'tokenise', mode: 'enforce', options: { words: ['Project Bluebird'], whole_word: true } }
    const url = await start({ input: [words] }, { retention: { content: 'masked' } })
    answerWith('[WORD_1] is late; PROJECT BLUEBIRD was always late.')
    for (const stream of [false, true]) {
      const text = await (await post(url, ask('How is Project Bluebird?', { stream }))).text()
      expect(stream ? textOf(text) : text).toContain('Project Bluebird is late; PROJECT BLUEBIRD')
    }
    await eventually(() => gateway.events.length === 2)
    for (const event of gateway.events) {
      expect(event.content).toEqual({ input: 'How is [WORD_1]?', output: '[WORD_1] is late; PROJECT BLUEBIRD was always late.' })
      expect(event.coverage?.output).toBeNull()
    }
  })

  it('have one hash in every process that has the key, and another in another project', async () => {
    const hashed: string[] = []
    for (const key of ['one', 'one', 'two']) {
      const url = await start({ input: [{ ...tokens, action: 'hash' } as Rule] }, {}, { surrogateKey: (project) => `${key}/${project}` })
      await (await post(url, ask('I am jane@example.org'))).text()
      hashed.push(/\[EMAIL:[0-9a-f]{12}\]/.exec(sentTo())?.[0] ?? '')
      await gateway.close()
    }
    gateway = await startGateway(snapshotRows({ baseUrl: upstream.baseUrl }))
    expect(hashed[0]).toMatch(/^\[EMAIL:/)
    expect(hashed[1]).toBe(hashed[0])
    expect(hashed[2]).not.toBe(hashed[0])
  })
})

describe('the record of a call', () => {
  const pii: Rule = { detector: 'pii', action: 'mask', mode: 'enforce', options: { kinds: ['email'], regions: ['US'] } }
  const PARTS = [
    { type: 'text', text: 'What is this?' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
  ]

  it('says how much of it the safeguards have read', async () => {
    const url = await start({ input: [pii], output: [pii] })
    upstream.answer = (_, response) => {
      const message = {
        role: 'assistant',
        content: 'four',
        reasoning: 'thinking',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      }
      sendJson(response, completion('', { choices: [{ index: 0, message, finish_reason: 'stop' }] }))
    }
    await (await post(url, ask('', { messages: [{ role: 'user', content: PARTS }] }))).text()
    await eventually(() => gateway.events.length === 1)
    const all = (size: number) => ({ total: size, inspected: size })
    expect(gateway.events[0]?.coverage).toEqual({
      input: { text: all('What is this?'.length + 'user'.length), reasoning: all(0), tool_arguments: all(0), media: { total: 1, inspected: 0 } },
      output: { text: all(4), reasoning: all(8), tool_arguments: all(7), media: all(0) },
    })
  })

  it('says nothing of what no rule is about', async () => {
    const url = await start({ input: [pii] })
    await (await post(url, ask('Hi'))).text()
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]?.coverage).toMatchObject({ input: { text: { total: 6 } }, output: null })
  })

  it.each([
    ['flag', 200, 'flagged'],
    ['block', 400, 'blocked'],
  ] as const)('has a finding where the policy does not let pass what it cannot read (%s)', async (uninspected, status, safeguard) => {
    const url = await start({ input: [pii], uninspected })
    const response = await post(url, ask('', { messages: [{ role: 'user', content: PARTS }] }))
    expect([response.status, response.headers.get('x-plimsoll-safeguard')]).toEqual([status, safeguard])
    expect(upstream.received).toHaveLength(status === 200 ? 1 : 0)
    await eventually(() => gateway.events.length === 1)
    expect(gateway.events[0]?.findings).toMatchObject([{ detector: 'coverage', kind: 'uninspected-media', action: uninspected }])
  })

  it('waits for what looks beside it before the gateway closes', async () => {
    encoder.delayMs = 60
    const url = await start({ input: [onHarbour({ mode: 'async', action: 'flag' })] })
    await (await post(url, ask(ABOUT))).text()
    expect(gateway.events).toEqual([])
    await gateway.gateway.close(0)
    expect(gateway.events[0]?.findings).toMatchObject([{ kind: 'topic-harbour' }])
    await wait(0)
  })
})
