import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimate } from '#statistics'
import { decide, overall } from './verdict.ts'

const between = (low: number, high: number, n = 100) => estimate((low + high) / 2, n, { low, high, level: 0.95, method: 'test' })
const verdictOf = (low: number, high: number, bound: object, { n = 100, errorShare = 0 } = {}) =>
  decide({ result: between(low, high, n), decisiveN: n }, { minimum_n: 30, ...bound }, errorShare).verdict

describe('a threshold', () => {
  it('is met by the whole interval, missed by the whole interval, and otherwise open', () => {
    expect(verdictOf(0.8, 0.9, { at_least: 0.8 })).toBe('pass')
    expect(verdictOf(0.7, 0.79, { at_least: 0.8 })).toBe('fail')
    // The point lies above the bound: that alone shows nothing.
    expect(verdictOf(0.79, 0.95, { at_least: 0.8 })).toBe('inconclusive')
    expect(verdictOf(0.1, 0.2, { at_most: 0.2 })).toBe('pass')
    expect(verdictOf(0.21, 0.4, { at_most: 0.2 })).toBe('fail')
    expect(verdictOf(0.1, 0.3, { at_most: 0.2 })).toBe('inconclusive')
  })

  it('is decided by nothing that is too small, undefined, without interval, or left after failures', () => {
    expect(verdictOf(0.9, 1, { at_least: 0.5 }, { n: 29 })).toBe('inconclusive')
    expect(verdictOf(0.9, 1, { at_least: 0.5 }, { errorShare: 0.021 })).toBe('inconclusive')
    expect(verdictOf(0.9, 1, { at_least: 0.5 }, { errorShare: 0.02 })).toBe('pass')
    const bound = { at_least: 0.5, minimum_n: 1 }
    expect(decide({ result: { undefined: 'no rows' }, decisiveN: 0 }, bound, 0)).toEqual({
      verdict: 'inconclusive',
      explanation: 'No value: no rows.',
    })
    expect(decide({ result: estimate(1, 100), decisiveN: 100 }, bound, 0).verdict).toBe('inconclusive')
  })

  it('never passes and fails for opposite bounds at once', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b, bound) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)]
          const verdicts = [verdictOf(low, high, { at_least: bound }), verdictOf(low, high, { at_most: bound })]
          expect(verdicts.filter((verdict) => verdict === 'fail').length).toBeLessThanOrEqual(1)
          if (verdicts[0] === 'fail') expect(verdicts[1]).toBe('pass')
        },
      ),
    )
  })
})

describe('a report', () => {
  it('fails with one failure, and has shown nothing when nothing was asked', () => {
    expect(overall({ pass: 9, fail: 1, inconclusive: 3, none: 0 })).toBe('fail')
    expect(overall({ pass: 9, fail: 0, inconclusive: 1, none: 0 })).toBe('inconclusive')
    expect(overall({ pass: 9, fail: 0, inconclusive: 0, none: 5 })).toBe('pass')
    expect(overall({ pass: 0, fail: 0, inconclusive: 0, none: 5 })).toBe('inconclusive')
  })
})
