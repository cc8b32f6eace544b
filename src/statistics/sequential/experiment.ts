import { checkLevel, checkNumber, finite, type Numbers, sameLength } from '../columns.ts'
import { studentQuantile } from '../numeric/distributions.ts'
import { covariance, mean, variance } from '../numeric/sum.ts'
import { estimate, isDefined, notDefined, type Result, type TestResult, type Undefined } from '../result.ts'
import { chiSquareGoodness } from '../uncertainty/counts.ts'

/**
 * Do the arms of an experiment have the sizes they were given? A mismatch makes its result worthless, whatever it says.
 * @formula χ² goodness of fit, mismatch at p < 0.001
 * @range p 0..1
 * @source Fabijan et al. 2019
 * @equals scipy.stats.chisquare
 */
export const sampleRatioMismatch = (counts: Numbers, shares?: Numbers, threshold = 0.001): { test: TestResult; mismatch: boolean } => {
  checkNumber('threshold', threshold, 0, 1)
  const test = chiSquareGoodness(counts, shares)
  return { test, mismatch: isDefined(test) && test.pValue < threshold }
}

export type Arm = { outcome: Numbers /** A value known before the experiment, for variance reduction. */; before?: Numbers }

export type Cuped = { theta: number /** Share of variance removed: the squared correlation. */; reduction: number; difference: Result }

/**
 * Difference of two arms with variance reduction by what was known before; θ is pooled over both arms. Welch's interval.
 * @formula Y - θ(X - X̄), θ = cov(Y,X)/var(X)
 * @range that of the outcome; second arm minus first
 * @source Deng et al. 2013
 * @equals numpy cov and scipy ttest_ind(equal_var=False) on the adjusted values
 */
export const cuped = (control: Required<Arm>, treatment: Required<Arm>, level = 0.95): Cuped | Undefined => {
  for (const [name, arm] of Object.entries({ control, treatment })) {
    sameLength(`${name}.before`, arm.before, arm.outcome.length)
    finite(`${name}.outcome`, arm.outcome)
    finite(`${name}.before`, arm.before)
    if (arm.outcome.length < 2) return notDefined(`the ${name} arm has fewer than two rows`)
  }
  const y = Float64Array.from([...Array.from(control.outcome), ...Array.from(treatment.outcome)])
  const x = Float64Array.from([...Array.from(control.before), ...Array.from(treatment.before)])
  const spread = variance(x)
  const theta = spread === 0 ? 0 : covariance(y, x) / spread
  const centre = mean(x)
  const adjust = ({ outcome, before }: Required<Arm>): Float64Array =>
    Float64Array.from({ length: outcome.length }, (_, i) => outcome[i]! - theta * (before[i]! - centre))
  const total = variance(y)
  return {
    theta,
    reduction: total === 0 ? 0 : (theta * theta * spread) / total,
    difference: differenceOfMeans(adjust(control), adjust(treatment), level),
  }
}

/**
 * Second mean minus first, with Welch's interval.
 * @formula ȳ - x̄ ± t_ν √(s_x²/m + s_y²/n)
 * @range that of the values
 * @source Welch 1947
 * @equals scipy.stats.ttest_ind(equal_var=False).confidence_interval
 */
export const differenceOfMeans = (first: Numbers, second: Numbers, level = 0.95): Result => {
  finite('first', first)
  finite('second', second)
  checkLevel(level)
  const [m, n] = [first.length, second.length]
  if (m < 2 || n < 2) return notDefined('an arm has fewer than two rows')
  const a = variance(first) / m
  const b = variance(second) / n
  const value = mean(second) - mean(first)
  if (a + b === 0) return estimate(value, m + n, { low: value, high: value, level, method: 'welch' })
  const df = (a + b) ** 2 / ((a * a) / (m - 1) + (b * b) / (n - 1))
  const half = studentQuantile(0.5 + level / 2, df) * Math.sqrt(a + b)
  return estimate(value, m + n, { low: value - half, high: value + half, level, method: 'welch' })
}
