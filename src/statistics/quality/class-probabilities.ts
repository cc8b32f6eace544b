import { checkCount, checkWeights, inRange, type Numbers, sameLength } from '../columns.ts'
import { sum } from '../numeric/sum.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'

/** Probabilities (or scores) of `classes` classes, row after row in one array; labels are class numbers 0..classes-1. */
export type ClassScores = { labels: Numbers; probabilities: Numbers; classes: number; weights?: Numbers }

/** Double precision's ε: where scikit-learn clips, so that one wrong certainty costs 36.04 and not infinity. */
const EPSILON = 2 ** -52

/**
 * Mean surprise of the true class, in nats. Rows that do not sum to 1 are refused.
 * @formula -mean ln p(true class), p clipped to ε..1-ε
 * @range 0..36.04, lower is better
 * @source Good 1952; scikit-learn user guide 3.4.4
 * @equals sklearn.metrics.log_loss
 */
export const logLoss = ({ labels, probabilities, classes, weights }: ClassScores): Result => {
  const n = checkScores({ labels, probabilities, classes })
  inRange('probabilities', probabilities, 0, 1)
  const w = checkWeights(weights, n)
  if (n === 0) return notDefined('no rows')
  const losses = new Float64Array(n)
  for (let i = 0; i < n; i += 1) {
    let total = 0
    for (let k = 0; k < classes; k += 1) total += probabilities[i * classes + k]!
    if (Math.abs(total - 1) > 1e-6) throw new InvalidArgument('probabilities', `of row ${i} sum to ${total}`)
    const p = Math.min(1 - EPSILON, Math.max(EPSILON, probabilities[i * classes + labels[i]!]!))
    losses[i] = -Math.log(p) * (w === null ? 1 : w[i]!)
  }
  return estimate(sum(losses) / (w === null ? n : sum(w)), n)
}

/**
 * Share of rows whose true class is among the k best scores; ties go to the higher class number.
 * @formula mean 1[rank of true class ≤ k]
 * @range 0..1, higher is better
 * @source scikit-learn user guide 3.4.4
 * @equals sklearn.metrics.top_k_accuracy_score
 */
export const topKAccuracy = ({ labels, probabilities, classes }: ClassScores, k = 5): Result => {
  const n = checkScores({ labels, probabilities, classes })
  checkCount('k', k, 1)
  if (n === 0) return notDefined('no rows')
  let hits = 0
  for (let i = 0; i < n; i += 1) {
    const label = labels[i]!
    const own = probabilities[i * classes + label]!
    let better = 0
    for (let c = 0; c < classes; c += 1) {
      const other = probabilities[i * classes + c]!
      if (other > own || (other === own && c > label)) better += 1
    }
    if (better < k) hits += 1
  }
  return estimate(hits / n, n)
}

const checkScores = ({ labels, probabilities, classes }: ClassScores): number => {
  checkCount('classes', classes, 2)
  sameLength('probabilities', probabilities, labels.length * classes)
  for (let i = 0; i < labels.length; i += 1) checkCount('labels', labels[i]!, 0, classes - 1)
  for (let i = 0; i < probabilities.length; i += 1) {
    if (!Number.isFinite(probabilities[i])) throw new InvalidArgument('probabilities', `has a missing or infinite value at ${i}`)
  }
  return labels.length
}
