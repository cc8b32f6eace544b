import { finite, type Numbers, sorted } from '../columns.ts'
import { mean } from '../numeric/sum.ts'
import { estimate, notDefined, type Result } from '../result.ts'

/**
 * Earth mover's distance: how far, in the unit of the column, a row has to move on average.
 * @formula ∫ |F_R - F_C|
 * @range 0..∞ in the unit of the values
 * @source Vaserstein 1969
 * @equals scipy.stats.wasserstein_distance
 */
export const wasserstein = (reference: Numbers, current: Numbers): Result => {
  const reason = check(reference, current)
  return reason ?? estimate(areaBetween(sorted(reference), sorted(current), Math.abs), reference.length + current.length)
}

/**
 * Earth mover's distance in standard deviations of the reference.
 * @formula ∫ |F_R - F_C| / max(σ_R, 0.001), σ_R the population standard deviation
 * @range 0..∞
 * @source Evidently
 * @equals Evidently's wasserstein distance (normed)
 */
export const wassersteinNormed = (reference: Numbers, current: Numbers): Result => {
  const distance = wasserstein(reference, current)
  if ('undefined' in distance) return distance
  const centre = mean(reference)
  let squares = 0
  for (let i = 0; i < reference.length; i += 1) squares += (reference[i]! - centre) ** 2
  return estimate(distance.value / Math.max(Math.sqrt(squares / reference.length), 0.001), distance.n)
}

/**
 * Energy distance.
 * @formula √(2 ∫ (F_R - F_C)²)
 * @range 0..∞
 * @source Székely, Rizzo 2013
 * @equals scipy.stats.energy_distance
 */
export const energyDistance = (reference: Numbers, current: Numbers): Result => {
  const reason = check(reference, current)
  if (reason !== null) return reason
  return estimate(Math.sqrt(2 * areaBetween(sorted(reference), sorted(current), (gap) => gap * gap)), reference.length + current.length)
}

/** ∫ of a function of the gap between two distribution functions, over ascending samples. */
export const areaBetween = (a: Float64Array, b: Float64Array, of: (gap: number) => number): number => {
  let i = 0
  let j = 0
  let area = 0
  let at = Math.min(a[0]!, b[0]!)
  while (i < a.length || j < b.length) {
    const x = i < a.length && (j >= b.length || a[i]! <= b[j]!) ? a[i]! : b[j]!
    area += of(i / a.length - j / b.length) * (x - at)
    at = x
    while (i < a.length && a[i] === x) i += 1
    while (j < b.length && b[j] === x) j += 1
  }
  return area
}

const check = (reference: Numbers, current: Numbers): { undefined: string } | null => {
  finite('reference', reference)
  finite('current', current)
  return reference.length === 0 || current.length === 0 ? notDefined('a sample is empty') : null
}
