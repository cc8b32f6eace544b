import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicy, createStreamFilter, PASSES, type StreamFilter } from '#safeguards/hot'
import { createArgumentsFilter } from './arguments.ts'

const policy = compilePolicy(
  {
    schema: 'plimsoll.safeguards/1',
    input: [],
    output: [
      { detector: 'pii', action: 'mask', mode: 'enforce', options: { kinds: ['email', 'card'], regions: ['US'] } },
      { detector: 'words', action: 'block', mode: 'enforce', options: { words: ['forbidden'], whole_word: true } },
    ],
  },
  'sha256:arguments',
)
if (policy === null) throw new Error('the policy has rules')

const filtered = (chunks: readonly string[], make: () => StreamFilter = () => createStreamFilter(policy, 'output')) => {
  const filter = createArgumentsFilter(make)
  let out = ''
  for (const chunk of chunks) {
    const { emit, blocked } = filter.push(chunk)
    out += emit
    if (blocked) return { out, blocked }
  }
  const { emit, blocked } = filter.end()
  return { out: out + emit, blocked }
}

const everySplit = function* (text: string) {
  for (let cut = 0; cut <= text.length; cut += 1) yield [text.slice(0, cut), text.slice(cut)]
  yield [...text]
  yield text.split('')
}

const CASES: readonly (readonly [what: string, given: string, out: string])[] = [
  ['an address', '{"to":"jane@example.org","n":1}', '{"to":"[EMAIL]","n":1}'],
  ['an address behind a line break', String.raw`{"text":"Hi\njane@example.org\tand on"}`, String.raw`{"text":"Hi\n[EMAIL]\tand on"}`],
  ['an address in escapes', String.raw`{"to":"\u006aane\u0040example.org"}`, '{"to":"[EMAIL]"}'],
  ['an address behind a backslash', String.raw`{"path":"C:\\jane@example.org"}`, String.raw`{"path":"C:\\[EMAIL]"}`],
  ['an address in quotes', String.raw`{"q":"say \"jane@example.org\" twice"}`, String.raw`{"q":"say \"[EMAIL]\" twice"}`],
  ['a key', '{"jane@example.org":true}', '{"[EMAIL]":true}'],
  ['a number that is a card', '{"card":4111111111111111,"cvv":12}', '{"card":"[CARD]","cvv":12}'],
  ['lists and depth', '[["a@b.co",[{"x":"4111 1111 1111 1111"}]],null, false ,-1.5e3]', '[["[EMAIL]",[{"x":"[CARD]"}]],null, false ,-1.5e3]'],
  ['other characters', String.raw`{"a":"Zo\u00eb \ud83d\ude00 \u0000 \/ 🙂"}`, String.raw`{"a":"Zoë 😀 \u0000 / 🙂"}`],
  ['what is no escape', String.raw`{"a":"\x41 \u00zz"}`, String.raw`{"a":"\\x41 \\u00zz"}`],
  ['arguments that end too soon', String.raw`{"to":"jane@example.org","b":"x\u00`, String.raw`{"to":"[EMAIL]","b":"x\\u00`],
  ['text that is no JSON', 'write to jane@example.org, then stop', 'write to [EMAIL], then stop'],
  ['nothing', '', ''],
  ['white space', ' \n', ' \n'],
]

describe('the arguments of a tool call', () => {
  it.each(CASES)('with %s come out the same wherever they are cut', (_, given, out) => {
    for (const chunks of everySplit(given)) expect(filtered(chunks)).toEqual({ out, blocked: false })
  })

  it('stop before what is blocked', () => {
    for (const chunks of everySplit('{"a":"fine","b":"this is forbidden here","c":1}'))
      expect(filtered(chunks)).toEqual({ out: '{"a":"fine","b":"this is ', blocked: true })
    expect(filtered([String.raw`{"b":"for\u0062idden"}`]).blocked).toBe(true)
  })

  it('keep their meaning where nothing is found, whatever they are and however they are cut', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\\', '"', '\n', '\ud83d', '\ude00', '/', '\u2028'))
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.array(piece, { maxLength: 4 }).map((parts) => parts.join('')),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(true, false, null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
      ),
    })).value
    fc.assert(
      fc.property(json, fc.boolean(), fc.array(fc.nat(400), { maxLength: 6 }), (value, isPretty, cuts) => {
        const text = JSON.stringify({ value }, null, isPretty ? 2 : undefined)
        const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
        const chunks = [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length))
        const { out } = filtered(chunks, () => PASSES)
        expect(JSON.parse(out)).toEqual(JSON.parse(text))
        expect(out).toBe(filtered([text], () => PASSES).out)
      }),
      { numRuns: 1_000 },
    )
  })
})
