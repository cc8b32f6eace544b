import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as s from '#statistics'
import { sorted } from '../columns.ts'
import { largestGap, largestGapUnsorted } from './kolmogorov.ts'

const draw = (n: number, seed: number, of: (random: s.Random) => number): Float64Array => {
  const random = s.createRandom(seed)
  return Float64Array.from({ length: n }, () => of(random))
}

/** By the definition, row by row. */
const bySearch = (a: Float64Array, b: Float64Array): number => {
  const share = (values: Float64Array, x: number): number => values.filter((value) => value <= x).length / values.length
  return Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))))
}

const SHAPES: Record<string, (random: s.Random) => number> = {
  normal: (random) => random.normal(),
  'rounded, with ties': (random) => Math.round(2 * random.normal()),
  'far from zero': (random) => 1e9 + random.normal(),
  skewed: (random) => Math.exp(random.normal()),
  wild: (random) => Math.exp(12 * random.normal()),
  'two lumps and a tail': (random) => (random.uniform() < 0.5 ? 1 : random.uniform() < 0.9 ? 1 + 1e-9 * random.normal() : 1e6 * random.normal()),
  'one value': () => 3,
  'the ends of double precision': (random) => (random.uniform() < 0.5 ? -1 : 1) * 1.7e308 * random.uniform(),
  denormal: (random) => 5e-324 * random.integer(4),
}

describe('the largest gap without sorting', () => {
  it.each(Object.entries(SHAPES))('%s: equals that of the sorted samples, to the last bit', (_, shape) => {
    for (const [m, n, shift] of [
      [3000, 3000, 1],
      [5000, 700, 1.02],
      [900, 200, 1],
      [40_000, 30_000, 1.001],
    ] as const) {
      const a = draw(m, m, shape)
      const b = draw(n, n + 1, shape).map((x) => x * shift)
      if (!b.every(Number.isFinite)) continue
      const before = a.slice()
      expect(largestGapUnsorted(a, b)).toBe(largestGap(sorted(a), sorted(b)))
      expect(a).toEqual(before)
    }
  })
  it('is the definition', () => {
    const a = draw(700, 1, (random) => random.normal())
    const b = draw(600, 2, (random) => random.normal() + 0.1)
    expect(largestGapUnsorted(a, b)).toBeCloseTo(bySearch(a, b), 12)
    expect(largestGap(sorted(a), sorted(b))).toBeCloseTo(bySearch(a, b), 12)
  })
  it('finds a gap that lies inside one crowded bucket', () => {
    const crowd = (from: number): number[] => Array.from({ length: 5000 }, (_, i) => from + i * 1e-12)
    const a = Float64Array.from([...crowd(1), -1e6, 1e6])
    const b = Float64Array.from([...crowd(1 + 2500e-12), -1e6, 1e6])
    const gap = largestGap(sorted(a), sorted(b))
    expect(gap).toBeGreaterThan(0.49)
    expect(largestGapUnsorted(a, b)).toBe(gap)
  })
  it('equals it on anything', () => {
    const sample = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true })), {
      minLength: 600,
      maxLength: 900,
    })
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const [a, b] = [Float64Array.from(x), Float64Array.from(y)]
        expect(largestGapUnsorted(a, b)).toBe(largestGap(sorted(a), sorted(b)))
      }),
      { numRuns: 30 },
    )
  })
})
