import { describe, expect, it } from 'vitest'
import * as s from '#statistics'

const value = (result: s.Result): number => {
  if (!s.isDefined(result)) throw new Error(result.undefined)
  return result.value
}
const interval = (result: s.Result): s.Interval => {
  if (!s.isDefined(result) || result.interval === null) throw new Error('no interval')
  return result.interval
}

describe('proportions', () => {
  it('keep a width at 0 and at 100 percent', () => {
    expect(interval(s.wilson(10, 10)).low).toBeCloseTo(0.72247, 5)
    expect(interval(s.wilson(0, 10)).high).toBeCloseTo(0.27753, 5)
    expect(interval(s.wilson(3, 100)).low).toBeCloseTo(0.01025, 5)
    expect(interval(s.clopperPearson(3, 100)).high).toBeCloseTo(0.0851765, 6)
  })
  it('are undefined without observations and refuse impossible counts by name', () => {
    expect(s.wilson(0, 0)).toEqual({ undefined: 'no observations' })
    expect(() => s.wilson(3, 2)).toThrow(/^successes/)
    expect(() => s.wilson(1, 2, 1)).toThrow(/^level/)
  })
})

describe('group metrics', () => {
  const groups = [...'bbabbcccaacabccbcc']
  const labels = [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
  const predictions = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]
  const cells = s.countByGroup({ labels, predictions, groups })
  it('give the published numbers of the Fairlearn guide', () => {
    expect(value(s.demographicParityDifference(cells))).toBeCloseTo(0.25, 12)
    expect(value(s.demographicParityRatio(cells))).toBeCloseTo(2 / 3, 12)
    expect(value(s.equalizedOddsDifference(cells))).toBe(1)
    expect(value(s.equalizedOddsRatio(cells))).toBe(0)
  })
  it('say why when one group is left', () => {
    expect(s.demographicParityDifference(cells.slice(0, 1))).toEqual({ undefined: expect.stringContaining('fewer than two groups') })
  })
})

describe('bootstrap', () => {
  it('answers the same for the same seed and covers the mean of right and wrong like the row by row way', () => {
    const hits = Array.from({ length: 500 }, (_, i) => (i % 4 === 0 ? 0 : 1))
    const fast = interval(s.bootstrapMean(hits, { seed: 7, replicates: 4000 }))
    const rows = interval(s.bootstrap(500, (drawn) => drawn.reduce((t, r) => t + hits[r]!, 0) / 500, { seed: 7, replicates: 4000 }))
    expect(s.bootstrapMean(hits, { seed: 7, replicates: 4000 })).toEqual(s.bootstrapMean(hits, { seed: 7, replicates: 4000 }))
    expect(fast.low).toBeCloseTo(rows.low, 2)
    expect(fast.high).toBeCloseTo(rows.high, 2)
  })
  it('stops when the caller aborts', () => {
    const stop = AbortSignal.abort(new Error('enough'))
    expect(() => s.bootstrap(10, () => 1, { seed: 1, signal: stop })).toThrow('enough')
  })
})

describe('drift', () => {
  const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  const y = [2, 4, 4, 5, 7, 8, 9, 11, 12, 15]
  it('gives the golden Kolmogorov-Smirnov values', () => {
    expect(s.kolmogorovSmirnov(x, y)).toMatchObject({ statistic: expect.closeTo(0.3, 12), pValue: expect.closeTo(0.7869297884777761, 12) })
  })
  it('gives the golden stability index', () => {
    expect(value(s.psi([5, 3, 2], [4, 4, 2], { zeros: 'floor' }))).toBeCloseTo(0.05108256237659909, 14)
  })
})

describe('quantile sketch', () => {
  it('merged from halves answers like the whole, through JSON, negative values included', () => {
    const random = s.createRandom(3)
    const whole = s.quantileSketch()
    const halves = [s.quantileSketch(), s.quantileSketch()]
    const all: number[] = []
    for (let i = 0; i < 5000; i += 1) {
      const x = random.normal() * 10 ** (random.integer(6) - 2)
      all.push(x)
      whole.add(x)
      halves[i % 2]!.add(x)
    }
    const merged = s.quantileSketchFrom(JSON.parse(JSON.stringify(halves[0])))
    merged.merge(JSON.parse(JSON.stringify(halves[1])))
    all.sort((a, b) => a - b)
    for (const p of [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1]) {
      expect(value(merged.quantile(p))).toBe(value(whole.quantile(p)))
      const exact = all[Math.floor(p * 4999)]!
      expect(Math.abs(value(merged.quantile(p)) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0100001)
    }
    expect(merged.count).toBe(5000)
  })
})
