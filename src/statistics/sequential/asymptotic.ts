import { checkCount, checkNumber } from '../columns.ts'
import { estimate, notDefined, type Result, type TestResult, tested } from '../result.ts'

export type AsymptoticOptions = { alpha?: number /** The sample size at which the sequence is narrowest. */; tunedFor?: number }

/**
 * Tuning of the sequence: narrowest near N* rows.
 * @formula ρ = √((-2 ln α + ln(1 - 2 ln α))/N*)
 * @range above 0
 * @source Waudby-Smith et al. 2024, eq. 42
 * @equals gbstats SequentialTwoSidedTTest.rho
 */
export const sequenceTuning = (alpha: number, tunedFor: number): number => {
  checkNumber('alpha', alpha, 1e-12, 1 - 1e-12)
  checkCount('tunedFor', tunedFor, 1)
  return Math.sqrt((-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / tunedFor)
}

/**
 * Interval of an estimate that holds at every look at once, for any estimate with a standard error and many rows.
 * @formula value ± √(SE²n)·√(2(nρ²+1)/(n²ρ²)·ln(√(nρ²+1)/α))
 * @range that of the estimate
 * @source Waudby-Smith et al. 2024; n counts both arms
 * @equals gbstats SequentialTwoSidedTTest
 */
export const asymptoticSequence = (
  value: number,
  standardError: number,
  n: number,
  { alpha = 0.05, tunedFor = 5000 }: AsymptoticOptions = {},
): Result => {
  check(value, standardError, n)
  const rho2 = sequenceTuning(alpha, tunedFor) ** 2
  if (n === 0) return notDefined('no rows')
  const spread = n * rho2 + 1
  const half = Math.sqrt(standardError ** 2 * n) * Math.sqrt(((2 * spread) / (n * n * rho2)) * Math.log(Math.sqrt(spread) / alpha))
  return estimate(value, n, {
    low: value - half,
    high: value + half,
    level: 1 - alpha,
    method: `asymptotic confidence sequence, tuned for ${tunedFor} rows`,
  })
}

/**
 * The p-value of the same sequence: may be looked at any time; take the smallest so far.
 * @formula 1/e, e = exp(ρ²(n·d²/SE²)/(2(nρ²+1)))/√(nρ²+1)
 * @range 0..1
 * @source Waudby-Smith et al. 2024
 * @equals gbstats SequentialTwoSidedTTest p-value
 */
export const asymptoticSequenceTest = (
  value: number,
  standardError: number,
  n: number,
  { alpha = 0.05, tunedFor = 5000 }: AsymptoticOptions = {},
): TestResult => {
  check(value, standardError, n)
  const rho2 = sequenceTuning(alpha, tunedFor) ** 2
  if (n === 0 || standardError === 0) return notDefined('no rows, or no spread')
  const spread = n * rho2 + 1
  const log = (rho2 * n * (value / standardError) ** 2) / (2 * spread) - Math.log(spread) / 2
  return tested({ statistic: Math.exp(log), pValue: Math.min(1, Math.exp(-log)), n })
}

const check = (value: number, standardError: number, n: number): void => {
  checkNumber('value', value)
  checkNumber('standardError', standardError, 0)
  checkCount('n', n)
}
