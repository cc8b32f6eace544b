import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy, createStreamFilter, inspectText } from './hot.ts'
import { SafeguardPolicy } from './model.ts'
import { PII_KINDS } from './pii/kinds.ts'
import { NAME_KINDS } from './pii/names.ts'

const policyOf = (...output: unknown[]) => compilePolicy(SafeguardPolicy.parse({ output }), 'sha256:policy')!

const MASK_ALL = policyOf(
  { detector: 'pii', action: 'mask' },
  { detector: 'words', action: 'mask', options: { words: ['project x', 'x-ray', 'new york', 'york times'] } },
  { detector: 'regex', action: 'flag', options: { patterns: [{ name: 'ticket', pattern: 'TCK-[0-9]+' }] } },
)
/** Names take the second stage, and what waits for it is tested beside it. */
const EVERY_KIND = policyOf({
  detector: 'pii',
  action: 'mask',
  options: { kinds: PII_KINDS.filter((kind) => !NAME_KINDS.some((name) => name === kind)) },
})
const BLOCKING = policyOf(
  { detector: 'pii', action: 'mask', options: { kinds: ['email', 'card'] } },
  { detector: 'words', action: 'block', options: { words: ['forbidden', 'for bid'] } },
  { detector: 'regex', action: 'block', mode: 'detect', options: { patterns: [{ name: 'ticket', pattern: 'TCK-[0-9]+' }] } },
)

const streamed = (compiled: typeof MASK_ALL, chunks: readonly string[]) => {
  const filter = createStreamFilter(compiled, 'output')
  const releases = [...chunks.map(filter.push), filter.end()]
  return {
    text: releases.map(({ emit }) => emit).join(''),
    findings: releases.flatMap(({ findings }) => findings),
    blocked: releases.some(({ blocked }) => blocked),
  }
}

const inspected = (compiled: typeof MASK_ALL, text: string) => {
  const { verdict, text: released, findings } = inspectText(compiled, 'output', text)
  const block = findings.findIndex(({ action, enforced }) => enforced && action === 'block')
  return { text: released, findings: block < 0 ? findings : findings.slice(0, block + 1), blocked: verdict === 'block' }
}

/** Every way to cut a text into at most so many pieces, and into single code points and units. */
const everySplit = function* (text: string, pieces: 2 | 3) {
  for (let first = 0; first <= text.length; first++)
    for (let second = first; second <= (pieces === 2 ? first : text.length); second++)
      yield [text.slice(0, first), text.slice(first, second), text.slice(second)]
  yield [...text]
  yield text.split('')
}

const TEXTS = [
  'Mail jane.doe@example.com, or call +44 20 7946 0958 now.',
  'born 14 March 1979, password: hunter2, 47-year-old, passport 488839667, NI AB 12 34 56 C, S1234567D',
  'Card 4111 1111 1111 1111 12/27, IBAN GB82 WEST 1234 5698 7654 32 is mine',
  'a 192.168.10.1 b 2001:db8::ff00:42:8329 c SSN 536-90-4399.',
  'new york times and new yorker, project x-ray TCK-12345',
  'ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ and ﬁ@ﬁ.com, j\u200bane@ex\u00adample.com\ud83d\ude00 end\ud83d',
  'this is for bidden, forbidden and a@b.co after it',
  'mail a@b.co forbiddenly then forbidden TCK-1 c@d.io',
  '4111111111111111@x.io 4111.1111.1111.1111',
]

describe('a stream', () => {
  test.each([
    ['masking', MASK_ALL, 3],
    ['blocking', BLOCKING, 3],
    ['every kind of personal data', EVERY_KIND, 2],
  ] as const)(
    'releases the same however it is cut (%s)',
    (_, compiled, pieces) => {
      for (const text of TEXTS) {
        const whole = inspected(compiled, text)
        const different = [...everySplit(text, pieces)].filter((chunks) => !isDeepStrictEqual(streamed(compiled, chunks), whole))
        expect(different).toEqual([])
      }
      // 2 s of CPU each; other processes may take the rest.
    },
    120_000,
  )

  test('releases the same for any text made of hostile pieces, cut anywhere', () => {
    const piece = fc.constantFrom(
      'a',
      '@',
      '.',
      'co',
      '4',
      '1',
      '411111',
      ' ',
      '-',
      ':',
      '+44',
      '20 7946 0958',
      'GB82 WEST 1234 5698 7654 32',
      '4111 1111 1111 1111',
      '536-90-4399',
      'forbidden',
      'for ',
      'new york',
      ' times',
      'project x',
      '-ray',
      'TCK-',
      'password: ',
      'www.',
      'SSN ',
      '943 476 5919',
      'NHS ',
      '131052-308T',
      '0x',
      'x12',
      '\u200b',
      'ﬁ',
      '\ud83d',
      '\ude00',
      'е',
      '１',
      '\n',
      '(',
      '::',
      '10.0.',
      '0.1',
    )
    fc.assert(
      fc.property(
        fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 8 }),
        fc.constantFrom(MASK_ALL, BLOCKING, EVERY_KIND),
        (groups, compiled) => {
          const chunks = groups.map((group) => group.join(''))
          expect(streamed(compiled, chunks)).toEqual(inspected(compiled, chunks.join('')))
        },
      ),
      { numRuns: 3000, examples: [[[['-', '.', 'co']], EVERY_KIND]] },
    )
  }, 120_000)

  test('releases no unit of a masked or blocked span', () => {
    for (const compiled of [MASK_ALL, BLOCKING])
      for (const text of TEXTS)
        for (const cut of [1, 2, 3, 7]) {
          const filter = createStreamFilter(compiled, 'output')
          let out = ''
          for (let at = 0; at < text.length; at += cut) {
            out += filter.push(text.slice(at, at + cut)).emit
            expect(inspected(compiled, text).text.startsWith(out)).toBe(true)
          }
        }
  })

  test('holds back no more than the last word of ordinary prose', () => {
    const text = 'The committee met on Tuesday and agreed that the harbour should be dredged before winter sets in, weather permitting. '
    const filter = createStreamFilter(MASK_ALL, 'output')
    let out = ''
    for (const [at, unit] of [...text].entries()) {
      out += filter.push(unit).emit
      const pendingWord = /\S*$/.exec(text.slice(0, at + 1))![0]
      expect(at + 1 - out.length).toBeLessThanOrEqual(pendingWord.length + 2)
    }
  })

  test('passes everything at once where the policy says nothing about the direction', () => {
    const filter = createStreamFilter(MASK_ALL, 'input')
    expect(filter.push('a@b.co')).toEqual({ emit: 'a@b.co', findings: [], blocked: false })
  })

  test('says nothing more after a block', () => {
    const filter = createStreamFilter(BLOCKING, 'output')
    expect(filter.push('so forbidden, so')).toMatchObject({ emit: 'so ', blocked: true })
    expect(filter.push(' more')).toEqual({ emit: '', findings: [], blocked: true })
    expect(filter.end()).toEqual({ emit: '', findings: [], blocked: true })
  })
})
