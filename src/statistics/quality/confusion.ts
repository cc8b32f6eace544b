import { checkCount, checkWeights, encodeTogether, type Labels, type Numbers, sameLength } from '../columns.ts'

/** `counts[i][j]`: weight of rows whose label is `names[i]` and whose prediction is `names[j]`. */
export type Confusion = { names: readonly (number | string | boolean)[]; counts: Float64Array[]; n: number; weight: number }

/**
 * Confusion matrix over the union of labels and predictions, in ascending order of names.
 * @formula counts[i][j] = Σ w·1[y = i, ŷ = j]
 * @range 0..Σw
 * @source scikit-learn user guide 3.4
 * @equals sklearn.metrics.confusion_matrix
 */
export const confusion = (labels: Labels, predictions: Labels, weights?: Numbers): Confusion => {
  sameLength('predictions', predictions, labels.length)
  const w = checkWeights(weights, labels.length)
  const columns = encodeTogether({ labels, predictions })
  const names = columns.labels.names
  const k = names.length
  const flat = new Float64Array(k * k)
  let weight = 0
  for (let i = 0; i < labels.length; i += 1) {
    const rowWeight = w === null ? 1 : w[i]!
    flat[columns.labels.codes[i]! * k + columns.predictions.codes[i]!]! += rowWeight
    weight += rowWeight
  }
  return { names, counts: Array.from({ length: k }, (_, i) => flat.subarray(i * k, i * k + k)), n: labels.length, weight }
}

/** One class against the rest. */
export type Cells = { tp: number; fp: number; fn: number; tn: number }

export const cellsOf = ({ counts, weight }: Confusion, k: number): Cells => {
  checkCount('k', k, 0, counts.length - 1)
  const tp = counts[k]![k]!
  let row = 0
  let column = 0
  for (let j = 0; j < counts.length; j += 1) {
    row += counts[k]![j]!
    column += counts[j]![k]!
  }
  return { tp, fp: column - tp, fn: row - tp, tn: weight - row - column + tp }
}
