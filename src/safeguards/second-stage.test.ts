import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compiledScanner, fakeEncoder, namesScanner, policyOfScanners, wait } from '../../test/support/encoder.ts'
import { compilePolicy } from './compile.ts'
import { type Inspected, inspect, inspectText } from './inspect.ts'
import type { Rule } from './model.ts'
import { createSecondStage } from './second-stage.ts'
import { createStreamFilter, type Release, type StreamTools } from './stream.ts'

const stageOf = (encoder = fakeEncoder(), nowMs?: () => number) =>
  createSecondStage(nowMs === undefined ? { open: async () => encoder } : { open: async () => encoder, nowMs })

const names = (rule: Partial<Rule> = {}) => policyOfScanners(compiledScanner(rule))

const essence = ({ verdict, text, findings }: Inspected) => ({
  verdict,
  text,
  found: findings.map(({ kind, action, enforced, span }) => [kind, action, enforced, span.start, span.end]),
})

describe('the second stage', () => {
  test('decides what the first is uncertain about, and is not asked about the rest', async () => {
    const encoder = fakeEncoder()
    const secondStage = stageOf(encoder)
    const plain = inspect(names(), 'input', 'nothing of interest here', 'user', { secondStage })
    expect(plain).toEqual({ verdict: 'pass', text: 'nothing of interest here', findings: [], later: null })
    expect(encoder.asked).toBe(0)
    const found = await inspect(names(), 'input', 'Ask Ahmed and Jane.', 'user', { secondStage })
    expect(essence(found)).toEqual({
      verdict: 'mask',
      text: 'Ask [PERSON] and [PERSON].',
      found: [
        ['person', 'mask', true, 4, 9],
        ['person', 'mask', true, 14, 18],
      ],
    })
    expect(encoder.asked).toBe(1)
  })

  test('is the first stage alone for whoever cannot wait', () => {
    expect(inspectText(names(), 'input', 'Ask Ahmed or Jane Doe.').text).toBe('[NAME]')
    expect(inspectText(names(), 'input', 'Ask Ahmed.').verdict).toBe('pass')
  })

  test('must answer inside the stretch that it was asked about', async () => {
    const stray = { ...namesScanner, refine: async () => [{ start: 0, end: 3, kind: 'person', confidence: 1 }] }
    const policy = policyOfScanners(
      compiledScanner(
        {},
        {
          ...stray,
          scan: (text, _, complete) => ({
            matches: complete ? [{ start: 4, end: 6, kind: 'x', confidence: 0, uncertain: { alone: false } }] : [],
            settled: complete ? text.length : 0,
          }),
        },
      ),
    )
    const reports: unknown[] = []
    const secondStage = stageOf()
    secondStage.observe(({ outcome, error }) => reports.push([outcome, String(error)]))
    expect(essence(await inspect(policy, 'input', 'Some text', 'user', { secondStage })).found).toEqual([['detector-failure', 'block', true, 4, 6]])
    expect(reports).toEqual([['failed', 'TypeError: a match of kind person lies outside its candidates']])
  })
})

describe('a rule that cannot be carried out', () => {
  const text = 'We asked Ahmed.'
  const failing = async (rule: Partial<Rule>, encoder = fakeEncoder({ answers: 'error' })) =>
    essence(await inspect(names(rule), 'input', text, 'user', { secondStage: stageOf(encoder) }))

  test.each<[string, Partial<Rule>, unknown]>([
    ['blocks', {}, { verdict: 'block', text: '', found: [['detector-failure', 'block', true, 0, 15]] }],
    ['lets the text pass where it fails open', { on_failure: 'open' }, { verdict: 'flag', text, found: [['detector-failure', 'flag', true, 0, 15]] }],
    ['lets it pass where it only flags', { action: 'flag' }, { verdict: 'flag', text, found: [['detector-failure', 'flag', true, 0, 15]] }],
    [
      'blocks where it flags and fails closed',
      { action: 'flag', on_failure: 'closed' },
      { verdict: 'block', text: '', found: [['detector-failure', 'block', true, 0, 15]] },
    ],
    ['touches nothing where it only looks on', { mode: 'detect' }, { verdict: 'pass', text, found: [['detector-failure', 'block', false, 0, 15]] }],
  ])('%s, and says so', async (_, rule, expected) => {
    expect(await failing(rule)).toEqual(expected)
  })

  test('has a deadline, after which its work is called off', async () => {
    const encoder = fakeEncoder({ answers: 'never' })
    const startedMs = performance.now()
    expect(await failing({ deadline_ms: 40 }, encoder)).toMatchObject({ verdict: 'block' })
    expect(performance.now() - startedMs).toBeLessThan(400)
    expect(encoder.signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  test('has the deadline also for a transformer that does not start', async () => {
    const secondStage = createSecondStage({ open: () => new Promise(() => {}) })
    expect(essence(await inspect(names({ deadline_ms: 30 }), 'input', text, 'user', { secondStage })).verdict).toBe('block')
  })

  test('fails the same way where there is no transformer at all, or it cannot be opened', async () => {
    expect(essence(await inspect(names(), 'input', text)).found).toEqual([['detector-failure', 'block', true, 0, 15]])
    const secondStage = createSecondStage({ open: async () => Promise.reject(new Error('no weights')) })
    await expect(secondStage.ready()).rejects.toThrow('no weights')
    expect(essence(await inspect(names({ on_failure: 'open' }), 'input', text, 'user', { secondStage })).verdict).toBe('flag')
  })

  test('keeps what its first stage is sure of when it fails open', async () => {
    const policy = names({ on_failure: 'open' })
    const found = await inspect(policy, 'input', 'We asked Jane Doe.', 'user', { secondStage: stageOf(fakeEncoder({ answers: 'error' })) })
    expect(essence(found)).toMatchObject({ verdict: 'mask', text: '[NAME]' })
  })

  test('is let rest after five failures in a row, and tried again with one look after ten seconds', async () => {
    let nowMs = 0
    const encoder = fakeEncoder({ answers: 'error' })
    const secondStage = stageOf(encoder, () => nowMs)
    const outcomes: string[] = []
    secondStage.observe(({ outcome }) => outcomes.push(outcome))
    const ask = async () => await inspect(names(), 'input', text, 'user', { secondStage })
    for (let i = 0; i < 7; i += 1) await ask()
    expect(outcomes).toEqual([...Array(5).fill('failed'), 'resting', 'resting'])
    expect(encoder.asked).toBe(5)
    nowMs = 10_001
    encoder.delayMs = 20
    await Promise.all([ask(), ask(), ask()])
    expect(outcomes.slice(7).sort()).toEqual(['failed', 'resting', 'resting'])
    nowMs = 20_002
    encoder.answers = 'names'
    expect(essence(await ask()).text).toBe('We asked [PERSON].')
    await ask()
    expect(outcomes.slice(10)).toEqual(['done', 'done'])
  })

  test('does not count against the detector when the caller went away', async () => {
    const secondStage = stageOf(fakeEncoder({ answers: 'never' }))
    const outcomes: string[] = []
    secondStage.observe(({ outcome }) => outcomes.push(outcome))
    for (let i = 0; i < 6; i += 1) {
      const leaving = new AbortController()
      const asked = inspect(names(), 'input', text, 'user', { secondStage, signal: leaving.signal })
      leaving.abort()
      await asked
    }
    expect(outcomes).toEqual(Array(6).fill('abandoned'))
  })

  test('is a finding, too, when its first stage throws', () => {
    const errors: unknown[] = []
    const broken = {
      ...namesScanner,
      scan: () => {
        throw new Error('boom')
      },
    }
    const policy = policyOfScanners(compiledScanner({}, broken), compiledScanner({ action: 'flag', on_failure: 'open' }, broken))
    const found = inspect(policy, 'input', text, 'user', { onError: (detector, error) => errors.push([detector, String(error)]) }) as Inspected
    expect(essence(found).found).toEqual([
      ['detector-failure', 'block', true, 0, 15],
      ['detector-failure', 'flag', true, 0, 15],
    ])
    expect(errors).toEqual([
      ['pii', 'Error: boom'],
      ['pii', 'Error: boom'],
    ])
  })
})

describe('overload', () => {
  test('leaves the transformer out before it refuses a request, and says so', async () => {
    const encoder = fakeEncoder({ queued: 8 })
    const secondStage = stageOf(encoder)
    expect(essence(await inspect(names(), 'input', 'We asked Ahmed.', 'user', { secondStage }))).toEqual({
      verdict: 'flag',
      text: 'We asked Ahmed.',
      found: [['second-stage-shed', 'flag', true, 0, 15]],
    })
    expect(essence(await inspect(names(), 'input', 'We asked Jane Doe.', 'user', { secondStage })).text).toBe('[NAME]')
    expect(encoder.asked).toBe(0)
  })

  test('is a failure for a rule that says so', async () => {
    const found = await inspect(names({ on_overload: 'fail' }), 'input', 'We asked Ahmed.', 'user', {
      secondStage: stageOf(fakeEncoder({ queued: 9 })),
    })
    expect(essence(found)).toMatchObject({ verdict: 'block', found: [['detector-failure', 'block', true, 0, 15]] })
  })

  test('of one text: the second stage looks at 256 stretches of it, the first decides the others, visibly', async () => {
    const encoder = fakeEncoder()
    const text = 'Our Ahmed is a person whom everybody knows well. '.repeat(400)
    const found = await inspect(names(), 'input', text, 'user', { secondStage: stageOf(encoder) })
    expect(encoder.asked).toBe(256)
    expect(found.findings.filter(({ kind }) => kind === 'person')).toHaveLength(256)
    expect(found.findings.filter(({ kind }) => kind === 'second-stage-shed')).toHaveLength(1)
  })
})

/** Everything that a stream lets go, as the gateway waits for it. */
const streamed = async (policy: ReturnType<typeof names>, chunks: readonly string[], tools: StreamTools) => {
  const filter = createStreamFilter(policy, 'output', tools)
  const releases: Release[] = []
  const take = async (release: Release): Promise<void> => {
    releases.push(release)
    if (release.rest !== undefined) await take(await release.rest)
  }
  for (const chunk of chunks) await take(filter.push(chunk))
  await take(filter.end())
  return {
    text: releases.map(({ emit }) => emit).join(''),
    findings: releases.flatMap(({ findings }) => findings),
    blocked: releases.some(({ blocked }) => blocked),
  }
}

const whole = async (policy: ReturnType<typeof names>, text: string, tools: StreamTools) => {
  const { verdict, text: released, findings } = await inspect(policy, 'output', text, 'user', tools)
  const block = findings.findIndex(({ action, enforced }) => enforced && action === 'block')
  return { text: released, findings: block < 0 ? findings : findings.slice(0, block + 1), blocked: verdict === 'block' }
}

const mixed = (rule: Partial<Rule>) => {
  const pii = compilePolicy(
    {
      schema: 'plimsoll.safeguards/1',
      input: [],
      output: [
        { detector: 'pii', action: 'mask', mode: 'enforce', options: { kinds: ['email', 'card'], regions: ['US'] } },
        { detector: 'words', action: 'flag', mode: 'enforce', options: { words: ['harbour'], whole_word: true } },
      ],
    },
    'sha256:fake',
  )
  return policyOfScanners(compiledScanner(rule), ...(pii?.output?.scanners ?? []))
}

describe('a stream behind the second stage', () => {
  const TEXT =
    'Then Ahmed wrote to jane@example.org. Nobody knew. The harbour was closed, said Jane to Zoë\u{1f600} and left 4111 1111 1111 1111 there. It is so.'

  test.each<[string, Partial<Rule>]>([
    ['masks', {}],
    ['blocks', { action: 'block' }],
  ])('releases the same however it is cut in two, and the same as the whole (%s)', async (_, rule) => {
    const policy = mixed(rule)
    const tools = { secondStage: stageOf() }
    const expected = await whole(policy, TEXT, tools)
    for (let cut = 0; cut <= TEXT.length; cut += 1) expect(await streamed(policy, [TEXT.slice(0, cut), TEXT.slice(cut)], tools)).toEqual(expected)
    expect(await streamed(policy, [...TEXT], tools)).toEqual(expected)
    expect(expected.findings.length).toBeGreaterThan(0)
  })

  test('releases the same for any text, cut anywhere, however long the second stage takes', async () => {
    const piece = fc.constantFrom(
      'Jane',
      ' ',
      'Ahmed',
      'Jane Doe',
      '. ',
      'and then some words ',
      'a@b.co',
      '4111 1111 1111 1111',
      'x',
      '\n',
      '\ud83d',
      '\ude00',
      'Zoë',
      'harbour',
      '\u200b',
      'ﬁ',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(piece, { maxLength: 8 }), { maxLength: 8 }),
        fc.constantFrom<Partial<Rule>>({}, { action: 'block' }, { action: 'flag' }),
        async (groups, rule) => {
          const policy = mixed(rule)
          const tools = { secondStage: stageOf() }
          const chunks = groups.map((group) => group.join(''))
          const [cut, all] = [await streamed(policy, chunks, tools), await whole(policy, chunks.join(''), tools)]
          if (!isDeepStrictEqual(cut, all)) expect(cut).toEqual(all)
        },
      ),
      { numRuns: 400 },
    )
  })

  test('lets go what stands before the uncertain passage while the second stage looks', async () => {
    const encoder = fakeEncoder({ delayMs: 20 })
    const filter = createStreamFilter(mixed({}), 'output', { secondStage: stageOf(encoder) })
    const release = filter.push('the first sentence has nothing in it at all. Then came Ahmed to the harbour with all of his men. And')
    expect(release.emit).toBe('the first sentence has nothing in it at all. ')
    expect(() => filter.push('more')).toThrow('before the second stage had answered')
    expect(await release.rest).toMatchObject({ emit: 'Then came [PERSON] to the harbour with all of his men. ' })
  })

  test('ends where a detector fails closed, goes on without it where it fails open', async () => {
    const tools = { secondStage: stageOf(fakeEncoder({ answers: 'error' })) }
    const text = 'the first sentence has nothing in it at all. Then came Ahmed to the harbour with all of his men.'
    expect(await streamed(mixed({}), [text], tools)).toMatchObject({ text: 'the first sentence has nothing in it at all. ', blocked: true })
    expect(await streamed(mixed({ on_failure: 'open' }), [text], tools)).toMatchObject({ text, blocked: false })
    const broken = {
      ...namesScanner,
      scan: () => {
        throw new Error('boom')
      },
    }
    expect(await streamed(policyOfScanners(compiledScanner({}, broken)), ['a', 'b'], tools)).toMatchObject({ text: '', blocked: true })
    const open = await streamed(policyOfScanners(compiledScanner({ on_failure: 'open' }, broken)), ['a', 'b'], tools)
    expect(open).toMatchObject({ text: 'ab', findings: [{ kind: 'detector-failure', action: 'flag' }] })
  })
})

describe('an async rule', () => {
  const text = 'Then came Ahmed to the harbour with all of his men. And he was never seen again by any of us there.'

  test('holds nothing of a stream, and tells what it finds when it finds it', async () => {
    const secondStage = stageOf(fakeEncoder({ delayMs: 10 }))
    const heard: unknown[] = []
    const work: Promise<unknown>[] = []
    const filter = createStreamFilter(policyOfScanners(compiledScanner({ mode: 'async' })), 'output', {
      secondStage,
      onBeside: ({ findings, blocked }) => heard.push(...findings.map(({ kind, enforced, span }) => [kind, enforced, span.start]), blocked),
      onWork: (promise) => work.push(promise),
    })
    let out = ''
    for (const unit of text) {
      const { emit, rest } = filter.push(unit)
      expect(rest).toBeUndefined()
      out += emit
    }
    expect(out + filter.end().emit).toBe(text)
    for (let i = 0; i < work.length; i += 1) await work[i]
    expect(heard).toEqual([['person', false, 10], false])
  })

  test('that blocks says that the answer is to end', async () => {
    const heard: boolean[] = []
    const filter = createStreamFilter(policyOfScanners(compiledScanner({ mode: 'async', action: 'block' })), 'output', {
      secondStage: stageOf(),
      onBeside: ({ blocked }) => heard.push(blocked),
    })
    expect(filter.push(text).emit).toBe(text)
    await wait(5)
    expect(heard).toContain(true)
  })

  test('does not make a whole text wait', async () => {
    const {
      verdict,
      text: released,
      later,
    } = inspect(policyOfScanners(compiledScanner({ mode: 'async', action: 'flag' })), 'input', text, 'user', {
      secondStage: stageOf(fakeEncoder({ delayMs: 5 })),
    }) as Inspected
    expect([verdict, released]).toEqual(['pass', text])
    expect(await later).toMatchObject([{ kind: 'person', action: 'flag', enforced: true, span: { start: 10, end: 15 } }])
  })
})
