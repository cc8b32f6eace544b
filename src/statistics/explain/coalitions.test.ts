import { describe, expect, it } from 'vitest'
import { createRandom } from '../numeric/random.ts'
import { coalitions } from './coalitions.ts'

const bits = (mask: number): number => mask.toString(2).replaceAll('0', '').length
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)
const kernel = (m: number, size: number): number => (m - 1) / (choose(m, size) * size * (m - size))
const total = (weights: Float64Array): number => weights.reduce((a, b) => a + b, 0)

describe('coalitions of a Shapley regression', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('of %i features, all of them: each once, by the kernel', (m) => {
    const { members, weights, sampledFrom } = coalitions(m, 2 ** m, createRandom(1))
    expect(members).toHaveLength(2 ** m - 2)
    expect(new Set(members).size).toBe(2 ** m - 2)
    expect(sampledFrom).toBe(members.length)
    const scale = Array.from(members, (mask) => kernel(m, bits(mask))).reduce((a, b) => a + b, 0)
    members.forEach((mask, i) => {
      expect(weights[i]).toBeCloseTo(kernel(m, bits(mask)) / scale, 12)
    })
  })
  it.each([9, 10, 11])('of %i features, a part: whole sizes first, then pairs of a set and its complement that share the rest', (m) => {
    const budget = 2 * m + 60
    const { members, weights, sampledFrom } = coalitions(m, budget, createRandom(3))
    expect(sampledFrom).toBe(2 * m)
    expect(members.length).toBeLessThanOrEqual(budget)
    expect(members.length).toBeGreaterThan(budget - 10)
    expect(new Set(members).size).toBe(members.length)
    expect(total(weights)).toBeCloseTo(1, 12)
    const scale = Array.from({ length: m - 1 }, (_, i) => (m - 1) / ((i + 1) * (m - i - 1))).reduce((a, b) => a + b, 0)
    for (let i = 0; i < sampledFrom; i += 1) {
      expect([1, m - 1]).toContain(bits(members[i]!))
      expect(weights[i]).toBeCloseTo((m - 1) / (m - 1) / m / scale, 12)
    }
    const sizes = new Map<number, number>()
    for (let i = sampledFrom; i < members.length; i += 2) {
      expect(members[i]! + members[i + 1]!).toBe(2 ** m - 1)
      expect(weights[i]).toBe(weights[i + 1])
      const size = Math.min(bits(members[i]!), bits(members[i + 1]!))
      expect(size).toBeGreaterThan(1)
      sizes.set(size, (sizes.get(size) ?? 0) + weights[i]! * 2)
    }
    // small sets weigh more than those of the middle
    expect(sizes.get(2)!).toBeGreaterThan(sizes.get(Math.floor(m / 2))! * 0.8)
  })
})
