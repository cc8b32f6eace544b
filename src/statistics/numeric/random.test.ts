import { describe, expect, it } from 'vitest'
import { createRandom } from '#statistics'

describe('a seeded generator', () => {
  it('fills an array with what as many calls would have drawn, and goes on from there', () => {
    for (const bound of [1, 2, 10, 1000, 99_991, 2_000_003, 5_000_000, 4_294_967_295]) {
      const [one, other] = [createRandom(5), createRandom(5)]
      const rows = new Uint32Array(4000)
      one.fill(rows, bound)
      expect(rows).toEqual(Uint32Array.from({ length: 4000 }, () => other.integer(bound)))
      expect(one.bits()).toBe(other.bits())
    }
  })
  it('draws whole numbers without bias: no face of a die of 7 is four deviations off', () => {
    const random = createRandom(1)
    const faces = new Float64Array(7)
    for (let i = 0; i < 70_000; i += 1) faces[random.integer(7)]! += 1
    for (const count of faces) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt((70_000 * 6) / 49))
  })
  it('draws binomials with the mean and variance of their law, small, large and beyond a half', () => {
    for (const [n, p] of [
      [8, 0.2],
      [40, 0.9],
      [1000, 0.3],
      [100_000, 0.0001],
      [100_000, 0.5],
    ] as const) {
      const random = createRandom(3)
      const draws = Float64Array.from({ length: 20_000 }, () => random.binomial(n, p))
      const mean = draws.reduce((a, b) => a + b, 0) / draws.length
      const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length
      const spread = n * p * (1 - p)
      expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt(spread / draws.length))
      expect(variance / spread).toBeGreaterThan(0.95)
      expect(variance / spread).toBeLessThan(1.05)
      expect(draws.every((k) => Number.isInteger(k) && k >= 0 && k <= n)).toBe(true)
    }
  })
  it('answers the ends of a binomial without drawing', () => {
    const random = createRandom(3)
    expect([random.binomial(0, 0.5), random.binomial(5, 0), random.binomial(5, 1)]).toEqual([0, 0, 5])
  })
  it('refuses a seed that is no whole number', () => {
    expect(() => createRandom(1.5)).toThrow(/^seed/)
    expect(() => createRandom(NaN)).toThrow(/^seed/)
  })
})
