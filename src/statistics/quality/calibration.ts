import { binary, checkCount, checkNumber, finite, inRange, type Labels, type Numbers, sameLength } from '../columns.ts'
import { chiSquareSurvival, normalSurvival } from '../numeric/distributions.ts'
import { ascendingOrder } from '../numeric/order.ts'
import { estimate, notDefined, type Result, type TestResult, tested, type Undefined } from '../result.ts'

/** `equal-width` bins are closed on the left (the last on both sides); `equal-mass` puts the same number of rows in each, in order of probability. */
export type BinRule = { bins?: number; rule?: 'equal-width' | 'equal-mass' }

export type ReliabilityBin = { low: number; high: number; n: number; meanProbability: number; observedRate: number }

/**
 * Mean squared distance of the probability from what happened.
 * @formula mean (p - y)²
 * @range 0..1, lower is better
 * @source Brier 1950
 * @equals sklearn.metrics.brier_score_loss
 */
export const brierScore = (labels: Labels, probabilities: Numbers): Result => {
  const y = checked(labels, probabilities)
  if (y.length === 0) return notDefined('no rows')
  let total = 0
  for (let i = 0; i < y.length; i += 1) total += (probabilities[i]! - y[i]!) ** 2
  return estimate(total / y.length, y.length)
}

/**
 * Brier score taken apart over the distinct probabilities: score = reliability - resolution + uncertainty, exactly.
 * @formula Σ n_k(p_k-ȳ_k)²/n - Σ n_k(ȳ_k-ȳ)²/n + ȳ(1-ȳ)
 * @range parts 0..1; reliability lower, resolution higher is better
 * @source Murphy 1973
 * @equals the three-term sum equals sklearn.metrics.brier_score_loss
 */
export const brierDecomposition = (
  labels: Labels,
  probabilities: Numbers,
): { reliability: number; resolution: number; uncertainty: number; n: number } | Undefined => {
  const y = checked(labels, probabilities)
  const n = y.length
  if (n === 0) return notDefined('no rows')
  const order = ascendingOrder(probabilities)
  const rate = y.reduce((a, b) => a + b, 0) / n
  let reliability = 0
  let resolution = 0
  for (let from = 0; from < n; ) {
    const p = probabilities[order[from]!]!
    let to = from
    let hits = 0
    while (to < n && probabilities[order[to]!] === p) hits += y[order[to++]!]!
    const size = to - from
    reliability += (size * (p - hits / size) ** 2) / n
    resolution += (size * (hits / size - rate) ** 2) / n
    from = to
  }
  return { reliability, resolution, uncertainty: rate * (1 - rate), n }
}

/**
 * Probability against observed rate, bin by bin; empty bins are left out.
 * @formula per bin: n, mean p, mean y
 * @range 0..1
 * @source Niculescu-Mizil, Caruana 2005
 * @equals sklearn.calibration.calibration_curve
 */
export const reliabilityCurve = (labels: Labels, probabilities: Numbers, { bins = 10, rule = 'equal-width' }: BinRule = {}): ReliabilityBin[] => {
  const y = checked(labels, probabilities)
  checkCount('bins', bins, 1, 1_000_000)
  return rule === 'equal-width' ? equalWidth(y, probabilities, bins) : equalMass(y, probabilities, bins)
}

/**
 * Expected calibration error of the probability of the positive class.
 * @formula Σ (n_b/n)·|ȳ_b - p̄_b|
 * @range 0..1, lower is better; grows with the number of bins when rows are few
 * @source Naeini, Cooper, Hauskrecht 2015; Guo et al. 2017
 * @equals the definition in numpy
 */
export const expectedCalibrationError = (labels: Labels, probabilities: Numbers, rule: BinRule = {}): Result => {
  const curve = reliabilityCurve(labels, probabilities, rule)
  const n = labels.length
  if (n === 0) return notDefined('no rows')
  return estimate(
    curve.reduce((total, bin) => total + (bin.n / n) * Math.abs(bin.observedRate - bin.meanProbability), 0),
    n,
  )
}

/**
 * Largest calibration gap of a bin.
 * @formula max |ȳ_b - p̄_b|
 * @range 0..1, lower is better
 * @source Naeini, Cooper, Hauskrecht 2015
 * @equals the definition in numpy
 */
export const maximumCalibrationError = (labels: Labels, probabilities: Numbers, rule: BinRule = {}): Result => {
  const curve = reliabilityCurve(labels, probabilities, rule)
  if (labels.length === 0) return notDefined('no rows')
  return estimate(Math.max(...curve.map((bin) => Math.abs(bin.observedRate - bin.meanProbability))), labels.length)
}

/**
 * Spiegelhalter's test that the probabilities are calibrated; needs no bins.
 * @formula z = Σ(y-p)(1-2p) / √Σ(1-2p)²p(1-p)
 * @range z any, p 0..1
 * @source Spiegelhalter 1986
 * @equals the definition in numpy
 */
export const spiegelhalterTest = (labels: Labels, probabilities: Numbers): TestResult => {
  const y = checked(labels, probabilities)
  let top = 0
  let spread = 0
  for (let i = 0; i < y.length; i += 1) {
    const p = probabilities[i]!
    top += (y[i]! - p) * (1 - 2 * p)
    spread += (1 - 2 * p) ** 2 * p * (1 - p)
  }
  if (spread === 0) return notDefined('every probability is 0, ½ or 1')
  const statistic = top / Math.sqrt(spread)
  return tested({ statistic, pValue: Math.min(1, 2 * normalSurvival(Math.abs(statistic))), n: y.length })
}

/**
 * Hosmer and Lemeshow's test over bins of equal mass.
 * @formula Σ (O-E)²/(E(1-E/n_b)), χ² with bins - 2 degrees of freedom
 * @range 0..∞, p 0..1
 * @source Hosmer, Lemeshow 1980
 * @equals the definition in numpy and scipy.stats.chi2
 */
export const hosmerLemeshowTest = (labels: Labels, probabilities: Numbers, bins = 10): TestResult => {
  const curve = reliabilityCurve(labels, probabilities, { bins, rule: 'equal-mass' })
  const usable = curve.filter(({ meanProbability: p }) => p > 0 && p < 1)
  if (usable.length < 3) return notDefined('fewer than three bins with a probability between 0 and 1')
  const statistic = usable.reduce((total, { n, meanProbability: p, observedRate }) => total + (n * (observedRate - p) ** 2) / (p * (1 - p)), 0)
  return tested({ statistic, pValue: chiSquareSurvival(statistic, usable.length - 2), n: labels.length, degreesOfFreedom: usable.length - 2 })
}

/**
 * Area under the risk-coverage curve: mean error among the most confident rows, averaged over how many are answered.
 * @formula mean over k of (errors among the k most confident)/k
 * @range 0..1, lower is better
 * @source Geifman, El-Yaniv 2017
 * @equals the definition in numpy
 */
export const riskCoverageArea = (errors: Numbers, confidences: Numbers): Result => {
  sameLength('confidences', confidences, errors.length)
  finite('confidences', confidences)
  for (let i = 0; i < errors.length; i += 1) checkNumber('errors', errors[i]!, 0, 1)
  const n = errors.length
  if (n === 0) return notDefined('no rows')
  const order = ascendingOrder(confidences)
  let wrong = 0
  let total = 0
  for (let k = 1; k <= n; k += 1) {
    wrong += errors[order[n - k]!]!
    total += wrong / k
  }
  return estimate(total / n, n)
}

const equalWidth = (y: Uint8Array, p: Numbers, bins: number): ReliabilityBin[] => {
  const rows = new Float64Array(bins)
  const hits = new Float64Array(bins)
  const mass = new Float64Array(bins)
  for (let i = 0; i < y.length; i += 1) {
    const bin = leftClosedBin(p[i]!, bins)
    rows[bin]! += 1
    hits[bin]! += y[i]!
    mass[bin]! += p[i]!
  }
  return Array.from(rows, (n, b) => ({ low: b / bins, high: (b + 1) / bins, n, meanProbability: mass[b]! / n, observedRate: hits[b]! / n })).filter(
    ({ n }) => n > 0,
  )
}

/** The product p·bins may round across an edge; the edge itself, b/bins, decides. */
const leftClosedBin = (p: number, bins: number): number => {
  const guess = Math.min(bins - 1, Math.floor(p * bins))
  if (p < guess / bins) return guess - 1
  return guess + 1 < bins && p >= (guess + 1) / bins ? guess + 1 : guess
}

const equalMass = (y: Uint8Array, p: Numbers, bins: number): ReliabilityBin[] => {
  const order = ascendingOrder(p)
  const n = y.length
  return Array.from({ length: Math.min(bins, n) }, (_, b) => {
    const count = Math.min(bins, n)
    const rows = order.subarray(Math.floor((b * n) / count), Math.floor(((b + 1) * n) / count))
    let hits = 0
    let mass = 0
    for (const row of rows) {
      hits += y[row]!
      mass += p[row]!
    }
    return {
      low: p[rows[0]!]!,
      high: p[rows[rows.length - 1]!]!,
      n: rows.length,
      meanProbability: mass / rows.length,
      observedRate: hits / rows.length,
    }
  })
}

const checked = (labels: Labels, probabilities: Numbers): Uint8Array => {
  const y = binary('labels', labels)
  sameLength('probabilities', probabilities, y.length)
  inRange('probabilities', probabilities, 0, 1)
  return y
}
