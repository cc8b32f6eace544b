import { checkCount, finite } from '../columns.ts'
import { cholesky, solveCholesky } from '../numeric/linear-algebra.ts'
import { type Matrix, rowsOf } from '../numeric/neighbours.ts'
import { midRanks } from '../numeric/order.ts'
import { createRandom, shuffle } from '../numeric/random.ts'
import { InvalidArgument, notDefined, type Undefined } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'

export type ClassifierDriftOptions = Running & { seed: number; folds?: number; permutations?: number; ridge?: number }

export type ClassifierDrift = {
  /** Out-of-fold area under the ROC curve of telling current from reference rows; 0.5 when they cannot be told apart. */
  auc: number
  pValue: number
  n: number
  /** Columns by the size of their standardised weight, largest first. */
  columns: { column: number; weight: number }[]
}

/**
 * Classifier two-sample test: can a linear rule tell the samples apart on rows it has not seen? The rule is least squares with a ridge on standardised
 * columns (Fisher's discriminant), whose predictions are linear in the labels: permuted labels cost no refit.
 * @formula out-of-fold AUC; p = (1 + #(AUC* ≥ AUC))/(1 + B)
 * @range auc 0..1, p 1/(B+1)..1
 * @source Lopez-Paz, Oquab 2017; Fisher 1936
 * @equals sklearn Ridge on standardised columns with the same folds
 */
export const classifierDrift = (reference: Matrix, current: Matrix, options: ClassifierDriftOptions): ClassifierDrift | Undefined => {
  const { folds = 5, permutations = 199, ridge = 1 } = options
  if (reference.columns !== current.columns) throw new InvalidArgument('current', `has ${current.columns} columns, expected ${reference.columns}`)
  finite('reference', reference.values)
  finite('current', current.values)
  checkCount('folds', folds, 2, 100)
  checkCount('permutations', permutations, 0, 1_000_000)
  if (!(ridge > 0)) throw new InvalidArgument('ridge', 'must be positive')
  const m = rowsOf(reference)
  const n = rowsOf(current)
  if (m < folds || n < folds) return notDefined(`a sample has fewer than ${folds} rows`)
  const x = standardised({ columns: reference.columns, values: Float64Array.from([...Array.from(reference.values), ...Array.from(current.values)]) })
  const random = createRandom(options.seed)
  const fold = assignFolds(m, n, folds, random)
  const solvers = Array.from({ length: folds }, (_, f) => fitFold(x, fold, f, ridge))
  const labels = Float64Array.from({ length: m + n }, (_, i) => (i < m ? -1 : 1))
  const auc = outOfFoldAuc(x, fold, solvers, labels)
  let extreme = 1
  const shuffled = labels.slice()
  for (let b = 0; b < permutations; b += 1) {
    checkpoint(options, b, permutations)
    shuffle(shuffled, random)
    if (outOfFoldAuc(x, fold, solvers, shuffled) >= auc) extreme += 1
  }
  const weights = fitFold(x, fold, -1, ridge)(labels)
  const columns = Array.from({ length: x.columns }, (_, column) => ({ column, weight: weights[column]! })).sort(
    (a, b) => Math.abs(b.weight) - Math.abs(a.weight),
  )
  return { auc, pValue: extreme / (permutations + 1), n: m + n, columns }
}

type Rows = { columns: number; values: Float64Array }

const standardised = ({ columns, values }: Rows): Rows => {
  const n = values.length / columns
  const out = new Float64Array(values.length)
  for (let c = 0; c < columns; c += 1) {
    let centre = 0
    for (let i = 0; i < n; i += 1) centre += values[i * columns + c]! / n
    let squares = 0
    for (let i = 0; i < n; i += 1) squares += (values[i * columns + c]! - centre) ** 2 / n
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
    for (let i = 0; i < n; i += 1) out[i * columns + c] = (values[i * columns + c]! - centre) * scale
  }
  return { columns, values: out }
}

/** Each sample is spread evenly over the folds. */
const assignFolds = (m: number, n: number, folds: number, random: ReturnType<typeof createRandom>): Int32Array => {
  const own = Int32Array.from({ length: m }, (_, i) => i % folds)
  const other = Int32Array.from({ length: n }, (_, i) => i % folds)
  shuffle(own, random)
  shuffle(other, random)
  return Int32Array.from([...own, ...other])
}

/** Factors XᵀX + λI of the rows outside the fold once; the answer turns labels into weights, intercept last. */
const fitFold = ({ columns, values }: Rows, fold: Int32Array, left: number, ridge: number): ((labels: Float64Array) => Float64Array) => {
  const d = columns + 1
  const gram = new Float64Array(d * d)
  for (let i = 0; i < fold.length; i += 1) {
    if (fold[i] === left) continue
    for (let a = 0; a < d; a += 1) {
      const xa = a < columns ? values[i * columns + a]! : 1
      for (let b = 0; b <= a; b += 1) gram[a * d + b]! += xa * (b < columns ? values[i * columns + b]! : 1)
    }
  }
  for (let a = 0; a < d; a += 1) {
    gram[a * d + a]! += a < columns ? ridge : 1e-9
    for (let b = 0; b < a; b += 1) gram[b * d + a] = gram[a * d + b]!
  }
  const lower = cholesky(gram, d)
  if (lower === null) throw new InvalidArgument('reference', 'holds values too large to square')
  return (labels) => {
    const moment = new Float64Array(d)
    for (let i = 0; i < fold.length; i += 1) {
      if (fold[i] === left) continue
      for (let c = 0; c < columns; c += 1) moment[c]! += values[i * columns + c]! * labels[i]!
      moment[columns]! += labels[i]!
    }
    return solveCholesky(lower, d, moment)
  }
}

const outOfFoldAuc = (
  { columns, values }: Rows,
  fold: Int32Array,
  solvers: ((labels: Float64Array) => Float64Array)[],
  labels: Float64Array,
): number => {
  const weights = solvers.map((solve) => solve(labels))
  const scores = Float64Array.from(fold, (f, i) => {
    let score = weights[f]![columns]!
    for (let c = 0; c < columns; c += 1) score += weights[f]![c]! * values[i * columns + c]!
    return score
  })
  const ranks = midRanks(scores)
  let positives = 0
  let rankSum = 0
  for (let i = 0; i < labels.length; i += 1) {
    if (labels[i] !== 1) continue
    positives += 1
    rankSum += ranks[i]!
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives))
}
