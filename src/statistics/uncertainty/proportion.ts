import { checkCount, checkLevel } from '../columns.ts'
import { betaQuantile, chiSquareQuantile, normalQuantile } from '../numeric/distributions.ts'
import { estimate, type Interval, InvalidArgument, notDefined, type Result } from '../result.ts'

/** Two-sided normal quantile of a confidence level: 1.96 for 0.95. */
export const criticalZ = (level: number): number => {
  checkLevel(level)
  return normalQuantile(0.5 + level / 2)
}

/**
 * Score interval of a proportion: keeps a width at 0 % and 100 %, where a percentile bootstrap has none.
 * @formula (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
 * @range 0..1
 * @source Wilson 1927
 * @equals statsmodels.stats.proportion.proportion_confint(method='wilson')
 */
export const wilson = (successes: number, n: number, level = 0.95): Result => {
  if (!checkProportion(successes, n)) return notDefined('no observations')
  return estimate(successes / n, n, wilsonInterval(successes, n, level))
}

/**
 * Exact interval of a proportion by the binomial tails: never covers less than the level, hence wider than Wilson's.
 * @formula Beta quantiles (α/2; k, n-k+1) and (1-α/2; k+1, n-k)
 * @range 0..1
 * @source Clopper, Pearson 1934
 * @equals statsmodels.stats.proportion.proportion_confint(method='beta')
 */
export const clopperPearson = (successes: number, n: number, level = 0.95): Result => {
  if (!checkProportion(successes, n)) return notDefined('no observations')
  checkLevel(level)
  const tail = (1 - level) / 2
  const low = successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1)
  const high = successes === n ? 1 : 1 - betaQuantile(tail, n - successes, successes + 1)
  return estimate(successes / n, n, { low, high, level, method: 'clopper-pearson' })
}

/**
 * Exact interval of a Poisson rate: leaks per 1000 outputs, incidents per month.
 * @formula χ² quantiles (α/2; 2k)/2 and (1-α/2; 2k+2)/2, divided by the exposure
 * @range 0..∞
 * @source Garwood 1936
 * @equals scipy.stats.chi2.ppf
 */
export const poissonRate = (events: number, exposure: number, level = 0.95): Result => {
  checkCount('events', events)
  checkLevel(level)
  if (!(exposure >= 0 && exposure < Infinity)) throw new InvalidArgument('exposure', `must be finite and not negative, got ${exposure}`)
  if (exposure === 0) return notDefined('no exposure')
  const tail = (1 - level) / 2
  const low = events === 0 ? 0 : chiSquareQuantile(tail, 2 * events) / 2
  const high = chiSquareQuantile(1 - tail, 2 * events + 2) / 2
  return estimate(events / exposure, events, { low: low / exposure, high: high / exposure, level, method: 'poisson-exact' })
}

/** The interval alone, for callers that know n > 0; `n` may be a Kish effective size of weighted rows and then need not be whole. */
export const wilsonInterval = (successes: number, n: number, level: number): Interval => {
  const z = criticalZ(level)
  const p = successes / n
  const centre = p + (z * z) / (2 * n)
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  const low = p <= 0 ? 0 : Math.max(0, (centre - half) / scale)
  const high = p >= 1 ? 1 : Math.min(1, (centre + half) / scale)
  return { low, high, level, method: 'wilson' }
}

const checkProportion = (successes: number, n: number): boolean => {
  checkCount('n', n)
  checkCount('successes', successes, 0, n)
  return n > 0
}
