import { describe, expect, it } from 'vitest'
import * as s from '#statistics'

const random = s.createRandom(6)
const values = Float64Array.from({ length: 200 }, () => random.normal())
const labels = Array.from({ length: 200 }, (_, i) => i % 2)
const matrix = (rows: number): s.Matrix => ({ columns: 2, values: Float64Array.from({ length: 2 * rows }, () => random.normal()) })
const ratings: s.Ratings = [0, 1, 2].map((rater) => labels.map((label, i) => (i % 7 === rater ? 1 - label : label)))
const predict: s.PredictRows = (rows, count) => Float64Array.from({ length: count }, (_, i) => rows[2 * i]! - rows[2 * i + 1]!)
const wide = Array.from({ length: 14 }, (_, i) => i)

/** Every computation that may take long, small here. */
const long: Record<string, (running: s.Running) => unknown> = {
  bootstrap: (running) => s.bootstrap(50, (rows) => rows[0]!, { seed: 1, replicates: 100, ...running }),
  'bootstrap, leaving out': (running) => s.bootstrap(50, (rows) => rows[0]!, { seed: 1, replicates: 1, method: 'bca', ...running }),
  'bootstrapMean of two values': (running) => s.bootstrapMean(labels, { seed: 1, replicates: 600, ...running }),
  permutationTest: (running) => s.permutationTest(values, labels, (a, b) => a[0]! - b[0]!, { seed: 1, permutations: 100, ...running }),
  pairedPermutationTest: (running) => s.pairedPermutationTest(values, labels, { seed: 1, permutations: 100, ...running }),
  maximumMeanDiscrepancy: (running) => s.maximumMeanDiscrepancy(matrix(20), matrix(20), { seed: 1, permutations: 5, ...running }),
  classifierDrift: (running) => s.classifierDrift(matrix(20), matrix(20), { seed: 1, permutations: 5, ...running }),
  driftReport: (running) =>
    s.driftReport(
      [1, 2, 3].map((c): s.DriftColumn => ({ name: `c${c}`, kind: 'numeric', reference: values, current: labels })),
      running,
    ),
  consistency: (running) => s.consistency(matrix(200), labels, 3, running),
  flipTest: (running) => s.flipTest(matrix(200), labels, [...labels].reverse(), running),
  dawidSkene: (running) => s.dawidSkene(ratings, { rounds: 5, ...running }),
  krippendorffAlpha: (running) => s.krippendorffAlpha(ratings, running),
  gwetAc: (running) => s.gwetAc(ratings, running),
  fleissKappa: (running) =>
    s.fleissKappa(
      labels.map((label) => [1 + label, 2 - label]),
      0.95,
      running,
    ),
  kernelShap: (running) =>
    s.kernelShap(
      (rows, count) => Float64Array.from({ length: count }, (_, i) => rows[14 * i]!),
      wide,
      { columns: 14, values: wide },
      { seed: 1, ...running },
    ),
  permutationImportance: (running) => s.permutationImportance(predict, matrix(30), (p) => p[0]!, { seed: 1, repeats: 2, ...running }),
  partialDependence: (running) => s.partialDependence(predict, matrix(30), 0, [1, 2, 3], running),
}

describe('a long computation', () => {
  it.each(Object.entries(long))('%s stops with the reason of the caller', (_, run) => {
    expect(() => run({ signal: AbortSignal.abort(new Error('enough')) })).toThrow('enough')
  })
  it.each(Object.entries(long))('%s stops in the middle', (_, run) => {
    const stop = new AbortController()
    let calls = 0
    const running: s.Running = {
      signal: stop.signal,
      progress: () => {
        calls += 1
        stop.abort(new Error('seen enough'))
      },
    }
    try {
      run(running)
    } catch (error) {
      expect(error).toHaveProperty('message', 'seen enough')
    }
    expect(calls).toBe(1)
  })
  it.each(Object.entries(long))('%s says how far it is', (_, run) => {
    const steps: [number, number][] = []
    run({ progress: (done, total) => steps.push([done, total]) })
    expect(steps.length).toBeGreaterThan(0)
    for (const [done, total] of steps) {
      expect(done).toBeGreaterThanOrEqual(0)
      expect(done).toBeLessThan(total)
    }
  })
})
