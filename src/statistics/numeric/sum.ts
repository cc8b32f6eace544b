import type { Numbers } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'

/**
 * Sum with the rounding error carried along (Neumaier), so that 1e16 + 1 - 1e16 is 1 and the order of rows does not matter in practice.
 * @formula Σ x
 * @range any
 * @source Neumaier 1974; Klein 2006
 * @equals math.fsum (to the last bit but for pathological inputs)
 */
export const sum = (values: Numbers): number => {
  let total = 0
  let lost = 0
  for (let i = 0; i < values.length; i += 1) {
    const x = values[i]!
    const next = total + x
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total
    total = next
  }
  return Number.isFinite(total) ? total + lost : total
}

export const mean = (values: Numbers): number => sum(values) / values.length

/** Sum of products with carried rounding error: weighted totals. */
export const dot = (a: Numbers, b: Numbers): number => {
  let total = 0
  let lost = 0
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i]! * b[i]!
    const next = total + x
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total
    total = next
  }
  return Number.isFinite(total) ? total + lost : total
}

export const weightedMean = (values: Numbers, weights: Numbers | null): number =>
  weights === null ? mean(values) : dot(values, weights) / sum(weights)

/** Two-pass variance; `ddof` 1 for a sample, 0 for a population. */
export const variance = (values: Numbers, ddof: 0 | 1 = 1): number => {
  const centre = mean(values)
  let squares = 0
  let drift = 0
  for (let i = 0; i < values.length; i += 1) {
    const d = values[i]! - centre
    squares += d * d
    drift += d
  }
  return (squares - (drift * drift) / values.length) / (values.length - ddof)
}

export const covariance = (a: Numbers, b: Numbers): number => {
  const meanA = mean(a)
  const meanB = mean(b)
  let total = 0
  for (let i = 0; i < a.length; i += 1) total += (a[i]! - meanA) * (b[i]! - meanB)
  return total / (a.length - 1)
}

/**
 * ln Σ exp(x) without overflow.
 * @formula max + ln Σ exp(x - max)
 * @range any
 * @source Blanchard, Higham, Higham 2021
 * @equals scipy.special.logsumexp
 */
export const logSumExp = (values: Numbers): Result => {
  if (values.length === 0) return notDefined('no values')
  let max = -Infinity
  for (let i = 0; i < values.length; i += 1) max = Math.max(max, values[i]!)
  if (!Number.isFinite(max)) return Number.isNaN(max) ? notDefined('a value is missing') : estimate(max, values.length)
  const terms = new Float64Array(values.length)
  for (let i = 0; i < terms.length; i += 1) terms[i] = Math.exp(values[i]! - max)
  return estimate(max + Math.log(sum(terms)), values.length)
}
