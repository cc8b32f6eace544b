import { checkLevel, checkNumber, checkWeights, encodeTogether, type Labels, type Numbers, sameLength } from '../columns.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'
import { wilsonInterval } from '../uncertainty/proportion.ts'
import { type Cells, type Confusion, cellsOf, confusion } from './confusion.ts'

export type QualityOptions = { weights?: Numbers; level?: number }

/** `binary` needs `positive`; the others are scikit-learn's. */
export type Averaging = 'binary' | 'micro' | 'macro' | 'weighted'

export type ClassOptions = QualityOptions & {
  average?: Averaging
  /** The class that counts as a hit for `binary`; 1 unless given. */
  positive?: number | string | boolean
  /** What a class counts whose denominator is empty; `undefined` answers the reason instead. */
  zeroDivision?: number | 'undefined'
}

/**
 * Share of right predictions, with Wilson's interval.
 * @formula Σ w·1[y = ŷ] / Σ w
 * @range 0..1, higher is better
 * @source scikit-learn user guide 3.4
 * @equals sklearn.metrics.accuracy_score
 */
export const accuracy = (labels: Labels, predictions: Labels, { weights, level = 0.95 }: QualityOptions = {}): Result => {
  sameLength('predictions', predictions, labels.length)
  checkLevel(level)
  const w = checkWeights(weights, labels.length)
  if (labels.length === 0) return notDefined('no rows')
  const { labels: y, predictions: p } = encodeTogether({ labels, predictions })
  let right = 0
  let total = 0
  let squares = 0
  for (let i = 0; i < y.codes.length; i += 1) {
    const weight = w === null ? 1 : w[i]!
    total += weight
    squares += weight * weight
    if (y.codes[i] === p.codes[i]) right += weight
  }
  return shareEstimate(right, total, squares, labels.length, level)
}

/** A weighted share; the interval stands on Kish's effective size (Σw)²/Σw². */
const shareEstimate = (hit: number, total: number, squares: number, n: number, level: number): Result => {
  const effective = (total * total) / squares
  const share = Math.min(1, hit / total)
  return estimate(share, n, wilsonInterval(share * effective, effective, level))
}

/**
 * Mean of the recalls of the classes that occur.
 * @formula mean over classes of TP/(TP+FN); adjusted: (that - 1/k)/(1 - 1/k)
 * @range 0..1, higher is better
 * @source Brodersen et al. 2010
 * @equals sklearn.metrics.balanced_accuracy_score
 */
export const balancedAccuracy = (
  labels: Labels,
  predictions: Labels,
  { weights, adjusted = false }: { weights?: Numbers; adjusted?: boolean } = {},
): Result => {
  const matrix = confusion(labels, predictions, weights)
  const recalls = matrix.names.flatMap((_, k) => {
    const { tp, fn } = cellsOf(matrix, k)
    return tp + fn > 0 ? [tp / (tp + fn)] : []
  })
  if (recalls.length === 0) return notDefined('no rows')
  const value = recalls.reduce((a, b) => a + b, 0) / recalls.length
  if (!adjusted) return estimate(value, matrix.n)
  const chance = 1 / recalls.length
  return chance === 1 ? notDefined('one class only') : estimate((value - chance) / (1 - chance), matrix.n)
}

/**
 * Share of the predicted positives that are right.
 * @formula TP/(TP+FP); micro: on pooled counts; macro: mean over classes; weighted: by class support
 * @range 0..1, higher is better
 * @source van Rijsbergen 1979; scikit-learn user guide 3.4
 * @equals sklearn.metrics.precision_score
 */
export const precision = (labels: Labels, predictions: Labels, options: ClassOptions = {}): Result =>
  averaged(labels, predictions, options, ({ tp, fp }) => [tp, tp + fp], 'no predicted positives')

/**
 * Share of the positives that are found.
 * @formula TP/(TP+FN); averaged as for precision
 * @range 0..1, higher is better
 * @source van Rijsbergen 1979
 * @equals sklearn.metrics.recall_score
 */
export const recall = (labels: Labels, predictions: Labels, options: ClassOptions = {}): Result =>
  averaged(labels, predictions, options, ({ tp, fn }) => [tp, tp + fn], 'no positives')

/**
 * Harmonic mean of precision and recall, recall β times as important.
 * @formula (1+β²)TP / ((1+β²)TP + β²FN + FP)
 * @range 0..1, higher is better
 * @source van Rijsbergen 1979
 * @equals sklearn.metrics.fbeta_score
 */
export const fBeta = (labels: Labels, predictions: Labels, options: ClassOptions & { beta?: number } = {}): Result => {
  const { beta = 1 } = options
  checkNumber('beta', beta, 0)
  const b = beta * beta
  return averaged(
    labels,
    predictions,
    options,
    ({ tp, fp, fn }) => [(1 + b) * tp, (1 + b) * tp + b * fn + fp],
    'no positives, neither predicted nor true',
  )
}

const averaged = (labels: Labels, predictions: Labels, options: ClassOptions, part: (cells: Cells) => [number, number], reason: string): Result => {
  const { average = 'binary', level = 0.95 } = options
  checkLevel(level)
  const matrix = confusion(labels, predictions, options.weights)
  if (matrix.n === 0) return notDefined('no rows')
  const cells = matrix.names.map((_, k) => cellsOf(matrix, k))
  if (average === 'binary') return binaryScore(matrix, cells, options, part, reason)
  if (average === 'micro') {
    const [hit, total] = part(cells.reduce((a, c) => ({ tp: a.tp + c.tp, fp: a.fp + c.fp, fn: a.fn + c.fn, tn: a.tn + c.tn })))
    return total === 0 ? empty(options, matrix.n, reason) : estimate(hit / total, matrix.n)
  }
  return meanOverClasses(matrix, cells, options, part, reason)
}

const binaryScore = (matrix: Confusion, cells: Cells[], options: ClassOptions, part: (cells: Cells) => [number, number], reason: string): Result => {
  const { positive = 1, weights, level = 0.95 } = options
  if (options.average === undefined && matrix.names.length > 2) throw new InvalidArgument('average', 'must be chosen for more than two classes')
  const k = matrix.names.findIndex((name) => name === positive || (positive === 1 && name === true))
  const [hit, total] = k < 0 ? [0, 0] : part(cells[k]!)
  if (total === 0) return empty(options, matrix.n, reason)
  const isShare = Number.isInteger(total) && weights === undefined
  return estimate(hit / total, matrix.n, isShare ? wilsonInterval(hit, total, level) : null)
}

const meanOverClasses = (
  matrix: Confusion,
  cells: Cells[],
  options: ClassOptions,
  part: (cells: Cells) => [number, number],
  reason: string,
): Result => {
  let total = 0
  let weight = 0
  for (const cell of cells) {
    const [hit, whole] = part(cell)
    if (whole === 0 && (options.zeroDivision ?? 'undefined') === 'undefined') return notDefined(`${reason} in a class`)
    const share = options.average === 'weighted' ? cell.tp + cell.fn : 1
    total += share * (whole === 0 ? Number(options.zeroDivision) : hit / whole)
    weight += share
  }
  return estimate(total / weight, matrix.n)
}

const empty = ({ zeroDivision = 'undefined' }: ClassOptions, n: number, reason: string): Result =>
  zeroDivision === 'undefined' ? notDefined(reason) : estimate(zeroDivision, n)
