import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from './dataset.ts'
import { canonicalLines, linesOf, parseCsv, parseJsonLines, schemaBuilder } from './rows.ts'

const inChunks = async function* (text: string, size = 3): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const csv = (text: string): Promise<Row[]> => Array.fromAsync(parseCsv(linesOf(inChunks(text))))
const jsonl = (text: string): Promise<Row[]> => Array.fromAsync(parseJsonLines(linesOf(inChunks(text))))
const given = async function* (rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}

describe('rows', () => {
  it('come out of JSON Lines as they went in, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ text: fc.string({ unit: 'grapheme' }), number: fc.double({ noNaN: true, noDefaultInfinity: true }), yes: fc.boolean() }),
          { maxLength: 5 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          const text = rows.map((row) => JSON.stringify(row)).join('\r\n')
          const read = await Array.fromAsync(parseJsonLines(linesOf(inChunks(text, size))))
          expect(read).toEqual(JSON.parse(JSON.stringify(rows)))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('come out of CSV with quotes, line ends in fields, numbers and missing values', async () => {
    expect(await csv('\ufeffid,text,age,ok\n1,"a, ""b""\nc",42,true\r\n2,007,,false\n')).toEqual([
      { id: 1, text: 'a, "b"\nc', age: 42, ok: true },
      { id: 2, text: '007', age: null, ok: false },
    ])
  })

  it('that cannot be read are refused with their line', async () => {
    await expect(jsonl('{"a":1}\n{"a":')).rejects.toMatchObject({ code: 'dataset_unreadable', facts: { line: 2 } })
    await expect(jsonl('{"a":{"nested":1}}')).rejects.toMatchObject({ facts: { line: 1, problem: expect.stringContaining('a is no text') } })
    await expect(jsonl('[1]')).rejects.toMatchObject({ code: 'dataset_unreadable' })
    await expect(csv('a,b\n1,2,3\n')).rejects.toMatchObject({ facts: { line: 2, problem: 'it has 3 fields, the header 2' } })
    await expect(csv('a\n"open\n')).rejects.toMatchObject({ facts: { problem: 'a quoted field does not end' } })
    await expect(Array.fromAsync(linesOf(given([]) as never))).resolves.toEqual([])
    await expect(
      Array.fromAsync(
        linesOf(
          (async function* () {
            yield Buffer.from([0x61, 0xff])
          })(),
        ),
      ),
    ).rejects.toMatchObject({ facts: { problem: 'it is not UTF-8' } })
  })

  it('are stored as canonical lines with an id, under a schema', async () => {
    const schema = schemaBuilder()
    const text = Buffer.concat(
      await Array.fromAsync(
        canonicalLines(
          given([
            { b: 1, a: 'x' },
            { id: 7, a: null, b: ['p', 'q'] },
          ]),
          schema,
        ),
      ),
    ).toString()
    expect(text).toBe('{"a":"x","b":1,"id":"row-1"}\n{"a":null,"b":["p","q"],"id":"7"}\n')
    expect(schema.columns()).toEqual([
      { name: 'b', types: ['number', 'strings'], missing: 0, distinct: null },
      { name: 'a', types: ['null', 'string'], missing: 1, distinct: 1 },
      { name: 'id', types: ['string'], missing: 0, distinct: 2 },
    ])
    const lines = (rows: Row[]) => Array.fromAsync(canonicalLines(given(rows), schemaBuilder()))
    await expect(lines([{ id: 'a' }, { id: 'a' }])).rejects.toMatchObject({ code: 'dataset_unreadable' })
    await expect(lines([{ id: '\ud800' }])).rejects.toMatchObject({ code: 'dataset_unreadable' })
    await expect(lines([])).rejects.toMatchObject({ code: 'dataset_empty' })
  })
})
