import { finite, type Numbers, sameLength } from '../columns.ts'
import { ascendingOrder, midRanks } from '../numeric/order.ts'
import { mean } from '../numeric/sum.ts'
import { estimate, type Interval, notDefined, type Result } from '../result.ts'
import { criticalZ } from '../uncertainty/proportion.ts'

/**
 * Linear correlation, with Fisher's interval.
 * @formula Σ(x-x̄)(y-ȳ) / √(Σ(x-x̄)² Σ(y-ȳ)²); interval tanh(atanh r ± z/√(n-3))
 * @range -1..1
 * @source Pearson 1896; Fisher 1921
 * @equals scipy.stats.pearsonr
 */
export const pearson = (x: Numbers, y: Numbers, level = 0.95): Result => {
  if (checkPair(x, y) < 2) return notDefined('fewer than two rows')
  return correlation(x, y, level, 1, 'fisher-z')
}

/**
 * Correlation of the ranks, ties sharing their mean rank; the interval takes Bonett and Wright's variance.
 * @formula Pearson on mid-ranks; interval tanh(atanh ρ ± z √((1+ρ²/2)/(n-3)))
 * @range -1..1
 * @source Spearman 1904; Bonett, Wright 2000
 * @equals scipy.stats.spearmanr
 */
export const spearman = (x: Numbers, y: Numbers, level = 0.95): Result => {
  if (checkPair(x, y) < 2) return notDefined('fewer than two rows')
  return correlation(midRanks(x), midRanks(y), level, 0, 'bonett-wright')
}

/**
 * Concordant minus discordant pairs, corrected for ties on both sides; n log n steps.
 * @formula (C - D) / √((N - T_x)(N - T_y)), N = n(n-1)/2
 * @range -1..1
 * @source Kendall 1945; Knight 1966 for the algorithm
 * @equals scipy.stats.kendalltau(variant='b')
 */
export const kendallTauB = (x: Numbers, y: Numbers): Result => {
  const n = checkPair(x, y)
  if (n < 2) return notDefined('fewer than two rows')
  const byY = ascendingOrder(y)
  const sortedX = Float64Array.from(byY, (i) => x[i]!)
  const byXThenY = Uint32Array.from(ascendingOrder(sortedX), (i) => byY[i]!)
  const orderedY = Float64Array.from(byXThenY, (i) => y[i]!)
  const pairs = (n * (n - 1)) / 2
  const tiedX = tiedPairs(byXThenY, (i, j) => x[i] === x[j])
  const tiedY = tiedPairs(byY, (i, j) => y[i] === y[j])
  const tiedBoth = tiedPairs(byXThenY, (i, j) => x[i] === x[j] && y[i] === y[j])
  const discordant = countInversions(orderedY)
  const spread = Math.sqrt(pairs - tiedX) * Math.sqrt(pairs - tiedY)
  if (spread === 0) return notDefined('one column does not vary')
  return estimate((pairs - tiedX - tiedY + tiedBoth - 2 * discordant) / spread, n)
}

const correlation = (x: Numbers, y: Numbers, level: number, kind: 0 | 1, method: string): Result => {
  const n = x.length
  const meanX = mean(x)
  const meanY = mean(y)
  let xx = 0
  let yy = 0
  let xy = 0
  for (let i = 0; i < n; i += 1) {
    const dx = x[i]! - meanX
    const dy = y[i]! - meanY
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  if (xx === 0 || yy === 0) return notDefined('one column does not vary')
  const r = Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))))
  if (!Number.isFinite(r)) return notDefined('the values are too large to multiply')
  return estimate(r, n, fisherInterval(r, n, level, kind === 1 ? 1 : 1 + (r * r) / 2, method))
}

const fisherInterval = (r: number, n: number, level: number, factor: number, method: string): Interval | null => {
  const z = criticalZ(level)
  if (n < 4) return null
  const half = z * Math.sqrt(factor / (n - 3))
  return { low: r === 1 ? 1 : Math.tanh(Math.atanh(r) - half), high: r === -1 ? -1 : Math.tanh(Math.atanh(r) + half), level, method }
}

const tiedPairs = (order: Uint32Array, same: (i: number, j: number) => boolean): number => {
  let total = 0
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && same(order[from]!, order[to]!)) to += 1
    total += ((to - from) * (to - from - 1)) / 2
    from = to
  }
  return total
}

/** Pairs out of order, counted while merging runs. */
const countInversions = (values: Float64Array): number => {
  let from = values.slice()
  let to = new Float64Array(values.length)
  let total = 0
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length)
      const end = Math.min(start + 2 * width, values.length)
      let i = start
      let j = middle
      for (let k = start; k < end; k += 1) {
        if (i < middle && (j >= end || from[i]! <= from[j]!)) to[k] = from[i++]!
        else {
          total += middle - i
          to[k] = from[j++]!
        }
      }
    }
    const held = from
    from = to
    to = held
  }
  return total
}

const checkPair = (x: Numbers, y: Numbers): number => {
  sameLength('y', y, x.length)
  finite('x', x)
  finite('y', y)
  return x.length
}
