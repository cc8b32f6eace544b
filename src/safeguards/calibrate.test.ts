import fc from 'fast-check'
import { expect, test } from 'vitest'
import { thresholdsFor } from './calibrate.ts'

const KINDS = ['a', 'b']
const scoresOf = (rows: readonly (readonly number[])[]) => rows.map((row) => new Map(row.map((score, at) => [KINDS[at]!, score])))

test('thresholds never flag more of the texts than the budget allows', () => {
  const score = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1))
  const row = fc.tuple(score, score)
  fc.assert(
    fc.property(fc.array(row, { minLength: 9, maxLength: 200 }), fc.double({ min: 0.1, max: 0.2, noNaN: true }), (rows, budget) => {
      const { flagged, thresholds } = thresholdsFor(scoresOf(rows), KINDS, budget)
      expect(flagged.filter(Boolean).length).toBeLessThanOrEqual(Math.floor(budget * (rows.length + 1)) - 1)
      expect(flagged).toEqual(rows.map((own) => own.some((value, at) => value >= thresholds[KINDS[at]!]!)))
    }),
  )
})

test('new texts of the same traffic are flagged as often as the budget says, with one kind and with two', () => {
  let state = 12345
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  for (const kinds of [['a'], KINDS]) {
    const draw = () => new Map(kinds.map((kind) => [kind, random() ** 3]))
    let flagged = 0
    const rounds = 300
    for (let round = 0; round < rounds; round++) {
      const { thresholds } = thresholdsFor(Array.from({ length: 199 }, draw), kinds, 0.05)
      for (let i = 0; i < 50; i++) {
        const text = draw()
        if (kinds.some((kind) => text.get(kind)! >= thresholds[kind]!)) flagged += 1
      }
    }
    // 15,000 texts, in clusters of one calibration: three standard errors are some 0.005.
    expect(flagged / (rounds * 50)).toBeGreaterThan(0.038)
    expect(flagged / (rounds * 50)).toBeLessThan(0.056)
  }
})

test('a budget that the texts are too few for is refused, with how many it takes', () => {
  expect(() => thresholdsFor(scoresOf(Array.from({ length: 198 }, () => [0.1, 0.1])), KINDS, 0.005)).toThrow(
    /at least 199 benign texts; there are 198/,
  )
  expect(thresholdsFor(scoresOf(Array.from({ length: 199 }, () => [0.1, 0.1])), KINDS, 0.005).flagged).not.toContain(true)
})
