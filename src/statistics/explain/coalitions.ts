import type { Random } from '../numeric/random.ts'

/** Bits of a mask are features: 31 fit a whole number without a sign. */
export const MOST_FEATURES = 31

/** Coalitions with their weights; from `sampledFrom` on they were drawn at random, in pairs of a set and its complement. */
export type Coalitions = { members: Uint32Array; weights: Float64Array; sampledFrom: number }

/**
 * The sizes that weigh most (1 and M-1, then 2 and M-2, …) are enumerated as far as the budget goes; the rest of the budget is drawn from the other sizes by
 * their weight. Drawn coalitions that repeat are joined, so that no model call is made twice.
 */
export const coalitions = (m: number, budget: number, random: Random): Coalitions => {
  const members: number[] = []
  const weights: number[] = []
  const half = Math.floor((m - 1) / 2)
  // weight of a size and its complement together: (M-1)/(s(M-s)), twice unless s is the middle
  const mass = Array.from({ length: Math.ceil((m - 1) / 2) }, (_, i) => ((i + 1 <= half ? 2 : 1) * (m - 1)) / ((i + 1) * (m - i - 1)))
  const total = mass.reduce((a, b) => a + b, 0)
  let left = budget
  let size = 1
  for (; size <= mass.length; size += 1) {
    const count = choose(m, size) * (size <= half ? 2 : 1)
    if (count > left) break
    for (const mask of subsets(m, size)) {
      for (const member of size <= half ? [mask, complement(mask, m)] : [mask]) {
        members.push(member)
        weights.push(mass[size - 1]! / total / count)
      }
    }
    left -= count
  }
  const sampledFrom = members.length
  const remaining = mass.slice(size - 1)
  if (remaining.length > 0) {
    const drawn = drawPairs(m, size, remaining, Math.floor(left / 2), random)
    const share = remaining.reduce((a, b) => a + b, 0) / total
    let draws = 0
    for (const count of drawn.values()) draws += count
    for (const [mask, count] of drawn) {
      members.push(mask, complement(mask, m))
      weights.push((share * count) / (2 * draws), (share * count) / (2 * draws))
    }
  }
  return { members: Uint32Array.from(members), weights: Float64Array.from(weights), sampledFrom }
}

/** Distinct pairs, until there are enough or drawing finds hardly any new one. */
const drawPairs = (m: number, from: number, mass: number[], pairs: number, random: Random): Map<number, number> => {
  const total = mass.reduce((a, b) => a + b, 0)
  const drawn = new Map<number, number>()
  const order = Uint8Array.from({ length: m }, (_, i) => i)
  for (let tries = 0; drawn.size < pairs && tries < 8 * pairs; tries += 1) {
    let u = random.uniform() * total
    let size = from
    while (size - from < mass.length - 1 && u >= mass[size - from]!) u -= mass[size++ - from]!
    let mask = 0
    for (let i = 0; i < size; i += 1) {
      const j = i + random.integer(m - i)
      const held = order[i]!
      order[i] = order[j]!
      order[j] = held
      mask |= 1 << order[i]!
    }
    // a pair has one name: the member without the last feature
    const name = (mask >>> (m - 1)) & 1 ? complement(mask >>> 0, m) : mask >>> 0
    drawn.set(name, (drawn.get(name) ?? 0) + 1)
  }
  return drawn
}

const complement = (mask: number, m: number): number => (2 ** m - 1 - mask) >>> 0

const choose = (n: number, k: number): number => {
  let result = 1
  for (let i = 1; i <= k; i += 1) result = (result * (n - k + i)) / i
  return Math.round(result)
}

/** All masks of `size` bits, in ascending order: the next one by Gosper's trick. */
function* subsets(m: number, size: number): Generator<number> {
  for (let mask = 2 ** size - 1; mask < 2 ** m; ) {
    yield mask
    const lowest = mask & -mask
    const ripple = mask + lowest
    mask = ripple + ((((mask ^ ripple) >>> 2) / lowest) | 0)
  }
}
