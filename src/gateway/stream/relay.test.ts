import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicy, inspectText, type SafeguardPolicy } from '#safeguards/hot'
import { chunk, DONE, streamOf, usageChunk } from '../../../test/support/gateway.ts'
import { createCoverage } from '../coverage.ts'
import { createOutputFilters } from '../output-filters.ts'
import { createFilteredRelay } from './filtered-relay.ts'
import { createPassRelay, type Relay } from './relay.ts'

const POLICY: SafeguardPolicy = {
  schema: 'plimsoll.safeguards/1',
  input: [],
  output: [
    {
      detector: 'pii',
      action: 'mask',
      mode: 'enforce',
      options: { kinds: ['email', 'phone', 'card', 'iban', 'ip', 'us-ssn'], regions: ['US', 'GB', 'DE'] },
    },
    { detector: 'words', action: 'block', mode: 'enforce', options: { words: ['forbidden'], whole_word: true } },
  ],
}
const compiled = compilePolicy(POLICY, `sha256:${'d'.repeat(64)}`)
if (compiled === null) throw new Error('the policy has rules')

const filtered = (expectedChoices: number): Relay =>
  createFilteredRelay({
    filters: createOutputFilters(compiled, null, {}),
    coverage: createCoverage(),
    wantsUsage: false,
    expectedChoices,
    onLate: () => {},
  })

const feed = (relay: Relay, bytes: Buffer, cuts: readonly number[]): string => {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  const parts = [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length))
  return parts.map((part) => (part.length === 0 ? '' : (relay.push(part)?.toString() ?? ''))).join('')
}

/** The text of each choice and the reasons they ended, as a client reads them. */
const clientReads = (out: string): { text: string; finish: unknown; done: boolean; arguments: string } => {
  let text = ''
  let finish: unknown = null
  let called = ''
  for (const event of out.split('\n\n').filter((part) => part.startsWith('data: {'))) {
    const { choices } = JSON.parse(event.slice(6)) as {
      choices: { delta: { content?: string; tool_calls?: { function: { arguments?: string } }[] }; finish_reason: unknown }[]
    }
    text += choices[0]?.delta.content ?? ''
    called += choices[0]?.delta.tool_calls?.[0]?.function.arguments ?? ''
    finish = choices[0]?.finish_reason ?? finish
  }
  return { text, finish, done: out.endsWith(DONE), arguments: called }
}

const ending = fc.constantFrom('\n', '\r\n')
const cuts = fc.array(fc.nat(5_000), { maxLength: 40 })
const words = fc.array(
  fc.constantFrom('Write', 'to', 'jane.doe@example.org', 'at', '4111 1111 1111 1111', 'or', 'naïve 🙂', '"quoted"', 'data: {', '\n\n', '192.168.0.7'),
  {
    maxLength: 12,
  },
)

describe('a stream that nobody has to read', () => {
  it('comes out byte for byte, wherever the network cuts it, without the usage that the client did not ask for', () => {
    fc.assert(
      fc.property(words, cuts, ending, (list, at, newline) => {
        const wire = (events: readonly string[]): Buffer => Buffer.from(events.join('').replaceAll('\n', newline))
        const events = streamOf(list.join(' '))
        const plain = createPassRelay(false)
        expect(feed(plain, wire(events), at)).toBe(wire(events.filter((event) => event !== usageChunk)).toString())
        expect(plain.state).toBe('done')
        expect(plain.usage).toEqual({ inputTokens: 11, outputTokens: 7 })
        expect(plain.finishReason).toBe('stop')
        const asked = createPassRelay(true)
        expect(feed(asked, wire(events), at)).toBe(wire(events).toString())
      }),
    )
  })

  it('is cut at every byte in turn and never lets go of a part of an event', () => {
    const bytes = Buffer.from(streamOf('Hello "error" and "prompt_tokens" 🙂').join(''))
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const relay = createPassRelay(true)
      const first = relay.push(bytes.subarray(0, cut))
      expect(first === null || first.toString().endsWith('\n\n')).toBe(true)
      expect((first?.toString() ?? '') + (relay.push(bytes.subarray(cut))?.toString() ?? '')).toBe(bytes.toString())
    }
  })

  it('stops before an error of the provider, and says nothing after the end', () => {
    const failed = createPassRelay(false)
    expect(feed(failed, Buffer.from(`${chunk({ content: 'A' })}data: {"error":{"message":"boom"}}\n\n${chunk({ content: 'B' })}`), [])).toBe(
      chunk({ content: 'A' }),
    )
    expect(failed.state).toBe('failed')
    const done = createPassRelay(false)
    expect(feed(done, Buffer.from(`${DONE}${chunk({ content: 'late' })}`), [])).toBe(DONE)
    expect(done.push(Buffer.from(chunk({ content: 'later' })))).toBeNull()
  })

  it('is still open when the provider stops in the middle', () => {
    const relay = createPassRelay(false)
    feed(relay, Buffer.from(streamOf('Hello there').slice(0, -1).join('')), [])
    expect(relay.state).toBe('open')
  })

  it('does not hold an endless event in memory', () => {
    const relay = createPassRelay(false)
    const part = Buffer.alloc(1024 * 1024, 'x')
    for (let i = 0; i < 20 && relay.state === 'open'; i += 1) relay.push(part)
    expect(relay.state).toBe('failed')
  })
})

describe('a stream behind output safeguards', () => {
  it('gives the client what the whole text inspected at once gives, wherever it is cut', () => {
    fc.assert(
      fc.property(words, cuts, (list, at) => {
        const text = list.join(' ')
        const relay = filtered(1)
        const read = clientReads(feed(relay, Buffer.from(streamOf(text).join('')), at))
        const whole = inspectText(compiled, 'output', text)
        expect(read).toMatchObject({ text: whole.text, finish: 'stop', done: true })
        expect(relay.findings).toEqual(whole.findings)
        expect(relay.usage).toEqual({ inputTokens: 11, outputTokens: 7 })
      }),
    )
  })

  it('ends a blocked answer as content_filter, with what stood before the match', () => {
    const relay = filtered(1)
    const read = clientReads(feed(relay, Buffer.from(streamOf('This is forbidden knowledge.').join('')), []))
    expect(read).toEqual({ text: 'This is ', finish: 'content_filter', done: true, arguments: '' })
    expect(relay.state).toBe('blocked')
    expect(relay.findings.map(({ action }) => action)).toEqual(['block'])
  })

  it('lets other choices go on when one is blocked', () => {
    const events = [
      chunk({ role: 'assistant', content: 'forbidden ' }, null, 0),
      chunk({ role: 'assistant', content: 'fine ' }, null, 1),
      chunk({ content: 'text' }, null, 0),
      chunk({ content: 'text' }, null, 1),
      chunk({}, 'stop', 0),
      chunk({}, 'stop', 1),
      DONE,
    ]
    const relay = filtered(2)
    const out = feed(relay, Buffer.from(events.join('')), [])
    const ends = out
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .map((event) => (JSON.parse(event.slice(6)) as { choices: { index: number; finish_reason: string | null }[] }).choices[0])
      .filter((choice) => choice?.finish_reason != null)
    expect(ends).toMatchObject([
      { index: 0, finish_reason: 'content_filter' },
      { index: 1, finish_reason: 'stop' },
    ])
    expect(out.endsWith(DONE)).toBe(true)
  })

  it('reads the arguments of tool calls', () => {
    const call = (args: string, head: Record<string, unknown> = {}): string =>
      chunk({ tool_calls: [{ index: 0, ...head, function: { arguments: args } }] })
    const events = [
      chunk({ role: 'assistant', content: null }),
      chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'send', arguments: '' } }] }),
      call('{"to":"jane.'),
      call('doe@exam'),
      call('ple.org"}'),
      chunk({}, 'tool_calls'),
      DONE,
    ]
    const relay = filtered(1)
    const read = clientReads(feed(relay, Buffer.from(events.join('')), []))
    expect(read.arguments).not.toContain('jane')
    expect(JSON.parse(read.arguments)).toHaveProperty('to')
    expect(read.finish).toBe('tool_calls')
  })

  it('lets no unknown field carry text past it', () => {
    const events = [chunk({ role: 'assistant', content: 'ok ', reasoning_details: [{ text: 'forbidden' }] }), chunk({}, 'stop'), DONE]
    const relay = filtered(1)
    expect(feed(relay, Buffer.from(events.join('')), [])).not.toContain('forbidden')
  })

  it('does not show what it held when the provider breaks off', () => {
    const relay = filtered(1)
    const out = feed(relay, Buffer.from(chunk({ content: 'write to jane.doe@exam' })), [])
    expect(out).not.toContain('jane')
    expect(relay.state).toBe('open')
  })
})
