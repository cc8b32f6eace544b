import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as s from '#statistics'

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => Math.round(x * 100) / 100 + 0)
const sample = fc.array(number, { minLength: 2, maxLength: 30 })
const bit = fc.integer({ min: 0, max: 1 })
const rows = fc.array(
  fc.record({ y: bit, p: bit, g: fc.integer({ min: 0, max: 3 }), w: fc.integer({ min: 1, max: 9 }), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  { minLength: 1, maxLength: 40 },
)
const counts = fc
  .integer({ min: 2, max: 8 })
  .chain((k) => fc.tuple(...[0, 1].map(() => fc.array(fc.integer({ min: 0, max: 50 }), { minLength: k, maxLength: k }))))

const value = (result: s.Result): number => (s.isDefined(result) ? result.value : NaN)
const near = (a: number, b: number): void => {
  if (Number.isNaN(a) && Number.isNaN(b)) return
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(a), Math.abs(b)))
}
const ofRows = (data: { y: number; p: number; g: number; w: number; at: number }[]) => ({
  labels: data.map(({ y }) => y),
  predictions: data.map(({ p }) => p),
  groups: data.map(({ g }) => g),
  weights: data.map(({ w }) => w),
  scores: data.map(({ at }) => at),
})

describe('bounds', () => {
  it('shares, rates and their intervals lie in 0..1 around the value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        for (const method of [s.wilson, s.clopperPearson]) {
          const result = method(Math.round(share * n), n)
          if (!s.isDefined(result) || result.interval === null) throw new Error('no interval')
          expect(result.interval.low).toBeGreaterThanOrEqual(0)
          expect(result.interval.low).toBeLessThanOrEqual(result.value + 1e-12)
          expect(result.interval.high).toBeGreaterThanOrEqual(result.value - 1e-12)
          expect(result.interval.high).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
  it('fairness gaps lie inside their interval, ratios in 0..1', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const cells = s.countByGroup({ ...ofRows(data), weights: undefined! })
        for (const metric of [s.demographicParityDifference, s.equalOpportunityDifference, s.equalizedOddsDifference, s.demographicParityRatio]) {
          const result = metric(cells)
          if (!s.isDefined(result)) continue
          expect(result.value).toBeGreaterThanOrEqual(0)
          expect(result.value).toBeLessThanOrEqual(1)
          expect(result.interval!.low).toBeLessThanOrEqual(result.value + 1e-12)
          expect(result.interval!.high).toBeGreaterThanOrEqual(result.value - 1e-12)
        }
      }),
    )
  })
  it('p-values lie in 0..1', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        for (const test of [
          s.kolmogorovSmirnov(a, b),
          s.cramerVonMises(a, b),
          s.mannWhitney(a, b),
          s.welch(a, b),
          s.kruskalWallis([a, b]),
          s.andersonDarling([a, b]),
        ]) {
          if (!s.isDefined(test)) continue
          expect(test.pValue).toBeGreaterThanOrEqual(0)
          expect(test.pValue).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})

describe('symmetry and order', () => {
  it('distances do not care which sample comes first, nor in which order its rows stand', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        for (const distance of [s.wasserstein, s.energyDistance]) {
          near(value(distance(a, b)), value(distance(b, a)))
          near(value(distance(a, b)), value(distance([...a].reverse(), b)))
          near(value(distance(a, a)), 0)
        }
        const [there, back] = [s.kolmogorovSmirnov(a, b), s.kolmogorovSmirnov(b, a)]
        if (!s.isDefined(there) || !s.isDefined(back)) throw new Error('undefined')
        near(there.statistic, back.statistic)
        near(there.pValue, back.pValue)
      }),
    )
  })
  it('symmetric divergences are symmetric and 0 for equal shares', () => {
    fc.assert(
      fc.property(counts, ([a, b]) => {
        for (const distance of [s.jensenShannonDistance, s.hellinger, s.totalVariation, s.largestShift]) {
          near(value(distance(a!, b!)), value(distance(b!, a!)))
          if (a!.some((x) => x > 0))
            near(
              value(
                distance(
                  a!,
                  a!.map((x) => 2 * x),
                ),
              ),
              0,
            )
        }
        near(value(s.psi(a!, b!)), value(s.psi(b!, a!)))
      }),
    )
  })
  it('correlations turn their sign with a column', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 30 }), (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        for (const correlation of [s.pearson, s.spearman, s.kendallTauB])
          near(
            value(correlation(x, y)),
            -value(
              correlation(
                x,
                y.map((b) => -b),
              ),
            ),
          )
      }),
    )
  })
})

describe('weights', () => {
  it('times a constant change nothing, and whole weights are repeated rows', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const { labels, predictions, scores, weights } = ofRows(data)
        const repeated = ofRows(data.flatMap((row) => Array.from({ length: row.w }, () => row)))
        const doubled = weights.map((w) => 2 * w)
        for (const metric of [s.accuracy, s.balancedAccuracy, s.matthewsCorrelation]) {
          near(value(metric(labels, predictions, { weights })), value(metric(labels, predictions, { weights: doubled })))
          near(value(metric(labels, predictions, { weights })), value(metric(repeated.labels, repeated.predictions)))
        }
        for (const metric of [s.rocAuc, s.averagePrecision]) {
          near(value(metric(labels, scores, { weights })), value(metric(labels, scores, { weights: doubled })))
          near(value(metric(labels, scores, { weights })), value(metric(repeated.labels, repeated.scores)))
        }
      }),
    )
  })
})

describe('merging', () => {
  it('parts of a sketch are the whole, in any order', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (values, parts) => {
        const whole = s.quantileSketch()
        const distinct = s.distinctSketch(8)
        const pieces = Array.from({ length: parts }, () => [s.quantileSketch(), s.distinctSketch(8)] as const)
        values.forEach((x, i) => {
          whole.add(x)
          distinct.add(x)
          pieces[i % parts]![0].add(x)
          pieces[i % parts]![1].add(x)
        })
        const merged = s.quantileSketch()
        const union = s.distinctSketch(8)
        for (const [quantiles, members] of pieces.reverse()) {
          merged.merge(quantiles.toJSON())
          union.merge(members.toJSON())
        }
        for (const p of [0, 0.3, 0.5, 0.99, 1]) expect(value(merged.quantile(p))).toBe(value(whole.quantile(p)))
        expect(value(union.distinct())).toBe(value(distinct.distinct()))
      }),
    )
  })
  it('a detector stopped, written down and opened again goes on as if nothing had been', () => {
    fc.assert(
      fc.property(fc.array(bit, { minLength: 60, maxLength: 300 }), fc.integer({ min: 1, max: 59 }), (bits, cut) => {
        const makers = [s.adwin, s.ddm, s.eddm, s.pageHinkley] as ((state?: object) => s.Detector<object>)[]
        for (const make of makers) {
          const whole = make()
          const first = make()
          const verdicts = bits.map(whole.update)
          const before = bits.slice(0, cut).map(first.update)
          const second = make(JSON.parse(JSON.stringify(first.toJSON())))
          expect([...before, ...bits.slice(cut).map(second.update)]).toEqual(verdicts)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('identities', () => {
  it('the parts of the Brier score add up', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const { labels, scores } = ofRows(data)
        const parts = s.brierDecomposition(labels, scores)
        if ('undefined' in parts) throw new Error(parts.undefined)
        near(parts.reliability - parts.resolution + parts.uncertainty, value(s.brierScore(labels, scores)))
      }),
    )
  })
  it("Chouldechova's identity holds on every table of counts", () => {
    fc.assert(
      fc.property(fc.tuple(...[1, 2, 3, 4].map(() => fc.integer({ min: 1, max: 500 }))), ([tp, fp, fn, tn]) => {
        const implied = s.impossibility([{ group: 'all', tp: tp!, fp: fp!, fn: fn!, tn: tn! }])
        if ('undefined' in implied) throw new Error(implied.undefined)
        near(implied.impliedFalsePositiveRates[0]!.value, fp! / (fp! + tn!))
      }),
    )
  })
  it('Shapley values add up to the prediction, by enumeration and by regression', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 16 }), fc.integer(), (m, seed) => {
        const random = s.createRandom(seed)
        const weights = Array.from({ length: m }, () => random.normal())
        const predict: s.PredictRows = (x, count) =>
          Float64Array.from(
            { length: count },
            (_, i) => Math.tanh(weights.reduce((total, w, f) => total + w * x[i * m + f]!, 0)) + x[i * m]! * x[i * m + 1]!,
          )
        const row = weights.map(() => random.normal())
        const { values, base, prediction } = s.kernelShap(predict, row, { columns: m, values: weights.map(() => 0) }, { seed, samples: 200 })
        near(base + values.reduce((a, b) => a + b, 0), prediction)
      }),
      { numRuns: 25 },
    )
  })
  it('adjusted p-values never fall below the raw ones, and Holm never above Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (p) => {
        const [bonferroni, holm, bh, by] = [s.bonferroni(p), s.holm(p), s.benjaminiHochberg(p), s.benjaminiYekutieli(p)]
        p.forEach((raw, i) => {
          expect(bh[i]).toBeGreaterThanOrEqual(raw * (1 - 1e-12))
          expect(holm[i]).toBeLessThanOrEqual(bonferroni[i]! * (1 + 1e-12))
          expect(bh[i]).toBeLessThanOrEqual(holm[i]! * (1 + 1e-12))
          expect(by[i]).toBeGreaterThanOrEqual(bh[i]!)
        })
      }),
    )
  })
})
