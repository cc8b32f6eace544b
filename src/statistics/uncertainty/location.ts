import { finite, type Numbers } from '../columns.ts'
import { chiSquareSurvival, normalSurvival, studentTwoSided } from '../numeric/distributions.ts'
import { midRanks, tieCorrection } from '../numeric/order.ts'
import { mean, variance } from '../numeric/sum.ts'
import { notDefined, type TestResult, tested } from '../result.ts'

/**
 * Difference of two means without assuming equal variances.
 * @formula t = (x̄₁-x̄₂)/√(s₁²/n₁+s₂²/n₂), Welch-Satterthwaite degrees of freedom
 * @range any
 * @source Welch 1947
 * @equals scipy.stats.ttest_ind(equal_var=False)
 */
export const welch = (first: Numbers, second: Numbers): TestResult => {
  const [m, n] = sizes(first, second)
  if (m < 2 || n < 2) return notDefined('a sample has fewer than two values')
  const a = variance(first) / m
  const b = variance(second) / n
  if (a + b === 0) return notDefined('neither sample varies')
  const statistic = (mean(first) - mean(second)) / Math.sqrt(a + b)
  const df = (a + b) ** 2 / ((a * a) / (m - 1) + (b * b) / (n - 1))
  return tested({ statistic, pValue: studentTwoSided(statistic, df), n: m + n, degreesOfFreedom: df })
}

/**
 * Whether one sample tends to be larger: normal limit with tie and continuity correction, or exact when no values tie.
 * @formula U₁ = R₁ - n₁(n₁+1)/2
 * @range U 0..n₁n₂
 * @source Mann, Whitney 1947
 * @equals scipy.stats.mannwhitneyu
 */
export const mannWhitney = (first: Numbers, second: Numbers, { method = 'auto' }: { method?: 'auto' | 'exact' | 'asymptotic' } = {}): TestResult => {
  const [m, n] = sizes(first, second)
  if (m === 0 || n === 0) return notDefined('a sample is empty')
  const all = Float64Array.from([...Array.from(first), ...Array.from(second)])
  const ranks = midRanks(all)
  let rankSum = 0
  for (let i = 0; i < m; i += 1) rankSum += ranks[i]!
  const statistic = rankSum - (m * (m + 1)) / 2
  const ties = tieCorrection(all)
  const larger = Math.max(statistic, m * n - statistic)
  // scipy's auto: exact for a sample of up to 8 without ties
  if (method === 'exact' || (method === 'auto' && ties === 0 && Math.min(m, n) <= 8)) {
    return tested({ statistic, pValue: Math.min(1, 2 * exactMannWhitney(larger, m, n)), n: m + n })
  }
  const spread = Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))))
  if (spread === 0) return notDefined('all values are the same')
  const z = (larger - (m * n) / 2 - 0.5) / spread
  return tested({ statistic, pValue: Math.min(1, 2 * normalSurvival(z)), n: m + n })
}

/** P(U ≥ u) over all orders of m and n values: u values of the first sample above the second are built up one value at a time. */
const exactMannWhitney = (u: number, m: number, n: number): number => {
  // chances[i][s]: share of the orders of i first and j second values with U = s
  let rows: Float64Array[] = Array.from({ length: m + 1 }, () => Float64Array.of(1))
  for (let j = 1; j <= n; j += 1) {
    const next: Float64Array[] = [Float64Array.of(1)]
    for (let i = 1; i <= m; i += 1) {
      const sums = new Float64Array(i * j + 1)
      rows[i]!.forEach((p, s) => {
        sums[s]! += (p * j) / (i + j)
      })
      next[i - 1]!.forEach((p, s) => {
        sums[s + j]! += (p * i) / (i + j)
      })
      next.push(sums)
    }
    rows = next
  }
  let total = 0
  rows[m]!.forEach((p, s) => {
    if (s >= Math.ceil(u)) total += p
  })
  return total
}

/**
 * Whether several samples share one distribution, by ranks.
 * @formula H = 12/(N(N+1)) Σ R_g²/n_g - 3(N+1), divided by 1 - Σ(t³-t)/(N³-N); χ² with k-1 degrees of freedom
 * @range H 0..∞
 * @source Kruskal, Wallis 1952
 * @equals scipy.stats.kruskal
 */
export const kruskalWallis = (samples: readonly Numbers[]): TestResult => {
  for (const [g, sample] of samples.entries()) finite(`samples[${g}]`, sample)
  if (samples.length < 2 || samples.some(({ length }) => length === 0)) return notDefined('fewer than two samples, or an empty one')
  const all = Float64Array.from(samples.flatMap((sample) => Array.from(sample)))
  const ranks = midRanks(all)
  const n = all.length
  let at = 0
  let squares = 0
  for (const { length } of samples) {
    const rankSum = ranks.subarray(at, at + length).reduce((a, b) => a + b, 0)
    squares += (rankSum * rankSum) / length
    at += length
  }
  const correction = 1 - tieCorrection(all) / (n ** 3 - n)
  if (!(correction > 0)) return notDefined('all values are the same')
  const statistic = ((12 / (n * (n + 1))) * squares - 3 * (n + 1)) / correction
  return tested({ statistic, pValue: chiSquareSurvival(statistic, samples.length - 1), n, degreesOfFreedom: samples.length - 1 })
}

const sizes = (first: Numbers, second: Numbers): [number, number] => {
  finite('first', first)
  finite('second', second)
  return [first.length, second.length]
}
