import { describe, expect, it } from 'vitest'
import * as s from '#statistics'

const normals = (n: number, shift = 0): Float64Array => {
  const random = s.createRandom(7)
  return Float64Array.from({ length: n }, () => random.normal() + shift)
}

describe('a thread of its own', () => {
  it('answers what the function answers, from shared columns', async () => {
    const [reference, current] = [s.shared(normals(20_000)), s.shared(normals(20_000, 0.3))]
    const columns: s.DriftColumn[] = [{ name: 'x', kind: 'numeric', reference, current }]
    expect(await s.runInWorker('driftReport', [columns])).toEqual(s.driftReport(columns))
  })
  it('leaves this thread free', async () => {
    const values = s.shared(normals(50_000))
    let ticks = 0
    const timer = setInterval(() => {
      ticks += 1
    }, 5)
    await s.runInWorker('bootstrapMean', [values, { seed: 1, replicates: 200 }])
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(3)
  })
  it('stops within a second of losing interest, and says why', async () => {
    const stop = new AbortController()
    const started = performance.now()
    const running = s.runInWorker('bootstrapMean', [s.shared(normals(200_000)), { seed: 1, replicates: 1_000_000 }], {
      signal: stop.signal,
      progress: () => stop.abort(new Error('the review was withdrawn')),
    })
    await expect(running).rejects.toThrow('the review was withdrawn')
    expect(performance.now() - started).toBeLessThan(20_000)
  })
  it('is not even started when the signal is already given', async () => {
    await expect(s.runInWorker('kolmogorovSmirnov', [[1], [2]], { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
  })
  it('names a bad argument as the function would', async () => {
    await expect(s.runInWorker('kolmogorovSmirnov', [[1, NaN], [2]])).rejects.toMatchObject({
      name: 'InvalidArgument',
      argument: 'reference',
      message: 'reference has a missing or infinite value in row 1',
    })
  })
})
