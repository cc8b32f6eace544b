import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import createWabt from 'wabt'
import { readMembers } from './members.ts'
import { SCAN_WASM } from './scan-bytes.ts'

const of = (text: string) => readMembers(Buffer.from(text))
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What the fast answer stands for, asked of the parsed value. */
const hasGoodMessages = ({ messages }: Record<string, unknown>): boolean =>
  Array.isArray(messages) && messages.length > 0 && messages.every((message) => isObject(message) && typeof message.role === 'string')

/** Pieces that JSON is made of, right and wrong, so that random texts come near to valid ones. */
const PIECES = [
  ...'{}[]:,"\\ \n\t\r',
  ...['"a"', '"messages"', '"role"', '"rol\\u0065"', '"messag\\u0065s"', '""', '"\\n"', '"\\ud800"', '"\\u12"', '"\\x"', '"é😀"', '\u0001', '\u0000'],
  ...['0', '-', '-0', '01', '1.', '.5', '1.5e+3', '1e', '1E9', '-1.0', '+1', 'NaN', 'true', 'false', 'null', 'nul', 'True', '\ufeff', '/**/', "'a'"],
  ...[
    '[]',
    '{}',
    '{"role":"user"}',
    '{"role":1}',
    '{"role":"a","role":2}',
    '"messages":[{"role":"user","content":"x"}]',
    '"a":1',
    '"x'.padEnd(40, 'y'),
  ],
]
const nearJson = fc.array(fc.constantFrom(...PIECES), { maxLength: 16 }).map((pieces) => pieces.join(''))

describe('the members of a body', () => {
  it('are told of what JSON.parse takes, and of nothing else', () => {
    const texts = fc.oneof(
      nearJson,
      nearJson.map((text) => `{${text}}`),
      nearJson.map((text) => `{"messages":[${text}]}`),
      fc.json(),
      fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...PIECES)).map(([text, at, piece]) => {
        const cut = at % (text.length + 1)
        return `{"a":${text.slice(0, cut)}${piece}${text.slice(cut)}}`
      }),
    )
    let valid = 0
    fc.assert(
      fc.property(texts, (text) => {
        const value = parsed(text)
        const read = of(text)
        if (!read.ok && read.param !== null) return
        expect([text, read.ok]).toEqual([text, value !== undefined])
        if (read.ok) valid += 1
      }),
      { numRuns: 10_000 },
    )
    expect(valid).toBeGreaterThan(500)
  })

  it('lie where their values are, and the closing brace is the last one', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.constantFrom('', '  ', '\n\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        const body = Buffer.from(` ${text}\n`)
        const read = readMembers(body)
        if (!read.ok) throw new Error(read.message)
        const keys = Object.keys(value)
        expect([...read.members.keys()]).toEqual(keys)
        for (const [key, { start, end }] of read.members)
          expect(JSON.parse(body.toString('utf8', start, end))).toEqual(JSON.parse(JSON.stringify(value[key])))
        expect(read.close).toBe(body.lastIndexOf('}'))
      }),
      { numRuns: 500 },
    )
  })

  it('say that the messages are plain only where the parsed value agrees', () => {
    let plain = 0
    const good: [string, string] = ['"role"', '"user"']
    const odd = fc.tuple(fc.constantFrom('"role"', '"content"', '"rol\\u0065"'), fc.constantFrom('"user"', '1', '{"role":1}', '[{}]'))
    const field = fc.oneof({ weight: 2, arbitrary: fc.constant(good) }, odd)
    const message = fc.array(field, { maxLength: 3 }).map((fields) => `{${fields.map(([name, value]) => `${name}:${value}`).join(',')}}`)
    const messages = fc.array(fc.oneof({ weight: 30, arbitrary: message }, fc.constantFrom('7', '[]', '"a"', 'null')), { maxLength: 3 })
    fc.assert(
      fc.property(messages, fc.constantFrom('', '"a":{"messages":1},', '"messages":[],', '"messag\\u0065s":1,'), (list, before) => {
        const text = `{${before}"messages":[${list.join(', ')}]}`
        const read = of(text)
        if (!read.ok || !read.hasPlainMessages) return
        plain += 1
        expect([text, hasGoodMessages(parsed(text) ?? {})]).toEqual([text, true])
      }),
      { numRuns: 5_000 },
    )
    expect(plain).toBeGreaterThan(100)
  })

  it.each([
    ['{"messages":[{"role":"user","content":"hi"}]}', true],
    ['{"messages":[{"content":[{"role":1}],"role":"user"},{"role":"tool","role_":2}]}', true],
    ['{"messages":[]}', false],
    ['{"messages":[{"content":"hi"}]}', false],
    ['{"messages":[{"role":"user"},7]}', false],
    ['{"messages":[{"role":"user"},[]]}', false],
    ['{"messages":{"role":"user"}}', false],
    ['{"a":[{"role":"user"}]}', false],
    ['{"messages":[{"x":{"role":"user"}}]}', false],
    // Read by the parser instead.
    ['{"messages":[{"role":"user","role":"user"}]}', false],
    ['{"messages":[{"r\\u006fle":1,"role":"user"}]}', false],
    ['{"messages":[{"role":"user"}],"m\\u0065ssages":[]}', false],
  ])('of %s: plain messages %s', (text, expected) => {
    const read = of(text)
    expect(read.ok ? read.hasPlainMessages : false).toBe(expected)
  })

  it('are refused by name when a key is given twice, however it is written', () => {
    expect(of('{"model":"a","mod\\u0065l":"b"}')).toMatchObject({ ok: false, param: 'model' })
    expect(of('{"é":1,"\\u00e9":2}')).toMatchObject({ ok: false, param: 'é' })
  })

  it('are refused beyond the bounds of depth, containers and members, and taken at them', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect([of(nested(128)).ok, of(nested(129))]).toMatchObject([true, { ok: false, message: expect.stringContaining('128') }])
    const wide = (count: number) => `{"a":[${Array.from({ length: count }, () => '[]').join(',')}]}`
    expect([of(wide(199_999)).ok, of(wide(200_001)).ok]).toEqual([true, false])
    const many = (count: number) => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i])))
    expect([of(many(1_000)).ok, of(many(1_001))]).toMatchObject([true, { ok: false, message: expect.stringContaining('1000') }])
  })

  it('of a body of any size, and of a small one after a large one', () => {
    const text = JSON.stringify({ model: 'a', messages: [{ role: 'user', content: 'é"\\'.repeat(1_000_000) }] })
    expect([of(text), of('{"a":1}'), of('{"a":1'), of('')]).toMatchObject([
      { ok: true, hasPlainMessages: true },
      { ok: true },
      { ok: false },
      { ok: false },
    ])
    for (let length = 0; length < 70; length += 1) expect(of(`{"${'k'.repeat(length)}":"${'v'.repeat(length)}"}`).ok).toBe(true)
  })
})

describe('the scanner', () => {
  it('is what its source says', async () => {
    const wabt = await createWabt()
    const source = wabt.parseWat('scan.wat', readFileSync(join(import.meta.dirname, 'scan.wat'), 'utf8'), { simd: true })
    expect(Buffer.from(source.toBinary({}).buffer).toString('base64')).toBe(SCAN_WASM)
  })
})
