import type { Numbers } from '../columns.ts'

/** Row numbers in ascending order of value, equal values in row order. NaN is not expected. */
export const ascendingOrder = (values: Numbers): Uint32Array => (values.length < 2048 ? byComparison(values) : byRadix(values))

const byComparison = (values: Numbers): Uint32Array =>
  Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j)

/**
 * Least significant digit first, 16 bits at a time, on the bits of the doubles turned so that they sort as whole numbers.
 * Four stable passes: some 60 ms for a million rows where a comparison sort takes 700.
 */
const byRadix = (values: Numbers): Uint32Array => {
  const n = values.length
  const halves = sortableHalves(values)
  let from = Uint32Array.from({ length: n }, (_, i) => i)
  let to = new Uint32Array(n)
  const starts = new Uint32Array(65536)
  for (let digit = 0; digit < 4; digit += 1) {
    const half = digit < 2 ? 0 : 1
    const shift = (digit & 1) * 16
    starts.fill(0)
    for (let i = 0; i < n; i += 1) starts[(halves[2 * i + half]! >>> shift) & 0xffff]! += 1
    if (isOneBucket(starts, n)) continue
    let at = 0
    for (let b = 0; b < 65536; b += 1) {
      const count = starts[b]!
      starts[b] = at
      at += count
    }
    for (let i = 0; i < n; i += 1) {
      const row = from[i]!
      const bucket = (halves[2 * row + half]! >>> shift) & 0xffff
      const place = starts[bucket]!
      to[place] = row
      starts[bucket] = place + 1
    }
    const held = from
    from = to
    to = held
  }
  return from
}

const isOneBucket = (counts: Uint32Array, n: number): boolean => counts.includes(n)

/** Low and high 32 bits of each double; negative numbers are inverted, positive ones get their sign bit set, -0 counts as 0. */
const sortableHalves = (values: Numbers): Uint32Array => {
  const doubles = new Float64Array(values.length)
  for (let i = 0; i < doubles.length; i += 1) doubles[i] = values[i]! + 0
  const halves = new Uint32Array(doubles.buffer)
  for (let i = 1; i < halves.length; i += 2) {
    if (halves[i]! >>> 31 === 1) {
      halves[i] = ~halves[i]!
      halves[i - 1] = ~halves[i - 1]!
    } else halves[i] = halves[i]! | 0x80000000
  }
  return halves
}

/** 1-based ranks, ties sharing their mean rank. */
export const midRanks = (values: Numbers): Float64Array => {
  const order = ascendingOrder(values)
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1
    for (let i = from; i < to; i += 1) ranks[order[i]!] = (from + to + 1) / 2
    from = to
  }
  return ranks
}

/** Σ (t³ - t) over groups of equal values: the tie correction of rank tests. */
export const tieCorrection = (values: Numbers): number => {
  const order = ascendingOrder(values)
  let total = 0
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1
    const t = to - from
    total += t * t * t - t
    from = to
  }
  return total
}
