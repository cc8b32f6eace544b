import { binary, checkCount, checkNumber, encode, finite, type Labels, type Numbers, sameLength } from '../columns.ts'
import { type Matrix, nearest, rowsOf } from '../numeric/neighbours.ts'
import { mean } from '../numeric/sum.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'

/**
 * Inequality of a benefit: 2 is half the squared coefficient of variation, 1 Theil's index, 0 the mean log deviation.
 * @formula mean((b/μ)^α - 1)/(α(α-1)); α = 1: mean((b/μ) ln(b/μ)); α = 0: -mean ln(b/μ)
 * @range 0..∞, lower is more equal
 * @source Speicher et al. 2018
 * @equals smclarify GE (α = 2); aif360 generalized_entropy_index (α ≠ 0: at α = 0 aif360 divides by the mean once more)
 */
export const generalizedEntropyOf = (benefits: Numbers, alpha = 2): Result => {
  finite('benefits', benefits)
  checkNumber('alpha', alpha)
  const n = benefits.length
  if (n === 0) return notDefined('no rows')
  for (let i = 0; i < n; i += 1) if (benefits[i]! < 0) throw new InvalidArgument('benefits', `must not be negative, row ${i} is ${benefits[i]}`)
  const centre = mean(benefits)
  if (centre === 0) return notDefined('every benefit is 0')
  let total = 0
  for (let i = 0; i < n; i += 1) total += entropyTerm(benefits[i]! / centre, alpha)
  const value = total / n / (alpha === 0 || alpha === 1 ? 1 : alpha * (alpha - 1))
  return Number.isFinite(value) ? estimate(value, n) : notDefined('a benefit of 0 makes the index infinite')
}

const entropyTerm = (share: number, alpha: number): number => {
  if (alpha === 0) return -Math.log(share)
  if (alpha === 1) return share === 0 ? 0 : share * Math.log(share)
  return share ** alpha - 1
}

/**
 * Generalized entropy of the benefit of a prediction: 2 for undeserved success, 1 for what is deserved, 0 for undeserved failure.
 * @formula of b = ŷ - y + 1
 * @range 0..∞, lower is more equal
 * @source Speicher et al. 2018
 * @equals smclarify GE; aif360 generalized_entropy_error
 */
export const generalizedEntropy = (labels: Labels, predictions: Labels, alpha = 2): Result =>
  generalizedEntropyOf(benefitsOf(labels, predictions), alpha)

/**
 * Generalized entropy with α = 1.
 * @formula mean((b/μ) ln(b/μ)), b = ŷ - y + 1
 * @range 0..ln n, lower is more equal
 * @source Theil 1967; Speicher et al. 2018
 * @equals aif360 theil_index
 */
export const theilIndex = (labels: Labels, predictions: Labels): Result => generalizedEntropy(labels, predictions, 1)

/**
 * The part of the generalized entropy that lies between groups: every row takes the mean benefit of its group.
 * @formula GE of b replaced by the mean of its group
 * @range 0..GE, lower is more equal
 * @source Speicher et al. 2018
 * @equals aif360 between_group_generalized_entropy_error
 */
export const betweenGroupEntropy = (labels: Labels, predictions: Labels, groups: Labels, alpha = 2): Result => {
  const benefits = benefitsOf(labels, predictions)
  sameLength('groups', groups, benefits.length)
  const { codes, names } = encode('groups', groups)
  const totals = new Float64Array(names.length)
  const sizes = new Float64Array(names.length)
  codes.forEach((code, i) => {
    totals[code]! += benefits[i]!
    sizes[code]! += 1
  })
  return generalizedEntropyOf(
    Float64Array.from(codes, (code) => totals[code]! / sizes[code]!),
    alpha,
  )
}

const benefitsOf = (labels: Labels, predictions: Labels): Float64Array => {
  const y = binary('labels', labels)
  const p = binary('predictions', predictions)
  sameLength('predictions', predictions, y.length)
  return Float64Array.from(y, (label, i) => p[i]! - label + 1)
}

/**
 * How alike the predictions of similar rows are: each row against its k nearest, itself included. n² distances: meant for some 20,000 rows.
 * @formula 1 - mean |ŷ_i - mean ŷ of the k nearest|
 * @range 0..1, higher is more consistent
 * @source Zemel et al. 2013
 * @equals aif360 consistency_score
 */
export const consistency = (features: Matrix, predictions: Numbers, k = 5, running: Running = {}): Result => {
  const n = checkMatrix(features, predictions.length)
  finite('predictions', predictions)
  checkCount('k', k, 1)
  if (n < k) return notDefined(`fewer than ${k} rows`)
  let total = 0
  for (let i = 0; i < n; i += 1) {
    if ((i & 63) === 0) checkpoint(running, i, n)
    const around = nearest(features, i, features, k).reduce((sum, j) => sum + predictions[j]!, 0) / k
    total += Math.abs(predictions[i]! - around)
  }
  return estimate(1 - total / n, n)
}

/**
 * Counterfactual flip test: would a row of the disadvantaged group be treated otherwise, if it were like its nearest rows of the other group?
 * @formula (#(ŷ_d > kNN) - #(ŷ_d < kNN))/n_d, k = 5, or 1 when the advantaged group has at most 9 rows
 * @range -1..1, 0 is parity
 * @source Black, Yeom, Fredrikson 2020; Amazon SageMaker Clarify
 * @equals smclarify FT
 */
export const flipTest = (features: Matrix, predictions: Labels, disadvantaged: Labels, running: Running = {}): Result => {
  const p = binary('predictions', predictions)
  const inGroup = binary('disadvantaged', disadvantaged)
  const n = checkMatrix(features, p.length)
  sameLength('disadvantaged', disadvantaged, n)
  const rows = Array.from(inGroup.keys())
  const [others, own] = [rows.filter((i) => inGroup[i] === 0), rows.filter((i) => inGroup[i] === 1)]
  if (others.length === 0 || own.length === 0) return notDefined('a group is empty')
  const pool = { columns: features.columns, values: Float64Array.from(others.flatMap((i) => rowAt(features, i))) }
  const k = others.length > 9 ? 5 : 1
  let flips = 0
  own.forEach((row, at) => {
    if ((at & 63) === 0) checkpoint(running, at, own.length)
    const votes = nearest(features, row, pool, k).reduce((sum, j) => sum + p[others[j]!]!, 0)
    flips += Math.sign(p[row]! - (votes * 2 > k ? 1 : 0))
  })
  return estimate(flips / own.length, own.length)
}

const rowAt = ({ values, columns }: Matrix, i: number): number[] => Array.from({ length: columns }, (_, c) => values[i * columns + c]!)

const checkMatrix = (features: Matrix, rows: number): number => {
  checkCount('features.columns', features.columns, 1)
  finite('features', features.values)
  if (rowsOf(features) !== rows) throw new InvalidArgument('features', `has ${rowsOf(features)} rows, expected ${rows}`)
  return rows
}
