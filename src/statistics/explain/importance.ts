import { checkCount, finite, type Numbers } from '../columns.ts'
import { type Matrix, rowsOf } from '../numeric/neighbours.ts'
import { createRandom, shuffle } from '../numeric/random.ts'
import { mean, variance } from '../numeric/sum.ts'
import { estimate, InvalidArgument, isDefined, type Result } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'
import { meanInterval } from '../uncertainty/mean.ts'
import type { PredictRows } from './model.ts'

export type ImportanceOptions = Running & { seed: number; repeats?: number; level?: number }

/** Drop of the score when the column is shuffled; the interval is over the repeats. */
export type ColumnImportance = { column: number; drop: Result; deviation: number }

/**
 * How much a score falls when a column loses its relation to the outcome by shuffling; most important first.
 * @formula mean over repeats of score - score after shuffling the column
 * @range unit of the score; correlated columns share their importance
 * @source Breiman 2001; Fisher, Rudin, Dominici 2019
 * @equals sklearn.inspection.permutation_importance in distribution
 */
export const permutationImportance = (
  predict: PredictRows,
  features: Matrix,
  score: (predictions: ArrayLike<number>) => number,
  { seed, repeats = 10, level = 0.95, ...running }: ImportanceOptions,
): ColumnImportance[] => {
  const { columns } = features
  checkMatrix(features)
  checkCount('repeats', repeats, 2, 10_000)
  const n = rowsOf(features)
  const rows = Float64Array.from(features.values)
  const whole = score(answersOf(predict, rows, n))
  const random = createRandom(seed)
  const importances = Array.from({ length: columns }, (_, column) => {
    const original = Float64Array.from({ length: n }, (_, i) => rows[i * columns + column]!)
    const drops = new Float64Array(repeats)
    for (let r = 0; r < repeats; r += 1) {
      checkpoint(running, column * repeats + r, columns * repeats)
      const shuffled = original.slice()
      shuffle(shuffled, random)
      for (let i = 0; i < n; i += 1) rows[i * columns + column] = shuffled[i]!
      drops[r] = whole - score(answersOf(predict, rows, n))
    }
    for (let i = 0; i < n; i += 1) rows[i * columns + column] = original[i]!
    const summary = meanInterval(drops, level)
    return { column, drop: isDefined(summary) ? estimate(summary.value, n, summary.interval) : summary, deviation: Math.sqrt(variance(drops)) }
  })
  return importances.sort((a, b) => (isDefined(b.drop) ? b.drop.value : -Infinity) - (isDefined(a.drop) ? a.drop.value : -Infinity))
}

export type Dependence = {
  grid: Float64Array /** Mean prediction at each grid value. */
  average: Float64Array /** One curve a row (ICE). */
  individual: Float64Array[]
}

/**
 * Mean prediction when a column is set to each value of a grid for all rows, and the curve of each row.
 * @formula mean over rows of f(x with column = value)
 * @range unit of the prediction; extrapolates where columns are correlated
 * @source Friedman 2001; Goldstein et al. 2015 for the individual curves
 * @equals sklearn.inspection.partial_dependence(kind='both', method='brute')
 */
export const partialDependence = (predict: PredictRows, features: Matrix, column: number, grid: Numbers, running: Running = {}): Dependence => {
  checkMatrix(features)
  checkCount('column', column, 0, features.columns - 1)
  finite('grid', grid)
  const n = rowsOf(features)
  const rows = Float64Array.from(features.values)
  const individual = Array.from({ length: n }, () => new Float64Array(grid.length))
  const average = Float64Array.from(grid, (value, g) => {
    checkpoint(running, g, grid.length)
    for (let i = 0; i < n; i += 1) rows[i * features.columns + column] = value
    const answers = answersOf(predict, rows, n)
    answers.forEach((answer, i) => {
      individual[i]![g] = answer
    })
    return mean(answers)
  })
  return { grid: Float64Array.from(grid), average, individual }
}

const checkMatrix = (features: Matrix): void => {
  checkCount('features.columns', features.columns, 1)
  finite('features', features.values)
  if (features.values.length === 0 || !Number.isInteger(rowsOf(features)))
    throw new InvalidArgument('features', `must hold whole rows of ${features.columns} columns`)
}

const answersOf = (predict: PredictRows, rows: Float64Array, n: number): Float64Array => {
  const answers = Float64Array.from(predict(rows, n))
  if (answers.length !== n) throw new InvalidArgument('predict', `answered ${answers.length} numbers for ${n} rows`)
  if (!answers.every(Number.isFinite)) throw new InvalidArgument('predict', 'answered a number that is not finite')
  return answers
}
