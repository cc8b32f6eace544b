import { checkNumber, checkWeights, finite, type Numbers, sorted } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'

/**
 * Quantile with linear interpolation between order statistics.
 * @formula x₍ⱼ₎ + (h-j)(x₍ⱼ₊₁₎-x₍ⱼ₎), h = (n-1)p + 1 (Hyndman and Fan's type 7)
 * @range min..max
 * @source Hyndman, Fan 1996
 * @equals numpy.quantile
 */
export const quantile = (values: Numbers, p: number): Result => {
  checkNumber('p', p, 0, 1)
  finite('values', values)
  return values.length === 0 ? notDefined('no values') : estimate(quantileOfSorted(sorted(values), p), values.length)
}

/** The same on ascending values, unchecked. */
export const quantileOfSorted = (ascending: Numbers, p: number): number => {
  const h = (ascending.length - 1) * p
  const below = Math.floor(h)
  const low = ascending[below]!
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!
  // the end nearer to h anchors the step, so that equal ends stay equal and the result stays between them
  const t = h - below
  return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t)
}

/**
 * Smallest value whose share of the weight below or at it reaches p.
 * @formula min { x : Σ w·1[xᵢ ≤ x] ≥ p Σ w }
 * @range min..max
 * @source inverse of the weighted distribution function (Hyndman and Fan's type 1)
 * @equals numpy.quantile(method='inverted_cdf', weights=…)
 */
export const weightedQuantile = (values: Numbers, weights: Numbers, p: number): Result => {
  checkNumber('p', p, 0, 1)
  finite('values', values)
  checkWeights(weights, values.length)
  if (values.length === 0) return notDefined('no values')
  const order = Uint32Array.from({ length: values.length }, (_, i) => i)
    .filter((i) => weights[i]! > 0)
    .sort((i, j) => values[i]! - values[j]!)
  let total = 0
  for (const i of order) total += weights[i]!
  const target = p * total
  let seen = 0
  for (const i of order) {
    seen += weights[i]!
    if (seen >= target) return estimate(values[i]!, values.length)
  }
  return estimate(values[order[order.length - 1]!]!, values.length)
}
