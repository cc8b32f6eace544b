import { checkNumber, finite, type Numbers } from '../columns.ts'
import { logGamma } from '../numeric/gamma.ts'
import { midRanks } from '../numeric/order.ts'
import { mean, variance } from '../numeric/sum.ts'
import { estimate, isDefined, notDefined, type Result } from '../result.ts'
import { chiSquareIndependence } from './counts.ts'

/**
 * Difference of means in pooled standard deviations.
 * @formula (x̄₁-x̄₂)/s_pooled
 * @range any; 0.2 small, 0.5 medium, 0.8 large
 * @source Cohen 1988
 * @equals the definition in numpy
 */
export const cohenD = (first: Numbers, second: Numbers): Result => {
  finite('first', first)
  finite('second', second)
  const df = first.length + second.length - 2
  if (first.length < 2 || second.length < 2) return notDefined('a sample has fewer than two values')
  const pooled = ((first.length - 1) * variance(first) + (second.length - 1) * variance(second)) / df
  return pooled === 0 ? notDefined('neither sample varies') : estimate((mean(first) - mean(second)) / Math.sqrt(pooled), df + 2)
}

/**
 * Cohen's d without its small-sample bias.
 * @formula d·Γ(ν/2)/(√(ν/2) Γ((ν-1)/2))
 * @range any
 * @source Hedges 1981
 * @equals the definition with scipy.special.gammaln
 */
export const hedgesG = (first: Numbers, second: Numbers): Result => {
  const d = cohenD(first, second)
  if (!isDefined(d)) return d
  const half = (d.n - 2) / 2
  return estimate(d.value * Math.exp(logGamma(half) - logGamma(half - 0.5) - 0.5 * Math.log(half)), d.n)
}

/**
 * How often a value of the first sample beats one of the second, minus how often it loses.
 * @formula (#(x>y) - #(x<y))/(mn) = 2U/(mn) - 1
 * @range -1..1
 * @source Cliff 1993
 * @equals 2·scipy.stats.mannwhitneyu/(mn) - 1
 */
export const cliffDelta = (first: Numbers, second: Numbers): Result => {
  finite('first', first)
  finite('second', second)
  const [m, n] = [first.length, second.length]
  if (m === 0 || n === 0) return notDefined('a sample is empty')
  const ranks = midRanks([...Array.from(first), ...Array.from(second)])
  const rankSum = ranks.subarray(0, m).reduce((a, b) => a + b, 0)
  return estimate((2 * (rankSum - (m * (m + 1)) / 2)) / (m * n) - 1, m + n)
}

/**
 * Strength of association in a table, free of its size.
 * @formula √(χ²/(n·min(r-1, c-1)))
 * @range 0..1
 * @source Cramér 1946
 * @equals scipy.stats.contingency.association(method='cramer')
 */
export const cramerV = (table: readonly Numbers[]): Result => {
  const test = chiSquareIndependence(table)
  if (!isDefined(test)) return test
  const rows = table.filter((row) => Array.from(row).some((count) => count > 0)).length
  const smaller = Math.min(rows - 1, (test.degreesOfFreedom ?? 0) / (rows - 1))
  return estimate(Math.sqrt(test.statistic / test.n / smaller), test.n)
}

/**
 * Difference of two proportions on the arcsine scale, where it means the same everywhere.
 * @formula 2 asin √p₁ - 2 asin √p₂
 * @range -π..π
 * @source Cohen 1988
 * @equals statsmodels proportion_effectsize
 */
export const cohenH = (first: number, second: number): number => {
  checkNumber('first', first, 0, 1)
  checkNumber('second', second, 0, 1)
  return 2 * Math.asin(Math.sqrt(first)) - 2 * Math.asin(Math.sqrt(second))
}
