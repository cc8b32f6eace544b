import { InvalidArgument } from '../result.ts'

export type BinState = { low: number; counts: number[] }

export type BinStore = {
  add: (bin: number, weight: number) => void
  merge: (other: BinState) => void
  total: () => number
  /** The bin that holds the value of this 0-based rank, counted from the lowest bin or from the highest. */
  binAtRank: (rank: number, from: 'lowest' | 'highest') => number
  toJSON: () => BinState
}

const LIMIT = 2048

/** Counts by whole-numbered bin in one growing array. Past `LIMIT` bins the lowest are added to the lowest that is kept: upper quantiles stay exact. */
export const binStore = (state: BinState): BinStore => {
  check(state)
  let low = state.low
  let counts = Float64Array.from(state.counts)
  let total = counts.reduce((a, b) => a + b, 0)

  const cover = (first: number, last: number): void => {
    const high = Math.max(counts.length === 0 ? last : low + counts.length - 1, last)
    const wanted = Math.max(counts.length === 0 ? first : Math.min(low, first), high - LIMIT + 1)
    if (counts.length > 0 && wanted === low && high === low + counts.length - 1) return
    const next = new Float64Array(high - wanted + 1)
    for (let i = 0; i < counts.length; i += 1) next[Math.max(0, low + i - wanted)]! += counts[i]!
    counts = next
    low = wanted
  }

  const add = (bin: number, weight: number): void => {
    const at = bin - low
    if (at >= 0 && at < counts.length) counts[at]! += weight
    else {
      cover(bin, bin)
      counts[Math.max(0, bin - low)]! += weight
    }
    total += weight
  }

  const merge = (other: BinState): void => {
    check(other)
    if (other.counts.length === 0) return
    cover(other.low, other.low + other.counts.length - 1)
    other.counts.forEach((count, i) => {
      counts[Math.max(0, other.low + i - low)]! += count
      total += count
    })
  }

  const binAtRank = (rank: number, from: 'lowest' | 'highest'): number => {
    const last = counts.length - 1
    let seen = 0
    for (let step = 0; step <= last; step += 1) {
      const i = from === 'lowest' ? step : last - step
      seen += counts[i]!
      if (seen > rank) return low + i
    }
    return from === 'lowest' ? low + last : low
  }

  return { add, merge, total: () => total, binAtRank, toJSON: () => trimmed(low, counts) }
}

const trimmed = (low: number, counts: Float64Array): BinState => {
  let from = 0
  let to = counts.length
  while (from < to && counts[from] === 0) from += 1
  while (to > from && counts[to - 1] === 0) to -= 1
  return from === to ? { low: 0, counts: [] } : { low: low + from, counts: [...counts.subarray(from, to)] }
}

const check = ({ low, counts }: BinState): void => {
  const valid = Number.isInteger(low) && counts.length <= LIMIT && counts.every((count) => count >= 0 && count < Infinity)
  if (!valid) throw new InvalidArgument('state', 'holds bins that no sketch wrote')
}
