import { finite, type Numbers, sameLength } from '../../columns.ts'
import { mean, variance } from '../../numeric/sum.ts'
import { estimate, notDefined, type Result } from '../../result.ts'
import { criticalZ } from '../../uncertainty/proportion.ts'

/**
 * Mean of a human verdict over many rows, from a judge on all of them and the human on a few: the judge's mean, corrected by what it gets wrong on the few.
 * @formula mean f(unlabelled) + mean(Y - f) on labelled ± z·√(Var f/N + Var(Y-f)/n)
 * @range that of the verdict
 * @source Angelopoulos et al. 2023
 * @equals ppi_py ppi_mean_ci(lam=1)
 */
export const predictionPoweredMean = (verdicts: Numbers, judged: Numbers, judgedOnly: Numbers, level = 0.95): Result => {
  const z = criticalZ(level)
  sameLength('judged', judged, verdicts.length)
  for (const [name, column] of Object.entries({ verdicts, judged, judgedOnly })) finite(name, column)
  const n = verdicts.length
  if (n < 2 || judgedOnly.length < 2) return notDefined('fewer than two labelled or two unlabelled rows')
  const errors = Float64Array.from({ length: n }, (_, i) => verdicts[i]! - judged[i]!)
  const value = mean(judgedOnly) + mean(errors)
  // population variances, as in the reference implementation
  const half = z * Math.sqrt(variance(judgedOnly, 0) / judgedOnly.length + variance(errors, 0) / n)
  return estimate(value, n + judgedOnly.length, { low: value - half, high: value + half, level, method: 'prediction-powered' })
}
