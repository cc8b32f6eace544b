import type { Labels, Numbers } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { confusion } from './confusion.ts'

/**
 * Matthews' correlation of labels and predictions, for any number of classes.
 * @formula (c·s - Σ p_k t_k) / √((s² - Σ p_k²)(s² - Σ t_k²)); c right, s rows, p_k and t_k predicted and true counts
 * @range -1..1, higher is better
 * @source Matthews 1975; Gorodkin 2004
 * @equals sklearn.metrics.matthews_corrcoef (which answers 0 where this is undefined)
 */
export const matthewsCorrelation = (labels: Labels, predictions: Labels, { weights }: { weights?: Numbers } = {}): Result => {
  const { counts, weight, n } = confusion(labels, predictions, weights)
  if (n === 0) return notDefined('no rows')
  const actual = counts.map((row) => row.reduce((a, b) => a + b, 0))
  const predicted = counts.map((_, k) => counts.reduce((total, row) => total + row[k]!, 0))
  const right = counts.reduce((total, row, k) => total + row[k]!, 0)
  const cross = actual.reduce((total, t, k) => total + t * predicted[k]!, 0)
  const squares = (totals: number[]): number => totals.reduce((total, t) => total + t * t, 0)
  if (actual.includes(weight) || predicted.includes(weight)) return notDefined('labels or predictions are all of one class')
  const spread = (weight * weight - squares(predicted)) * (weight * weight - squares(actual))
  return spread > 0 ? estimate((right * weight - cross) / Math.sqrt(spread), n) : notDefined('labels or predictions are all of one class')
}
