import { binary, checkLevel, checkWeights, finite, type Labels, type Numbers, sameLength } from '../columns.ts'
import { ascendingOrder, midRanks } from '../numeric/order.ts'
import { estimate, type Interval, notDefined, type Result, type Undefined } from '../result.ts'
import { criticalZ } from '../uncertainty/proportion.ts'

/** One threshold after another, from the strictest: how much of each class scores at or above it. */
export type Sweep = { thresholds: Float64Array; truePositives: Float64Array; falsePositives: Float64Array; positives: number; negatives: number }

/**
 * Area under the ROC curve: the chance that a positive outscores a negative, ties counting half; DeLong's interval (not for weighted rows).
 * @formula Σ (mid-rank of positives) form of Mann-Whitney's U / (n₁n₀)
 * @range 0..1, higher is better
 * @source Hanley, McNeil 1982; DeLong, DeLong, Clarke-Pearson 1988
 * @equals sklearn.metrics.roc_auc_score
 */
export const rocAuc = (labels: Labels, scores: Numbers, { weights, level = 0.95 }: { weights?: Numbers; level?: number } = {}): Result => {
  checkLevel(level)
  const swept = sweep(labels, scores, weights)
  if ('undefined' in swept) return swept
  const { truePositives: tp, falsePositives: fp, positives, negatives } = swept
  if (positives === 0 || negatives === 0) return notDefined('labels are all of one class')
  let area = 0
  for (let i = 0; i < tp.length; i += 1) area += ((fp[i]! - (fp[i - 1] ?? 0)) * (tp[i]! + (tp[i - 1] ?? 0))) / 2
  const value = area / (positives * negatives)
  return estimate(value, labels.length, weights === undefined ? deLong(labels, scores, value, level) : null)
}

/**
 * Average precision: precision at each positive, in order of score, without interpolation.
 * @formula Σ (R_k - R_{k-1}) P_k
 * @range 0..1, higher is better; chance level is the base rate
 * @source scikit-learn user guide 3.4.4
 * @equals sklearn.metrics.average_precision_score
 */
export const averagePrecision = (labels: Labels, scores: Numbers, { weights }: { weights?: Numbers } = {}): Result => {
  const swept = sweep(labels, scores, weights)
  if ('undefined' in swept) return swept
  const { truePositives: tp, falsePositives: fp, positives } = swept
  if (positives === 0) return notDefined('no positives')
  let total = 0
  for (let i = 0; i < tp.length; i += 1) {
    const gained = tp[i]! - (tp[i - 1] ?? 0)
    if (gained > 0) total += (gained / positives) * (tp[i]! / (tp[i]! + fp[i]!))
  }
  return estimate(total, labels.length)
}

/**
 * Area under the precision-recall curve by trapezoids: optimistic between points, kept because reports quote it.
 * @formula Σ (R_k - R_{k-1})(P_k + P_{k-1})/2, starting at recall 0, precision 1
 * @range 0..1, higher is better
 * @source Davis, Goadrich 2006 (who warn of it)
 * @equals sklearn.metrics.auc(recall, precision) of precision_recall_curve
 */
export const precisionRecallAuc = (labels: Labels, scores: Numbers, { weights }: { weights?: Numbers } = {}): Result => {
  const swept = sweep(labels, scores, weights)
  if ('undefined' in swept) return swept
  const { truePositives: tp, falsePositives: fp, positives } = swept
  if (positives === 0) return notDefined('no positives')
  let total = 0
  let recall = 0
  let precision = 1
  for (let i = 0; i < tp.length; i += 1) {
    if (tp[i]! + fp[i]! === 0) continue
    const nextRecall = tp[i]! / positives
    const nextPrecision = tp[i]! / (tp[i]! + fp[i]!)
    total += ((nextRecall - recall) * (precision + nextPrecision)) / 2
    recall = nextRecall
    precision = nextPrecision
  }
  return estimate(total, labels.length)
}

/**
 * The ROC curve, one point a distinct score, beginning at (0, 0).
 * @formula (FP/N, TP/P) at each threshold
 * @range 0..1
 * @source Fawcett 2006
 * @equals sklearn.metrics.roc_curve(drop_intermediate=False)
 */
export const rocCurve = (
  labels: Labels,
  scores: Numbers,
): { falsePositiveRate: number[]; truePositiveRate: number[]; thresholds: number[] } | Undefined => {
  const swept = sweep(labels, scores)
  if ('undefined' in swept) return swept
  if (swept.positives === 0 || swept.negatives === 0) return notDefined('labels are all of one class')
  return {
    falsePositiveRate: [0, ...Array.from(swept.falsePositives, (x) => x / swept.negatives)],
    truePositiveRate: [0, ...Array.from(swept.truePositives, (x) => x / swept.positives)],
    thresholds: [Infinity, ...swept.thresholds],
  }
}

/** Cumulated weights of both classes at each distinct score, highest first. */
export const sweep = (labels: Labels, scores: Numbers, weights?: Numbers): Sweep | Undefined => {
  const y = binary('labels', labels)
  sameLength('scores', scores, y.length)
  finite('scores', scores)
  const w = checkWeights(weights, y.length)
  const n = y.length
  if (n === 0) return notDefined('no rows')
  const order = ascendingOrder(scores)
  const thresholds = new Float64Array(n)
  const tp = new Float64Array(n)
  const fp = new Float64Array(n)
  let positives = 0
  let negatives = 0
  let k = 0
  for (let i = n - 1; i >= 0; i -= 1) {
    const row = order[i]!
    const weight = w === null ? 1 : w[row]!
    if (y[row] === 1) positives += weight
    else negatives += weight
    if (i > 0 && scores[order[i - 1]!] === scores[row]) continue
    thresholds[k] = scores[row]!
    tp[k] = positives
    fp[k] = negatives
    k += 1
  }
  return { thresholds: thresholds.subarray(0, k), truePositives: tp.subarray(0, k), falsePositives: fp.subarray(0, k), positives, negatives }
}

/** Variance from the placements: the mid-rank in all rows minus the mid-rank in the own class (Sun, Xu 2014). */
const deLong = (labels: Labels, scores: Numbers, value: number, level: number): Interval | null => {
  const y = binary('labels', labels)
  const all = midRanks(scores)
  const placements = (label: 0 | 1): { values: number[]; size: number } => {
    const rows = Array.from(y.keys()).filter((i) => y[i] === label)
    const own = midRanks(rows.map((i) => scores[i]!))
    const others = y.length - rows.length
    return { values: rows.map((row, i) => (all[row]! - own[i]!) / others), size: rows.length }
  }
  const spread = ({ values, size }: { values: number[]; size: number }): number => {
    const centre = values.reduce((a, b) => a + b, 0) / size
    return values.reduce((a, b) => a + (b - centre) ** 2, 0) / (size - 1) / size
  }
  const [positive, negative] = [placements(1), placements(0)]
  if (positive.size < 2 || negative.size < 2) return null
  const half = criticalZ(level) * Math.sqrt(spread(positive) + spread(negative))
  return { low: Math.max(0, value - half), high: Math.min(1, value + half), level, method: 'delong' }
}
