import { describe, expect, test } from 'vitest'
import { around, piecesOf, worstPieces } from './pieces.ts'

describe('pieces for the transformer', () => {
  test('cover the text without a gap, and none is longer than what is read at once', () => {
    const text = `${'One sentence after the other. '.repeat(60)}${'x'.repeat(2000)}`
    const pieces = piecesOf(text)
    expect(pieces.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
    expect(Math.max(...pieces.map(({ start, end }) => end - start))).toBeLessThanOrEqual(480)
  })

  test('are the first, the last and the worst when there are too many', () => {
    const pieces = Array.from({ length: 10 }, (_, at) => ({ start: at, end: at + 1 }))
    expect(worstPieces(pieces, 4, ({ start }) => (start === 6 ? 2 : start === 3 ? 1 : 0)).map(({ start }) => start)).toEqual([0, 3, 6, 9])
    expect(worstPieces(pieces, 20, () => 0)).toEqual(pieces)
  })

  test('of a document come with what stands around them', () => {
    expect(around('x'.repeat(1000), { start: 500, end: 560 }, 360)).toEqual({ start: 350, end: 710 })
    expect(around('x'.repeat(100), { start: 10, end: 20 }, 360)).toEqual({ start: 0, end: 100 })
    expect(around('x'.repeat(1000), { start: 100, end: 900 }, 360)).toEqual({ start: 100, end: 900 })
  })
})
