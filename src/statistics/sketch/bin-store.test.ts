import { describe, expect, it } from 'vitest'
import { binStore } from './bin-store.ts'

describe('a store of bins', () => {
  it('answers the bin of every rank from either end, wherever bins were added', () => {
    const store = binStore({ low: 0, counts: [] })
    for (const [bin, weight] of [
      [5, 2],
      [-3, 1],
      [9, 3],
      [5, 1],
    ] as const)
      store.add(bin, weight)
    expect(store.total()).toBe(7)
    expect([0, 1, 3, 4, 6].map((rank) => store.binAtRank(rank, 'lowest'))).toEqual([-3, 5, 5, 9, 9])
    expect([0, 2, 3, 5, 6].map((rank) => store.binAtRank(rank, 'highest'))).toEqual([9, 9, 5, 5, -3])
    expect([store.binAtRank(99, 'lowest'), store.binAtRank(99, 'highest')]).toEqual([9, -3])
    expect(store.toJSON()).toEqual({ low: -3, counts: [1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 3] })
  })
  it('folds the lowest bins together beyond 2,048, and loses no weight', () => {
    const store = binStore({ low: 0, counts: [] })
    store.add(0, 1)
    store.add(2047, 1)
    expect(store.toJSON().counts).toHaveLength(2048)
    store.add(2100, 1)
    store.add(-50, 4)
    expect(store.total()).toBe(7)
    expect(store.toJSON()).toMatchObject({ low: 53 })
    expect(store.toJSON().counts).toHaveLength(2048)
    expect(store.toJSON().counts[0]).toBe(5)
    expect(store.binAtRank(0, 'highest')).toBe(2100)
  })
  it('merges into the union, in any order, folded the same way', () => {
    const low = { low: -2000, counts: [1, 2, 3] }
    const high = { low: 100, counts: [4, 5] }
    const [one, other] = [binStore(low), binStore(high)]
    one.merge(high)
    other.merge(low)
    expect(one.toJSON()).toEqual(other.toJSON())
    expect(one.total()).toBe(15)
    one.merge({ low: 7, counts: [] })
    expect(one.total()).toBe(15)
  })
  it('writes nothing of empty ends, and opens what it wrote', () => {
    expect(binStore({ low: 4, counts: [0, 0] }).toJSON()).toEqual({ low: 0, counts: [] })
    expect(binStore({ low: 4, counts: [0, 1, 0, 2, 0] }).toJSON()).toEqual({ low: 5, counts: [1, 0, 2] })
    for (const state of [
      { low: 0.5, counts: [1] },
      { low: 0, counts: [-1] },
      { low: 0, counts: [Infinity] },
      { low: 0, counts: Array.from({ length: 2049 }, () => 1) },
    ])
      expect(() => binStore(state)).toThrow(/^state/)
    expect(() => binStore({ low: 0, counts: Array.from({ length: 2048 }, () => 1) })).not.toThrow()
  })
})
