import { checkCount } from '../columns.ts'
import { estimate, type Interval, notDefined, type Result } from '../result.ts'
import { criticalZ, wilsonInterval } from './proportion.ts'

/** Successes out of n. */
export type Share = { successes: number; n: number }

/**
 * Difference of two independent proportions with the hybrid score interval.
 * @formula d ± √((p₁-l₁)² + (u₂-p₂)²), l and u the Wilson limits
 * @range -1..1
 * @source Newcombe 1998, method 10
 * @equals statsmodels.stats.proportion.confint_proportions_2indep(method='newcomb', compare='diff')
 */
export const newcombe = (first: Share, second: Share, level = 0.95): Result => {
  if (!checkShares(first, second)) return notDefined('a group is empty')
  return estimate(first.successes / first.n - second.successes / second.n, first.n + second.n, newcombeInterval(first, second, level))
}

/**
 * Difference of two independent proportions, one success and one failure added to each.
 * @formula p̃₁-p̃₂ ± z √(Σ p̃(1-p̃)/(n+2)), p̃ = (k+1)/(n+2)
 * @range -1..1
 * @source Agresti, Caffo 2000
 * @equals statsmodels.stats.proportion.confint_proportions_2indep(method='agresti-caffo', compare='diff')
 */
export const agrestiCaffo = (first: Share, second: Share, level = 0.95): Result => {
  if (!checkShares(first, second)) return notDefined('a group is empty')
  const z = criticalZ(level)
  const p1 = (first.successes + 1) / (first.n + 2)
  const p2 = (second.successes + 1) / (second.n + 2)
  const half = z * Math.sqrt((p1 * (1 - p1)) / (first.n + 2) + (p2 * (1 - p2)) / (second.n + 2))
  const interval = { low: Math.max(-1, p1 - p2 - half), high: Math.min(1, p1 - p2 + half), level, method: 'agresti-caffo' }
  return estimate(first.successes / first.n - second.successes / second.n, first.n + second.n, interval)
}

/**
 * Ratio of two independent proportions with the log interval; half a success is added where a count is 0 or all.
 * @formula exp(ln(p₁/p₂) ± z √(1/k₁ - 1/n₁ + 1/k₂ - 1/n₂))
 * @range 0..∞
 * @source Katz et al. 1978; Walter 1975 for the halves
 * @equals statsmodels.stats.proportion.confint_proportions_2indep(method='log', compare='ratio')
 */
export const riskRatio = (first: Share, second: Share, level = 0.95): Result => {
  if (!checkShares(first, second)) return notDefined('a group is empty')
  if (second.successes === 0) return notDefined('the second group has no successes')
  return estimate(first.successes / first.n / (second.successes / second.n), first.n + second.n, katzInterval(first, second, level))
}

export const newcombeInterval = (first: Share, second: Share, level: number): Interval => {
  const a = wilsonInterval(first.successes, first.n, level)
  const b = wilsonInterval(second.successes, second.n, level)
  const p1 = first.successes / first.n
  const p2 = second.successes / second.n
  const d = p1 - p2
  return { low: d - Math.hypot(p1 - a.low, b.high - p2), high: d + Math.hypot(a.high - p1, p2 - b.low), level, method: 'newcombe' }
}

export const katzInterval = (first: Share, second: Share, level: number): Interval => {
  const z = criticalZ(level)
  const extreme = [first, second].some(({ successes, n }) => successes === 0 || successes === n)
  const [k1, n1, k2, n2] = [first, second].flatMap(({ successes, n }) => (extreme ? [successes + 0.5, n + 1] : [successes, n])) as [
    number,
    number,
    number,
    number,
  ]
  const centre = Math.log(k1 / n1 / (k2 / n2))
  const half = z * Math.sqrt(1 / k1 - 1 / n1 + 1 / k2 - 1 / n2)
  const low = first.successes === 0 ? 0 : Math.exp(centre - half)
  return { low, high: second.successes === 0 ? Infinity : Math.exp(centre + half), level, method: extreme ? 'katz-log (½ added)' : 'katz-log' }
}

const checkShares = (first: Share, second: Share): boolean => {
  for (const [name, share] of [
    ['first', first],
    ['second', second],
  ] as const) {
    checkCount(`${name}.n`, share.n)
    checkCount(`${name}.successes`, share.successes, 0, share.n)
  }
  return first.n > 0 && second.n > 0
}
