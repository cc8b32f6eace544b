import { checkLevel, checkNumber, encode, finite, type Labels, type Numbers, sameLength } from '../columns.ts'
import { studentQuantile } from '../numeric/distributions.ts'
import { mean, variance } from '../numeric/sum.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { criticalZ } from './proportion.ts'

/**
 * Mean with Student's interval.
 * @formula x̄ ± t_{n-1}·s/√n
 * @range any
 * @source Student 1908
 * @equals scipy.stats.ttest_1samp confidence_interval
 */
export const meanInterval = (values: Numbers, level = 0.95): Result => {
  finite('values', values)
  checkLevel(level)
  const n = values.length
  if (n === 0) return notDefined('no values')
  const value = mean(values)
  if (n === 1) return estimate(value, n)
  const half = studentQuantile(0.5 + level / 2, n - 1) * Math.sqrt(variance(values) / n)
  return estimate(value, n, { low: value - half, high: value + half, level, method: 'student' })
}

/**
 * Mean of items that share sources: the standard error adds up residuals by cluster before squaring.
 * @formula x̄ ± z·√(Σ_c (Σ_{i∈c} e_i)²)/n
 * @range any
 * @source Liang, Zeger 1986; Miller 2024 for evaluations
 * @equals statsmodels OLS(cov_type='cluster', use_correction=False); Inspect stderr(cluster=…)
 */
export const clusteredMean = (values: Numbers, clusters: Labels, level = 0.95): Result => {
  finite('values', values)
  sameLength('clusters', clusters, values.length)
  const z = criticalZ(level)
  const n = values.length
  if (n === 0) return notDefined('no values')
  const { codes, names } = encode('clusters', clusters)
  if (names.length < 2) return estimate(mean(values), n)
  const value = mean(values)
  const residuals = new Float64Array(names.length)
  for (let i = 0; i < n; i += 1) residuals[codes[i]!]! += values[i]! - value
  const half = (z * Math.sqrt(residuals.reduce((total, e) => total + e * e, 0))) / n
  return estimate(value, n, { low: value - half, high: value + half, level, method: `clustered normal, ${names.length} clusters` })
}

/**
 * A smooth function of several means, with the interval of the delta method.
 * @formula f(μ) ± z·√(∇fᵀ Σ ∇f / n), the gradient by central differences
 * @range that of f
 * @source Cramér 1946
 * @equals the closed form for a ratio of means
 */
export const deltaMethod = (columns: readonly Numbers[], f: (means: readonly number[]) => number, level = 0.95): Result => {
  const z = criticalZ(level)
  const n = columns[0]?.length ?? 0
  if (n < 2) return notDefined('fewer than two rows')
  for (const [c, column] of columns.entries()) {
    sameLength(`columns[${c}]`, column, n)
    finite(`columns[${c}]`, column)
  }
  const means = columns.map(mean)
  const value = f(means)
  if (!Number.isFinite(value)) return notDefined('the function is not defined at the means')
  const gradient = means.map((centre, i) => {
    const step = 6e-6 * Math.max(1, Math.abs(centre))
    const at = (x: number): number => f(means.map((m, j) => (i === j ? x : m)))
    return (at(centre + step) - at(centre - step)) / (2 * step)
  })
  let squares = 0
  for (let i = 0; i < n; i += 1) {
    const influence = gradient.reduce((total, g, c) => total + g * (columns[c]![i]! - means[c]!), 0)
    squares += influence * influence
  }
  const half = (z * Math.sqrt(squares / (n - 1))) / Math.sqrt(n)
  return estimate(value, n, { low: value - half, high: value + half, level, method: 'delta method' })
}

/**
 * Whether a difference (new minus old) with its interval is no worse than a margin fixed beforehand.
 * @formula lower limit > -margin
 * @range pass or not
 * @source ICH E9, 1998
 * @equals the definition
 */
export const isNonInferior = (difference: Result, margin: number): boolean | { undefined: string } => {
  checkNumber('margin', margin, 0)
  if ('undefined' in difference) return difference
  return difference.interval === null ? notDefined('the difference has no interval') : difference.interval.low > -margin
}
