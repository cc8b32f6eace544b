import { checkWeights, type Labels, type Numbers } from '../columns.ts'
import { confusion } from '../quality/confusion.ts'
import { estimate, type Interval, notDefined, type Result } from '../result.ts'
import type { Running } from '../running.ts'
import { criticalZ } from '../uncertainty/proportion.ts'
import { withJackknife } from './jackknife.ts'
import { type Ratings, type RatingTable, tableOf } from './ratings.ts'

export type KappaWeights = 'none' | 'linear' | 'quadratic'

/**
 * Agreement of two raters beyond chance; weighted by the distance of category numbers when asked. Interval by the large-sample variance.
 * @formula 1 - Σ w O / Σ w E, w the disagreement: 0/1, |i-j| or (i-j)²
 * @range -1..1, 1 is perfect
 * @source Cohen 1960, 1968; Fleiss, Cohen, Everitt 1969 for the variance
 * @equals sklearn.metrics.cohen_kappa_score; statsmodels cohens_kappa
 */
export const cohenKappa = (
  first: Labels,
  second: Labels,
  { weights = 'none', rowWeights, level = 0.95 }: { weights?: KappaWeights; rowWeights?: Numbers; level?: number } = {},
): Result => {
  checkWeights(rowWeights, first.length)
  const { counts, weight: total, n } = confusion(first, second, rowWeights)
  if (n === 0) return notDefined('no items')
  const k = counts.length
  const rows = counts.map((row) => row.reduce((a, b) => a + b, 0) / total)
  const columns = rows.map((_, j) => counts.reduce((sum, row) => sum + row[j]!, 0) / total)
  const distance = (i: number, j: number): number => (weights === 'none' ? Number(i !== j) : weights === 'linear' ? Math.abs(i - j) : (i - j) ** 2)
  let observed = 0
  let expected = 0
  for (let i = 0; i < k; i += 1) {
    for (let j = 0; j < k; j += 1) {
      observed += (distance(i, j) * counts[i]![j]!) / total
      expected += distance(i, j) * rows[i]! * columns[j]!
    }
  }
  if (expected === 0) return notDefined('both raters use one category only')
  const value = 1 - observed / expected
  return estimate(value, n, rowWeights === undefined ? kappaInterval(counts, rows, columns, total, distance, value, level) : null)
}

/** Variance under the alternative, in terms of agreement weights 1 - d/d_max. */
const kappaInterval = (
  counts: Float64Array[],
  rows: number[],
  columns: number[],
  n: number,
  distance: (i: number, j: number) => number,
  kappa: number,
  level: number,
): Interval => {
  const k = rows.length
  const largest = distance(0, k - 1)
  const agreement = (i: number, j: number): number => 1 - distance(i, j) / largest
  const rowMean = rows.map((_, i) => columns.reduce((sum, q, j) => sum + q * agreement(i, j), 0))
  const columnMean = columns.map((_, j) => rows.reduce((sum, p, i) => sum + p * agreement(i, j), 0))
  const expected = rows.reduce((sum, p, i) => sum + p * rowMean[i]!, 0)
  let squares = 0
  for (let i = 0; i < k; i += 1) {
    for (let j = 0; j < k; j += 1) squares += (counts[i]![j]! / n) * (agreement(i, j) - (rowMean[i]! + columnMean[j]!) * (1 - kappa)) ** 2
  }
  const spread = (squares - (kappa - expected * (1 - kappa)) ** 2) / ((1 - expected) ** 2 * n)
  const half = criticalZ(level) * Math.sqrt(Math.max(0, spread))
  return { low: Math.max(-1, kappa - half), high: Math.min(1, kappa + half), level, method: 'large sample' }
}

/**
 * Agreement of several raters beyond chance, the same number of ratings for each item (not always by the same people).
 * @formula (P̄ - P̄ₑ)/(1 - P̄ₑ), P̄ₑ from the pooled shares
 * @range -1..1, 1 is perfect
 * @source Fleiss 1971
 * @equals statsmodels.stats.inter_rater.fleiss_kappa
 */
export const fleissKappa = (counts: readonly Numbers[], level = 0.95, running: Running = {}): Result => {
  const raters = counts.length === 0 ? 0 : totalOf(counts[0]!)
  if (raters < 2) return notDefined('fewer than two ratings an item')
  if (counts.some((item) => totalOf(item) !== raters)) return notDefined('items have different numbers of ratings: use Krippendorff’s alpha')
  return withJackknife(counts, fleissOf, level, running)
}

const fleissOf = (counts: readonly Numbers[]): Result => {
  const raters = totalOf(counts[0]!)
  let agreement = 0
  const shares = new Float64Array(counts[0]!.length)
  for (const item of counts) {
    let squares = 0
    for (let k = 0; k < item.length; k += 1) {
      squares += item[k]! * item[k]!
      shares[k]! += item[k]! / (raters * counts.length)
    }
    agreement += (squares - raters) / (raters * (raters - 1)) / counts.length
  }
  const chance = shares.reduce((sum, p) => sum + p * p, 0)
  return 1 - chance < 1e-15 ? notDefined('one category only is used') : estimate((agreement - chance) / (1 - chance), counts.length)
}

const totalOf = (item: Numbers): number => Array.from(item).reduce((a, b) => a + b, 0)

/**
 * Agreement that stays sensible when nearly all ratings are one category: AC1, or AC2 with weights. Items may lack ratings.
 * @formula (p_a - p_e)/(1 - p_e), p_e = T_w/(q(q-1)) Σ π_k(1-π_k)
 * @range -1..1, 1 is perfect
 * @source Gwet 2008, 2014
 * @equals irrCAC gwet_ac1_raw (the formulas in numpy)
 */
export const gwetAc = (
  ratings: Ratings,
  { weights = 'none', level = 0.95, ...running }: Running & { weights?: KappaWeights; level?: number } = {},
): Result => {
  const { names, counts } = tableOf(ratings)
  if (names.length < 2) return notDefined('one category only is used')
  const agreement = agreementWeights({ names, counts }, weights)
  return withJackknife(counts, (items) => gwetOf(items, agreement, names.length), level, running)
}

const agreementWeights = ({ names }: RatingTable, weights: KappaWeights): ((k: number, l: number) => number) => {
  if (weights === 'none') return (k, l) => Number(k === l)
  const at = names.map((name, k) => (typeof name === 'number' ? name : k))
  const range = at[at.length - 1]! - at[0]!
  return (k, l) => 1 - (Math.abs(at[k]! - at[l]!) / range) ** (weights === 'linear' ? 1 : 2)
}

const gwetOf = (items: readonly Float64Array[], agreement: (k: number, l: number) => number, q: number): Result => {
  let observed = 0
  let paired = 0
  let rated = 0
  const shares = new Float64Array(q)
  for (const item of items) {
    const raters = item.reduce((a, b) => a + b, 0)
    if (raters === 0) continue
    rated += 1
    for (let k = 0; k < q; k += 1) shares[k]! += item[k]! / raters
    if (raters < 2) continue
    paired += 1
    for (let k = 0; k < q; k += 1) {
      let near = 0
      for (let l = 0; l < q; l += 1) near += agreement(k, l) * item[l]!
      observed += (item[k]! * (near - 1)) / (raters * (raters - 1))
    }
  }
  if (paired === 0) return notDefined('no item has two ratings')
  let weight = 0
  for (let k = 0; k < q; k += 1) for (let l = 0; l < q; l += 1) weight += agreement(k, l)
  const spread = shares.reduce((sum, share) => sum + (share / rated) * (1 - share / rated), 0)
  const chance = (weight / (q * (q - 1))) * spread
  return estimate((observed / paired - chance) / (1 - chance), items.length)
}
