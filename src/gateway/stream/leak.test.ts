/**
 * No byte of what is masked or blocked ever reaches a client, wherever a model's text is cut: every cut in two and into single units, for each
 * field of the dialect that carries text, with one answer and with two, with and without a second stage, with tokens to turn back.
 * The measure is the plain answer: the same text inspected as a whole.
 */
import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type CompiledPolicy, compilePolicy, createSecondStage, createVault, inspect, type StreamTools, type Vault } from '#safeguards/hot'
import { compiledScanner, fakeEncoder, policyOfScanners, wait } from '../../../test/support/encoder.ts'
import { chunk, completion, DONE } from '../../../test/support/gateway.ts'
import { createCoverage } from '../coverage.ts'
import { inspectCompletion } from '../inspect-output.ts'
import { createOutputFilters } from '../output-filters.ts'
import { createFilteredRelay } from './filtered-relay.ts'

const RULES = compilePolicy(
  {
    schema: 'plimsoll.safeguards/1',
    input: [{ detector: 'pii', action: 'tokenise', mode: 'enforce', options: { kinds: ['email'], regions: ['US'] } }],
    output: [
      { detector: 'pii', action: 'mask', mode: 'enforce', options: { kinds: ['email', 'card', 'phone', 'ip'], regions: ['US'] } },
      { detector: 'secrets', action: 'hash', mode: 'enforce', options: {} },
      { detector: 'words', action: 'block', mode: 'enforce', options: { words: ['forbidden'], whole_word: true } },
    ],
  },
  'sha256:leak',
)
if (RULES?.output == null) throw new Error('the policy has rules')
const SYNCHRONOUS: CompiledPolicy = RULES
/** The same, and names by a second stage that takes its time. */
const WITH_NAMES = policyOfScanners(...RULES.output.scanners, compiledScanner({}))

const vaultWith = (text: string): Vault => {
  const vault = createVault(createSecretKey(Buffer.from('key')), () => '')
  void inspect(SYNCHRONOUS, 'input', text, 'user', { surrogates: vault })
  return vault
}

type Field = 'content' | 'refusal' | 'reasoning_content' | 'reasoning' | 'tool_calls' | 'function_call'
const FIELDS: readonly Field[] = ['content', 'refusal', 'reasoning_content', 'reasoning', 'tool_calls', 'function_call']

const deltaOf = (field: Field, text: string, isFirst: boolean): Record<string, unknown> => {
  if (field === 'tool_calls')
    return {
      tool_calls: [
        { index: 0, ...(isFirst ? { id: 'c1', type: 'function' } : {}), function: { ...(isFirst ? { name: 'f' } : {}), arguments: text } },
      ],
    }
  if (field === 'function_call') return { function_call: { ...(isFirst ? { name: 'f' } : {}), arguments: text } }
  return { [field]: text }
}

interface Read {
  text: string
  finish: string | null
}

/** What a client has of each choice, by field. */
const reader = (field: Field) => {
  const choices = new Map<number, Read>()
  let rest = ''
  return {
    choices,
    take: (out: string): void => {
      const events = (rest + out).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        if (event === 'data: [DONE]') continue
        const json = JSON.parse(event.slice(6)) as { choices: { index: number; delta: Record<string, unknown>; finish_reason: string | null }[] }
        for (const { index, delta, finish_reason } of json.choices) {
          const read = choices.get(index) ?? { text: '', finish: null }
          choices.set(index, read)
          expect(read.finish).toBeNull()
          read.text += textOf(field, delta)
          read.finish = finish_reason
        }
      }
    },
  }
}

const textOf = (field: Field, message: Record<string, unknown>): string => {
  if (field === 'tool_calls')
    return ((message.tool_calls as { function: { arguments?: string } }[] | undefined)?.[0]?.function.arguments ?? '') as string
  if (field === 'function_call') return (message.function_call as { arguments?: string } | undefined)?.arguments ?? ''
  return (message[field] as string | undefined) ?? ''
}

const wholeAnswer = async (
  policy: CompiledPolicy,
  field: Field,
  texts: readonly string[],
  vault: Vault | null,
  tools: StreamTools,
): Promise<Read[]> => {
  const body = JSON.parse(completion('')) as Record<string, unknown>
  body.choices = texts.map((text, index) => ({
    index,
    message: { role: 'assistant', content: null, ...deltaOf(field, text, true) },
    finish_reason: 'stop',
  }))
  const inspected = await inspectCompletion(createOutputFilters(policy, vault, tools), createCoverage(), Buffer.from(JSON.stringify(body)))
  const answer = JSON.parse(inspected?.body.toString() ?? '{}') as { choices: { message: Record<string, unknown>; finish_reason: string }[] }
  return answer.choices.map(({ message, finish_reason }) => ({ text: textOf(field, message), finish: finish_reason }))
}

const streamedAnswer = async (
  policy: CompiledPolicy,
  field: Field,
  pieces: readonly (readonly string[])[],
  vault: Vault | null,
  tools: StreamTools,
  onStep: (choices: ReadonlyMap<number, Read>) => void,
): Promise<{ readonly choices: ReadonlyMap<number, Read>; readonly state: string }> => {
  const read = reader(field)
  const relay = createFilteredRelay({
    filters: createOutputFilters(policy, vault, tools),
    coverage: createCoverage(),
    wantsUsage: false,
    expectedChoices: pieces.length,
    onLate: (out, bug) => {
      if (bug !== undefined) throw bug
      read.take(out?.toString() ?? '')
      onStep(read.choices)
    },
  })
  const push = (event: string): void => {
    read.take(relay.push(Buffer.from(event))?.toString() ?? '')
    onStep(read.choices)
  }
  const longest = Math.max(...pieces.map((own) => own.length))
  for (let at = 0; at < longest; at += 1)
    pieces.forEach((own, index) => {
      const piece = own[at]
      if (piece !== undefined) push(chunk(deltaOf(field, piece, at === 0), null, index))
    })
  for (const index of pieces.keys()) push(chunk({}, 'stop', index))
  push(DONE)
  for (let i = 0; relay.state === 'open' && i < 200; i += 1) await wait(1)
  return { choices: read.choices, state: relay.state }
}

const everyCut = function* (text: string): Generator<readonly string[]> {
  for (let cut = 0; cut <= text.length; cut += 1) yield [text.slice(0, cut), text.slice(cut)]
  yield text.split('')
  yield [...text]
}

const PROSE =
  'Write to jane@example.org or [EMAIL_1], 4111 1111 1111 1111; key AKIAIOSFODNN7EXAMPLQ. Ahmed knew it all along. Call +1 415 555 2671 😀\ud83d.'
const BLOCKED = 'Mail [EMAIL_1] and a@b.co. Then Jane told us of forbidden things, and mallory@example.org too.'
const inJson = (text: string): string => `{"q":${JSON.stringify(text).replace('@', '\\u0040')},"n":4111111111111111,"l":["a@b.co",null]}`
const textFor = (field: Field, text: string): string => (field === 'tool_calls' || field === 'function_call' ? inJson(text) : text)

describe.each(FIELDS)('%s of a stream', (field) => {
  it.each([
    ['masks', PROSE],
    ['blocks', BLOCKED],
  ])(
    'is what the plain answer is, wherever it is cut (%s)',
    async (_, prose) => {
      const text = textFor(field, prose)
      const vault = vaultWith('ask boss@example.com')
      const [whole] = await wholeAnswer(SYNCHRONOUS, field, [text], vault, { surrogates: vault })
      for (const pieces of everyCut(text)) {
        const { choices, state } = await streamedAnswer(SYNCHRONOUS, field, [pieces], vault, { surrogates: vault }, (seen) => {
          // A blocked plain answer loses its calls; of a stream's it has what stood before.
          if (whole?.text !== '') expect(whole?.text.startsWith(seen.get(0)?.text ?? '')).toBe(true)
        })
        const read = choices.get(0)
        expect(read?.finish).toBe(whole?.finish)
        expect(state).toBe(whole?.finish === 'stop' ? 'done' : 'blocked')
        if (whole?.text !== '') expect(read?.text).toBe(whole?.text)
        expect(read?.text).not.toMatch(/jane|mallory|a@b|4111|AKIA|415 555|forbidden|EMAIL_1/)
        expect(read?.text).toContain('boss@example.com')
      }
    },
    120_000,
  )

  it('is what the plain answer is behind a second stage that takes its time, for two answers at once', async () => {
    const texts = [textFor(field, PROSE), textFor(field, BLOCKED)]
    const tools = { secondStage: createSecondStage({ open: async () => fakeEncoder() }) }
    const whole = await wholeAnswer(WITH_NAMES, field, texts, null, tools)
    expect(whole.map(({ finish }) => finish)).toEqual(['stop', 'content_filter'])
    for (let cut = 0; cut <= Math.max(...texts.map((text) => text.length)); cut += 5) {
      const pieces = texts.map((text) => [text.slice(0, cut), text.slice(cut, cut + 7), text.slice(cut + 7)])
      const { choices } = await streamedAnswer(WITH_NAMES, field, pieces, null, tools, () => {})
      whole.forEach(({ text, finish }, index) => {
        expect(choices.get(index)?.finish).toBe(finish)
        if (text !== '') expect(choices.get(index)?.text).toBe(text)
        expect(choices.get(index)?.text).not.toMatch(/jane|mallory|a@b|4111|AKIA|415 555|forbidden|Ahmed|Jane/)
      })
    }
  })
})

describe('an answer with several texts at once', () => {
  it('keeps each to its own filter: neither field nor choice sees or ends another', async () => {
    const halves = ['jane@exam', 'ple.org and forb', 'idden']
    const relay = createFilteredRelay({
      filters: createOutputFilters(SYNCHRONOUS, null, {}),
      coverage: createCoverage(),
      wantsUsage: false,
      expectedChoices: 2,
      onLate: () => {},
    })
    let out = ''
    const push = (event: string): void => {
      out += relay.push(Buffer.from(event))?.toString() ?? ''
    }
    for (const half of halves) push(chunk({ content: 'ok ', reasoning: half, tool_calls: [{ index: 3, function: { arguments: '{}' } }] }, null, 0))
    for (const half of halves) push(chunk({ content: half.replace('forb', 'form').replace('idden', 'ula') }, null, 1))
    push(chunk({}, 'stop', 0))
    push(chunk({}, 'stop', 1))
    push(DONE)
    const read = reader('content')
    read.take(out)
    expect([...read.choices.values()]).toEqual([
      { text: 'ok ok ok ', finish: 'content_filter' },
      { text: '[EMAIL] and formula', finish: 'stop' },
    ])
    expect(out.endsWith(DONE)).toBe(true)
  })

  it('does not show the piece in which an async rule finds at once what ends the answer', () => {
    const policy = compilePolicy(
      {
        schema: 'plimsoll.safeguards/1',
        input: [],
        output: [{ detector: 'words', action: 'block', mode: 'async', options: { words: ['forbidden'], whole_word: true } }],
      },
      'sha256:async',
    )
    const read = reader('content')
    const relay = createFilteredRelay({
      filters: createOutputFilters(policy, null, {}),
      coverage: createCoverage(),
      wantsUsage: false,
      expectedChoices: 1,
      onLate: () => {},
    })
    for (const piece of ['This is ', 'a forb', 'idden fruit', ' and more'])
      read.take(relay.push(Buffer.from(chunk({ content: piece })))?.toString() ?? '')
    expect(read.choices.get(0)).toEqual({ text: 'This is a forb', finish: 'content_filter' })
    expect(relay.state).toBe('blocked')
    expect(relay.findings).toMatchObject([{ action: 'block', enforced: true, span: { start: 10, end: 19 } }])
  })
})
