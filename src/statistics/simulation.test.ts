import { describe, expect, it } from 'vitest'
import * as s from '#statistics'

/** What no other library can confirm: error rates, measured with seeds. Bounds leave three standard errors of the simulation. */
const RUNS = 400

const share = (hits: number, runs = RUNS): number => hits / runs

describe('looking again and again', () => {
  const peek = (alpha: number, stop: (random: s.Random) => boolean): number => {
    let false_ = 0
    for (let run = 0; run < RUNS; run += 1) if (stop(s.createRandom(1000 + run))) false_ += 1
    expect(alpha).toBeGreaterThan(0)
    return share(false_)
  }
  it('a fixed test raises false alarms several times too often, which is why the others exist', () => {
    const rate = peek(0.05, (random) => {
      let sum = 0
      for (let n = 1; n <= 1000; n += 1) {
        sum += random.normal()
        if (n % 20 === 0 && Math.abs(sum) / Math.sqrt(n) > 1.96) return true
      }
      return false
    })
    expect(rate).toBeGreaterThan(0.2)
  })
  it('the mixture test keeps its level at 50 looks', () => {
    const rate = peek(0.05, (random) => {
      let sum = 0
      for (let n = 1; n <= 1000; n += 1) {
        sum += random.normal() - random.normal()
        const evidence = n % 20 === 0 ? s.msprtNormal(sum / n, n, { variance: 1, tau2: 0.05 }) : null
        if (evidence !== null && !('undefined' in evidence) && evidence.pValue <= 0.05) return true
      }
      return false
    })
    expect(rate).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / RUNS))
  })
  it('the asymptotic confidence sequence keeps its level from 100 rows on', () => {
    const rate = peek(0.05, (random) => {
      let sum = 0
      for (let n = 1; n <= 2000; n += 1) {
        sum += random.normal()
        if (n < 100 || n % 20 !== 0) continue
        const interval = s.asymptoticSequence(sum / n, 1 / Math.sqrt(n), n, { tunedFor: 500 })
        if (s.isDefined(interval) && (interval.interval!.low > 0 || interval.interval!.high < 0)) return true
      }
      return false
    })
    expect(rate).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / RUNS))
  })
  it('empirical Bernstein and betting keep their level at every single value', () => {
    let outside = 0
    let rich = 0
    for (let run = 0; run < RUNS; run += 1) {
      const random = s.createRandom(5000 + run)
      const sequence = s.empiricalBernsteinSequence({ alpha: 0.05 })
      const process = s.bettingProcess({ mean: 0.3 })
      for (let n = 0; n < 500; n += 1) {
        const value = random.uniform() < 0.3 ? 1 : 0
        sequence.update(value)
        process.update(value)
      }
      const { low, high } = sequence.toJSON()
      if (low > 0.3 || high < 0.3) outside += 1
      if (process.toJSON().smallest <= 0.05) rich += 1
    }
    expect(share(outside)).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / RUNS))
    expect(share(rich)).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / RUNS))
  })
  it("gives the published five looks of O'Brien-Fleming and Pocock spending", () => {
    const looks = [0.2, 0.4, 0.6, 0.8, 1]
    const z = (spending: s.Spending): number[] => s.groupSequentialBounds(looks, { spending }).map((bound) => bound.z)
    const near = (want: number[]): unknown[] => want.map((value) => expect.closeTo(value, 3))
    expect(z('obrien-fleming')).toEqual(near([4.8769, 3.3569, 2.6803, 2.2898, 2.031]))
    expect(z('pocock')).toEqual(near([2.438, 2.4268, 2.4101, 2.3966, 2.3859]))
  })
})

describe('many tests', () => {
  it.each(['lord', 'saffron'] as const)('%s keeps the false discovery rate of a stream and still finds effects', (kind) => {
    let falseShare = 0
    let found = 0
    for (let run = 0; run < 200; run += 1) {
      const random = s.createRandom(run)
      let state = s.startOnline(kind, 0.05)
      let wrong = 0
      let rejected = 0
      for (let t = 0; t < 300; t += 1) {
        const effect = random.uniform() < 0.2 ? 3.5 : 0
        const step = s.testOnline(state, Math.min(1, 2 * s.normalSurvival(Math.abs(random.normal() + effect))))
        state = step.state
        if (!step.rejected) continue
        rejected += 1
        if (effect === 0) wrong += 1
        else found += 1
      }
      falseShare += rejected === 0 ? 0 : wrong / rejected
    }
    expect(falseShare / 200).toBeLessThan(0.05 + 0.015)
    expect(found / 200).toBeGreaterThan(10)
  })
})

describe('drift', () => {
  it('calibrated thresholds alarm on unchanged data about as often as they say, at any size', () => {
    for (const n of [200, 1000]) {
      let psi = 0
      let js = 0
      for (let run = 0; run < RUNS; run += 1) {
        const random = s.createRandom(run)
        const draw = (size: number): number[] => Array.from({ length: size }, () => random.normal())
        const reference = draw(5000)
        const edges = s.quantileEdges(reference, 10)
        const [a, b] = [s.binCounts(reference, edges), s.binCounts(draw(n), edges)]
        const above = (got: s.Result, bar: s.Result): number => (s.isDefined(got) && s.isDefined(bar) && got.value > bar.value ? 1 : 0)
        psi += above(s.psi(a, b), s.psiThreshold(10, 5000, n))
        js += above(s.jensenShannonDistance(a, b), s.jensenShannonThreshold(10, 5000, n))
      }
      expect(share(psi)).toBeLessThan(0.03)
      expect(share(js)).toBeLessThan(0.03)
    }
  })
  it('CUSUM runs some 465 values in control and sees a shift of one deviation after about ten', () => {
    const runLength = (shift: number, seed: number): number => {
      const random = s.createRandom(seed)
      const chart = s.cusum({ mean: 0, deviation: 1 })
      for (let n = 1; ; n += 1) if (chart.update(random.normal() + shift) === 'drift') return n
    }
    const average = (shift: number): number => Array.from({ length: 600 }, (_, run) => runLength(shift, run)).reduce((a, b) => a + b, 0) / 600
    expect(average(0)).toBeGreaterThan(400)
    expect(average(0)).toBeLessThan(530)
    expect(average(1)).toBeGreaterThan(9.5)
    expect(average(1)).toBeLessThan(11.3)
  })
  it('the tests of embeddings find a shift and leave equal samples alone', () => {
    const random = s.createRandom(11)
    const cloud = (shift: number): s.Matrix => ({
      columns: 4,
      values: Float64Array.from({ length: 4 * 150 }, (_, i) => random.normal() + (i % 4 === 2 ? shift : 0)),
    })
    const p = (test: s.TestResult): number => (s.isDefined(test) ? test.pValue : NaN)
    expect(p(s.maximumMeanDiscrepancy(cloud(0), cloud(0), { seed: 1, permutations: 199 }))).toBeGreaterThan(0.05)
    expect(p(s.maximumMeanDiscrepancy(cloud(0), cloud(1), { seed: 1, permutations: 199 }))).toBe(0.005)
    expect(p(s.maximumMeanDiscrepancy(cloud(0), cloud(1), { seed: 1, permutations: 199, exactUpTo: 0 }))).toBe(0.005)
    const same = s.classifierDrift(cloud(0), cloud(0), { seed: 1 })
    const moved = s.classifierDrift(cloud(0), cloud(1), { seed: 1 })
    if ('undefined' in same || 'undefined' in moved) throw new Error('undefined')
    expect(same.pValue).toBeGreaterThan(0.05)
    expect(moved).toMatchObject({ pValue: 0.005, auc: expect.closeTo(0.76, 1) })
    expect(moved.columns[0]!.column).toBe(2)
  })
})

describe('resampling', () => {
  it('intervals of a mean cover it about as often as they say, by percentile, BCa, cluster and block', () => {
    const kinds: Record<string, Partial<s.BootstrapOptions>> = {
      percentile: {},
      bca: { method: 'bca' },
      clusters: { clusters: Array.from({ length: 60 }, (_, i) => i >> 1) },
      blocks: { blockLength: 3 },
    }
    for (const options of Object.values(kinds)) {
      let covered = 0
      for (let run = 0; run < 200; run += 1) {
        const random = s.createRandom(run)
        const values = Array.from({ length: 60 }, () => random.normal())
        const result = s.bootstrapMean(values, { seed: run, replicates: 300, level: 0.9, ...options })
        if (s.isDefined(result) && result.interval!.low <= 0 && result.interval!.high >= 0) covered += 1
      }
      expect(share(covered, 200)).toBeGreaterThan(0.8)
      expect(share(covered, 200)).toBeLessThan(0.97)
    }
  })
  it('strata keep their sizes in every replicate', () => {
    const strata = [0, 0, 0, 1, 1]
    s.bootstrap(
      5,
      (rows) => {
        expect([...rows].filter((row) => strata[row] === 1)).toHaveLength(2)
        return 1
      },
      { seed: 1, replicates: 20, strata },
    )
  })
  it('sampled Shapley values lie within five of their standard errors of the exact ones', () => {
    const m = 14
    const random = s.createRandom(2)
    const weights = Array.from({ length: m }, () => random.normal())
    const pairs = Array.from({ length: 8 }, () => [random.integer(m), random.integer(m), random.normal()] as const)
    const row = weights.map(() => random.normal())
    // against a background of zeros a product of two features splits evenly between them
    const exact = weights.map(
      (w, f) => w * row[f]! + pairs.reduce((total, [a, b, c]) => total + c * row[a]! * row[b]! * (Number(a === f) + Number(b === f)) * 0.5, 0),
    )
    const predict: s.PredictRows = (x, count) =>
      Float64Array.from(
        { length: count },
        (_, i) => weights.reduce((t, w, f) => t + w * x[i * m + f]!, 0) + pairs.reduce((t, [a, b, c]) => t + c * x[i * m + a]! * x[i * m + b]!, 0),
      )
    const got = s.kernelShap(predict, row, { columns: m, values: weights.map(() => 0) }, { seed: 3, samples: 800 })
    expect(got.exact).toBe(false)
    exact.forEach((phi, f) => {
      expect(Math.abs(got.values[f]! - phi)).toBeLessThanOrEqual(5 * got.errors[f]! + 1e-9)
    })
  })
  it('distinct counts stay within four standard errors', () => {
    for (const n of [10, 1000, 100_000]) {
      const sketch = s.distinctSketch(12)
      for (let i = 0; i < n; i += 1) {
        sketch.add(`user-${i}`)
        if (i % 3 === 0) sketch.add(`user-${i}`)
      }
      const got = sketch.distinct()
      expect(Math.abs((s.isDefined(got) ? got.value : NaN) - n)).toBeLessThan(4 * (1.04 / Math.sqrt(4096)) * n + 1)
    }
  })
})
