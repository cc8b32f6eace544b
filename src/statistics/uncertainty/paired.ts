import { checkCount, finite, type Numbers, sameLength } from '../columns.ts'
import { binomialCdf, chiSquareSurvival, normalSurvival, studentTwoSided } from '../numeric/distributions.ts'
import { midRanks, tieCorrection } from '../numeric/order.ts'
import { mean, variance } from '../numeric/sum.ts'
import { notDefined, type TestResult, tested } from '../result.ts'

/**
 * Two models on the same items, right or wrong: exact test on the items they disagree on.
 * @formula 2·P(X ≤ min(b,c)), X ~ Binomial(b+c, ½)
 * @range 0..1
 * @source McNemar 1947
 * @equals statsmodels mcnemar(exact=True)
 */
export const mcnemarExact = (onlyFirst: number, onlySecond: number): TestResult => {
  const n = checkDiscordant(onlyFirst, onlySecond)
  const statistic = Math.min(onlyFirst, onlySecond)
  return n === 0 ? notDefined('no item is answered differently') : tested({ statistic, pValue: Math.min(1, 2 * binomialCdf(statistic, n, 0.5)), n })
}

/**
 * McNemar's test by the limit distribution, with or without Edwards' correction.
 * @formula (|b-c| - 1)²/(b+c), or without the 1; χ² with 1 degree of freedom
 * @range statistic 0..∞
 * @source McNemar 1947; Edwards 1948
 * @equals statsmodels mcnemar(exact=False)
 */
export const mcnemar = (onlyFirst: number, onlySecond: number, { corrected = true } = {}): TestResult => {
  const n = checkDiscordant(onlyFirst, onlySecond)
  if (n === 0) return notDefined('no item is answered differently')
  const statistic = (Math.abs(onlyFirst - onlySecond) - (corrected ? 1 : 0)) ** 2 / n
  return tested({ statistic, pValue: chiSquareSurvival(statistic, 1), n, degreesOfFreedom: 1 })
}

/**
 * Student's test of paired values.
 * @formula t = d̄/(s_d/√n), n-1 degrees of freedom
 * @range any
 * @source Student 1908
 * @equals scipy.stats.ttest_rel
 */
export const pairedT = (first: Numbers, second: Numbers): TestResult => {
  const d = differences(first, second)
  if (d.length < 2) return notDefined('fewer than two pairs')
  const spread = Math.sqrt(variance(d) / d.length)
  if (spread === 0) return notDefined('all differences are the same')
  const statistic = mean(d) / spread
  return tested({ statistic, pValue: studentTwoSided(statistic, d.length - 1), n: d.length, degreesOfFreedom: d.length - 1 })
}

/**
 * Wilcoxon's signed ranks; pairs without difference are dropped. Exact up to 50 pairs without ties, else the normal limit with tie correction.
 * @formula W = min(Σ ranks of +, Σ ranks of -)
 * @range W 0..n(n+1)/4
 * @source Wilcoxon 1945; Pratt's zeros are not used
 * @equals scipy.stats.wilcoxon(zero_method='wilcox', correction=False)
 */
export const wilcoxon = (first: Numbers, second: Numbers): TestResult => {
  const all = differences(first, second)
  const d = all.filter((x) => x !== 0)
  const n = d.length
  if (n === 0) return notDefined('all differences are 0')
  const sizes = d.map(Math.abs)
  const ranks = midRanks(sizes)
  let up = 0
  for (let i = 0; i < n; i += 1) if (d[i]! > 0) up += ranks[i]!
  const statistic = Math.min(up, (n * (n + 1)) / 2 - up)
  const ties = tieCorrection(sizes)
  if (n <= 50 && ties === 0 && n === all.length) return tested({ statistic, pValue: exactSignedRank(statistic, n), n })
  const spread = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - ties / 48)
  if (spread === 0) return notDefined('the ranks do not vary')
  const z = (statistic - (n * (n + 1)) / 4) / spread
  return tested({ statistic, pValue: Math.min(1, 2 * normalSurvival(Math.abs(z))), n })
}

/** Twice the share of the 2^n sign patterns whose positive ranks sum to at most `sum`. */
const exactSignedRank = (sum: number, n: number): number => {
  const top = (n * (n + 1)) / 2
  const chances = new Float64Array(top + 1)
  chances[0] = 1
  for (let rank = 1; rank <= n; rank += 1) {
    for (let s = top; s >= 0; s -= 1) chances[s] = (chances[s]! + (s >= rank ? chances[s - rank]! : 0)) / 2
  }
  let total = 0
  for (let s = 0; s <= sum; s += 1) total += chances[s]!
  return Math.min(1, 2 * total)
}

const checkDiscordant = (onlyFirst: number, onlySecond: number): number => {
  checkCount('onlyFirst', onlyFirst)
  checkCount('onlySecond', onlySecond)
  return onlyFirst + onlySecond
}

const differences = (first: Numbers, second: Numbers): Float64Array => {
  sameLength('second', second, first.length)
  finite('first', first)
  finite('second', second)
  return Float64Array.from({ length: first.length }, (_, i) => first[i]! - second[i]!)
}
