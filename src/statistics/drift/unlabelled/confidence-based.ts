import { binary, finite, type Labels, type Numbers, sameLength } from '../../columns.ts'
import { ascendingOrder } from '../../numeric/order.ts'
import { estimate, notDefined, type Result, type Undefined } from '../../result.ts'
import { applyIsotonic, fitIsotonic, type Isotonic } from './isotonic.ts'

/** What performance must be, if the scores are right about their own uncertainty. `n` is the number of rows. */
export type ExpectedPerformance = { accuracy: Result; precision: Result; recall: Result; f1: Result; rocAuc: Result }

/**
 * Calibration of scores on rows whose truth is known: the first half of confidence-based estimation.
 * @formula isotonic regression of labels on scores
 * @range 0..1
 * @source Zadrozny, Elkan 2002
 * @equals sklearn.isotonic.IsotonicRegression
 */
export const fitCalibration = (labels: Labels, scores: Numbers): Isotonic | Undefined => {
  const y = binary('labels', labels)
  sameLength('scores', scores, y.length)
  return y.length === 0 ? notDefined('no rows') : fitIsotonic(scores, y)
}

/**
 * Confidence-based performance estimate without labels. Holds under a change of inputs only: it cannot see a changed relation of input and truth, nor report an
 * accuracy below ½ at threshold ½; pair it with a labelled sample.
 * @formula accuracy = mean(1 - |ŷ - p|); precision, recall from Σp; AUC from the expected curve over calibrated p
 * @range 0..1
 * @source NannyML CBPE
 * @equals NannyML's formulas on the same calibrated probabilities
 */
export const expectedPerformance = (calibration: Isotonic, scores: Numbers, predictions: Labels): ExpectedPerformance | Undefined => {
  finite('scores', scores)
  const yes = binary('predictions', predictions)
  sameLength('predictions', predictions, scores.length)
  const n = yes.length
  if (n === 0) return notDefined('no rows')
  const p = Float64Array.from(scores, (score) => applyIsotonic(calibration, score))
  let truePositives = 0
  let predicted = 0
  let positives = 0
  for (let i = 0; i < n; i += 1) {
    positives += p[i]!
    if (yes[i] === 0) continue
    truePositives += p[i]!
    predicted += 1
  }
  const right = truePositives + (n - predicted - (positives - truePositives))
  const over = (top: number, bottom: number, reason: string): Result => (bottom === 0 ? notDefined(reason) : estimate(top / bottom, n))
  return {
    accuracy: estimate(right / n, n),
    precision: over(truePositives, predicted, 'nothing is predicted positive'),
    recall: over(truePositives, positives, 'no positives are expected'),
    f1: over(2 * truePositives, predicted + positives, 'no positives, neither predicted nor expected'),
    rocAuc: expectedAuc(p, scores),
  }
}

/** Each row counts p as positive and 1-p as negative; ties of score share their area. */
const expectedAuc = (p: Float64Array, scores: Numbers): Result => {
  const order = ascendingOrder(scores)
  let negativesBelow = 0
  let area = 0
  let positives = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    let up = 0
    let down = 0
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      up += p[order[to]!]!
      down += 1 - p[order[to]!]!
      to += 1
    }
    area += up * (negativesBelow + down / 2)
    negativesBelow += down
    positives += up
    from = to
  }
  return positives === 0 || negativesBelow === 0
    ? notDefined('one class only is expected')
    : estimate(area / (positives * negativesBelow), order.length)
}
