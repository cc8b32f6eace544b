import { checkLevel, encode, finite, type Labels, type Numbers, sameLength } from '../columns.ts'
import { studentQuantile } from '../numeric/distributions.ts'
import { mean, variance } from '../numeric/sum.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { wilsonInterval } from '../uncertainty/proportion.ts'

/**
 * Share of prompts whose verdict changes when only the group term is swapped.
 * @formula mean 1[verdict ≠ verdict after the swap]
 * @range 0..1, lower is better
 * @source Garg et al. 2019
 * @equals the definition
 */
export const counterfactualFlipRate = (verdicts: Labels, swapped: Labels, level = 0.95): Result => {
  sameLength('swapped', swapped, verdicts.length)
  checkLevel(level)
  const n = verdicts.length
  if (n === 0) return notDefined('no pairs')
  const a = encode('verdicts', verdicts)
  const b = encode('swapped', swapped)
  let flips = 0
  for (let i = 0; i < n; i += 1) if (a.names[a.codes[i]!] !== b.names[b.codes[i]!]) flips += 1
  return estimate(flips / n, n, wilsonInterval(flips, n, level))
}

/**
 * Mean absolute change of a score when only the group term is swapped.
 * @formula mean |s - s'|
 * @range 0..∞, lower is better
 * @source Garg et al. 2019 (counterfactual token fairness gap)
 * @equals the definition
 */
export const counterfactualGap = (scores: Numbers, swapped: Numbers): Result => {
  const gaps = differences(scores, swapped)
  return gaps.length === 0 ? notDefined('no pairs') : estimate(mean(gaps.map(Math.abs)), gaps.length)
}

/**
 * Mean signed change of a score under the swap, with Student's interval of paired rows: which way the model leans.
 * @formula mean (s - s') ± t·sd/√n
 * @range any, 0 is ideal
 * @source Student 1908
 * @equals scipy.stats.ttest_rel confidence_interval
 */
export const counterfactualLean = (scores: Numbers, swapped: Numbers, level = 0.95): Result => {
  checkLevel(level)
  const gaps = differences(scores, swapped)
  if (gaps.length < 2) return notDefined('fewer than two pairs')
  const value = mean(gaps)
  const half = studentQuantile(0.5 + level / 2, gaps.length - 1) * Math.sqrt(variance(gaps) / gaps.length)
  return estimate(value, gaps.length, { low: value - half, high: value + half, level, method: 'student paired' })
}

const differences = (scores: Numbers, swapped: Numbers): Float64Array => {
  sameLength('swapped', swapped, scores.length)
  finite('scores', scores)
  finite('swapped', swapped)
  return Float64Array.from({ length: scores.length }, (_, i) => scores[i]! - swapped[i]!)
}
