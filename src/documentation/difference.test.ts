import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differencesOf } from './difference.ts'

describe('the differences of two documents', () => {
  it('are their leaves, with null where one has none', () => {
    expect(differencesOf({ a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 3, 4] }, d: 'x' })).toEqual([
      { path: 'b.c.1', before: 2, after: 3 },
      { path: 'b.c.2', before: null, after: 4 },
      { path: 'd', before: null, after: 'x' },
    ])
  })

  it('show a value whole where the shape changed', () => {
    expect(differencesOf({ a: [1] }, { a: { 0: 1 } })).toEqual([{ path: 'a', before: [1], after: { 0: 1 } }])
    expect(differencesOf(null, { a: 1 }, 'safeguards')).toEqual([{ path: 'safeguards', before: null, after: { a: 1 } }])
  })

  it('are none for equal documents, and some for different ones', () => {
    const document = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)
    fc.assert(
      fc.property(document, document, (one, other) => {
        expect(differencesOf(one, structuredClone(one))).toEqual([])
        expect(differencesOf(one, other).length > 0).toBe(!isDeepStrictEqual(one, other))
      }),
    )
  })
})
