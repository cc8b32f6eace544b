import { checkCount, finite, type Numbers, sameLength } from '../columns.ts'
import { createRandom, shuffle } from '../numeric/random.ts'
import { mean } from '../numeric/sum.ts'
import { notDefined, type TestResult, tested } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'

export type PermutationOptions = Running & { seed: number; permutations?: number }

/**
 * Two samples: how often random relabelling gives a statistic at least as far from 0. The observed labelling counts, so p is never 0.
 * @formula (1 + #(|T*| ≥ |T|))/(1 + B)
 * @range 1/(B+1)..1
 * @source Fisher 1935; Phipson, Smyth 2010
 * @equals scipy.stats.permutation_test(permutation_type='independent') in distribution
 */
export const permutationTest = (
  first: Numbers,
  second: Numbers,
  statisticOf: (first: Float64Array, second: Float64Array) => number,
  { seed, permutations = 9999, ...running }: PermutationOptions,
): TestResult => {
  finite('first', first)
  finite('second', second)
  checkCount('permutations', permutations, 1, 10_000_000)
  if (first.length === 0 || second.length === 0) return notDefined('a sample is empty')
  const all = Float64Array.from([...Array.from(first), ...Array.from(second)])
  const split = (): number => statisticOf(all.subarray(0, first.length), all.subarray(first.length))
  const statistic = split()
  const random = createRandom(seed)
  return resample(statistic, all.length, permutations, running, () => {
    shuffle(all, random)
    return split()
  })
}

/**
 * Paired values: how often random signs give a mean difference at least as far from 0.
 * @formula (1 + #(|mean of ±d| ≥ |mean of d|))/(1 + B)
 * @range 1/(B+1)..1
 * @source Fisher 1935
 * @equals scipy.stats.permutation_test(permutation_type='samples') in distribution
 */
export const pairedPermutationTest = (first: Numbers, second: Numbers, { seed, permutations = 9999, ...running }: PermutationOptions): TestResult => {
  sameLength('second', second, first.length)
  finite('first', first)
  finite('second', second)
  checkCount('permutations', permutations, 1, 10_000_000)
  if (first.length === 0) return notDefined('no pairs')
  const d = Float64Array.from({ length: first.length }, (_, i) => first[i]! - second[i]!)
  const random = createRandom(seed)
  return resample(mean(d), d.length, permutations, running, () => {
    let total = 0
    let bits = 0
    for (let i = 0; i < d.length; i += 1) {
      if ((i & 31) === 0) bits = random.bits()
      total += ((bits >>> (i & 31)) & 1) === 1 ? d[i]! : -d[i]!
    }
    return total / d.length
  })
}

const resample = (statistic: number, n: number, permutations: number, running: Running, draw: () => number): TestResult => {
  if (Number.isNaN(statistic)) return notDefined('the statistic is not defined on the samples')
  // rounding in another order of adding must not turn an equal statistic into a smaller one
  const bar = Math.abs(statistic) * (1 - 1e-12)
  let extreme = 1
  for (let b = 0; b < permutations; b += 1) {
    if ((b & 31) === 0) checkpoint(running, b, permutations)
    if (Math.abs(draw()) >= bar) extreme += 1
  }
  return tested({ statistic, pValue: extreme / (permutations + 1), n })
}
