import { checkNumber, checkWeights, finite, type Numbers, sameLength } from '../columns.ts'
import { weightedMean } from '../numeric/sum.ts'
import { estimate, notDefined, type Result } from '../result.ts'

export type RegressionOptions = { weights?: Numbers }

/**
 * Mean absolute error.
 * @formula mean |y - ŷ|
 * @range 0..∞ in the unit of y, lower is better
 * @source scikit-learn user guide 3.4.6
 * @equals sklearn.metrics.mean_absolute_error
 */
export const meanAbsoluteError = (actual: Numbers, predicted: Numbers, options: RegressionOptions = {}): Result =>
  meanLoss(actual, predicted, options, (y, p) => Math.abs(y - p))

/**
 * Root of the mean squared error.
 * @formula √ mean (y - ŷ)²
 * @range 0..∞ in the unit of y, lower is better
 * @source scikit-learn user guide 3.4.6
 * @equals sklearn.metrics.root_mean_squared_error
 */
export const rootMeanSquaredError = (actual: Numbers, predicted: Numbers, options: RegressionOptions = {}): Result => {
  const square = meanLoss(actual, predicted, options, (y, p) => (y - p) ** 2)
  return 'undefined' in square ? square : estimate(Math.sqrt(square.value), square.n)
}

/**
 * Mean absolute error relative to the truth; undefined when a true value is 0 (scikit-learn divides by 2.2e-16 there).
 * @formula mean |y - ŷ| / |y|
 * @range 0..∞, lower is better
 * @source de Myttenaere et al. 2016
 * @equals sklearn.metrics.mean_absolute_percentage_error
 */
export const meanAbsolutePercentageError = (actual: Numbers, predicted: Numbers, options: RegressionOptions = {}): Result => {
  finite('actual', actual)
  for (let i = 0; i < actual.length; i += 1) if (actual[i] === 0) return notDefined(`the true value of row ${i} is 0`)
  return meanLoss(actual, predicted, options, (y, p) => Math.abs(y - p) / Math.abs(y))
}

/**
 * Share of the variance that is explained; undefined when y does not vary.
 * @formula 1 - Σ(y-ŷ)²/Σ(y-ȳ)²
 * @range -∞..1, higher is better
 * @source scikit-learn user guide 3.4.6
 * @equals sklearn.metrics.r2_score
 */
export const rSquared = (actual: Numbers, predicted: Numbers, options: RegressionOptions = {}): Result => {
  const residual = meanLoss(actual, predicted, options, (y, p) => (y - p) ** 2)
  if ('undefined' in residual) return residual
  const centre = weightedMean(actual, options.weights ?? null)
  const total = meanLoss(actual, actual, options, (y) => (y - centre) ** 2)
  if ('undefined' in total || total.value === 0) return notDefined('the true values do not vary')
  return estimate(1 - residual.value / total.value, residual.n)
}

/**
 * Pinball loss of a predicted quantile.
 * @formula mean max(α(y-ŷ), (α-1)(y-ŷ))
 * @range 0..∞ in the unit of y, lower is better
 * @source Koenker, Bassett 1978
 * @equals sklearn.metrics.mean_pinball_loss
 */
export const quantileLoss = (actual: Numbers, predicted: Numbers, alpha: number, options: RegressionOptions = {}): Result => {
  checkNumber('alpha', alpha, 0, 1)
  return meanLoss(actual, predicted, options, (y, p) => Math.max(alpha * (y - p), (alpha - 1) * (y - p)))
}

const meanLoss = (actual: Numbers, predicted: Numbers, { weights }: RegressionOptions, loss: (y: number, p: number) => number): Result => {
  sameLength('predicted', predicted, actual.length)
  finite('actual', actual)
  finite('predicted', predicted)
  const w = checkWeights(weights, actual.length)
  if (actual.length === 0) return notDefined('no rows')
  const losses = Float64Array.from({ length: actual.length }, (_, i) => loss(actual[i]!, predicted[i]!))
  const value = weightedMean(losses, w)
  return Number.isFinite(value) ? estimate(value, actual.length) : notDefined('the losses are too large to add')
}
