import { checkLevel, type Numbers } from '../columns.ts'
import { chiSquareQuantile } from '../numeric/distributions.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { checkBins } from './psi.ts'

/** Counts or shares of the same bins in both samples; they are divided by their totals. */
type Divergence = (reference: Numbers, current: Numbers) => Result

/**
 * Kullback-Leibler divergence of the current from the reference distribution, in nats.
 * @formula Σ p ln(p/q), p reference, q current
 * @range 0..∞; undefined where the current sample lacks a category of the reference
 * @source Kullback, Leibler 1951
 * @equals scipy.stats.entropy(p, q)
 */
export const kullbackLeibler: Divergence = (reference, current) =>
  overShares(
    reference,
    current,
    (p, q) => (p === 0 ? 0 : p * Math.log(p / q)),
    (x) => x,
    'the current sample lacks a category of the reference',
  )

/**
 * Jensen-Shannon distance, natural logarithm.
 * @formula √(½KL(p‖m) + ½KL(q‖m)), m = (p+q)/2
 * @range 0..√ln 2 = 0.8326
 * @source Endres, Schindelin 2003
 * @equals scipy.spatial.distance.jensenshannon; Evidently's jensenshannon on the same bins
 */
export const jensenShannonDistance: Divergence = (reference, current) => overShares(reference, current, jsTerm, (x) => Math.sqrt(Math.max(0, x)))

/**
 * Jensen-Shannon distance, logarithm to base 2: 1.2011 times the natural one.
 * @formula √(½KL₂(p‖m) + ½KL₂(q‖m))
 * @range 0..1
 * @source Endres, Schindelin 2003
 * @equals scipy.spatial.distance.jensenshannon(base=2); NannyML's on the same bins
 */
export const jensenShannonDistanceBase2: Divergence = (reference, current) =>
  overShares(reference, current, jsTerm, (x) => Math.sqrt(Math.max(0, x) / Math.LN2))

/**
 * Hellinger distance.
 * @formula √(½ Σ (√p - √q)²)
 * @range 0..1
 * @source Hellinger 1909
 * @equals numpy formula; NannyML's on the same bins
 */
export const hellinger: Divergence = (reference, current) =>
  overShares(reference, current, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2 / 2, Math.sqrt)

/**
 * Total variation distance: the largest difference in probability of any set of categories.
 * @formula ½ Σ |p - q|
 * @range 0..1
 * @source Levin, Peres 2017
 * @equals numpy formula
 */
export const totalVariation: Divergence = (reference, current) =>
  overShares(
    reference,
    current,
    (p, q) => Math.abs(p - q) / 2,
    (x) => x,
  )

/**
 * Largest change of one category's share.
 * @formula max |p - q|
 * @range 0..1
 * @source NannyML; AWS SageMaker Model Monitor
 * @equals numpy formula
 */
export const largestShift: Divergence = (reference, current) => {
  const [m, n] = checkBins(reference, current)
  if (m === 0 || n === 0) return notDefined('a sample is empty')
  let largest = 0
  for (let i = 0; i < reference.length; i += 1) largest = Math.max(largest, Math.abs(reference[i]! / m - current[i]! / n))
  return estimate(largest, m + n)
}

/**
 * The Jensen-Shannon distance (natural logarithm) that unchanged data of these sizes exceeds with probability α.
 * @formula √(χ²_{K-1, 1-α} (1/m + 1/n) / 8)
 * @range 0..0.8326
 * @source Grosse et al. 2002: 8·JS ≈ PSI near 0
 * @equals simulation
 */
export const jensenShannonThreshold = (bins: number, m: number, n: number, alpha = 0.01): Result => {
  checkLevel(alpha)
  if (bins < 2) return notDefined('fewer than two bins')
  if (!(m > 0 && n > 0)) return notDefined('a sample is empty')
  return estimate(Math.sqrt((chiSquareQuantile(1 - alpha, bins - 1) * (1 / m + 1 / n)) / 8), m + n)
}

const jsTerm = (p: number, q: number): number => {
  const m = (p + q) / 2
  return ((p === 0 ? 0 : p * Math.log(p / m)) + (q === 0 ? 0 : q * Math.log(q / m))) / 2
}

const overShares = (
  reference: Numbers,
  current: Numbers,
  term: (p: number, q: number) => number,
  finish: (x: number) => number,
  reason = '',
): Result => {
  const [m, n] = checkBins(reference, current)
  if (m === 0 || n === 0) return notDefined('a sample is empty')
  let total = 0
  for (let i = 0; i < reference.length; i += 1) total += term(reference[i]! / m, current[i]! / n)
  const value = finish(total)
  return Number.isFinite(value) ? estimate(value, m + n) : notDefined(reason)
}
