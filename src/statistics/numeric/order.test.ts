import { describe, expect, it } from 'vitest'
import { createRandom } from '#statistics'
import { nearest } from './neighbours.ts'
import { ascendingOrder, midRanks, tieCorrection } from './order.ts'

const random = createRandom(12)
const shapes: Record<string, () => number> = {
  normal: () => random.normal(),
  'tied, with both zeros': () => (random.integer(9) - 4) * (random.uniform() < 0.5 ? 1 : -0),
  'of every size': () => random.normal() * 10 ** (random.integer(600) - 300),
  'one value': () => 7,
}

describe('order', () => {
  it.each(Object.entries(shapes))('%s: stable and ascending, short columns and long', (_, draw) => {
    for (const n of [0, 1, 50, 2047, 2048, 5000]) {
      const values = Float64Array.from({ length: n }, draw)
      const want = Array.from(values.keys()).sort((i, j) => values[i]! - values[j]! || i - j)
      expect(Array.from(ascendingOrder(values))).toEqual(want)
      expect(Array.from(ascendingOrder(Array.from(values)))).toEqual(want)
    }
  })
  it('ranks share their mean among ties', () => {
    expect([...midRanks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4])
    expect([...midRanks([])]).toEqual([])
    expect(tieCorrection([3, 1, 3, 2, 3, 2])).toBe(24 + 6)
    expect(tieCorrection([1, 2, 3])).toBe(0)
  })
  it('the nearest rows are those of a full sort, the first of equals first', () => {
    const pool = { columns: 2, values: Float64Array.from({ length: 120 }, () => random.integer(5)) }
    const query = { columns: 2, values: [2, 3, 0, 0] }
    for (const row of [0, 1]) {
      const distance = (j: number): number =>
        (query.values[2 * row]! - pool.values[2 * j]!) ** 2 + (query.values[2 * row + 1]! - pool.values[2 * j + 1]!) ** 2
      const all = Array.from({ length: 60 }, (_, j) => j).sort((i, j) => distance(i) - distance(j) || i - j)
      for (const k of [1, 5, 59, 60, 100]) expect(nearest(query, row, pool, k)).toEqual(all.slice(0, k))
    }
  })
})
