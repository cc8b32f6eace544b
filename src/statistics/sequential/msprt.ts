import { checkCount, checkNumber } from '../columns.ts'
import { notDefined, type Undefined } from '../result.ts'

/** Evidence against "no difference" that may be looked at after every row: reject at the first look with pValue ≤ α. */
export type Evidence = { likelihoodRatio: number; pValue: number; n: number }

/**
 * Mixture sequential probability ratio test of two means with known common variance, n rows in each arm. Carry the smallest p-value from look to look.
 * @formula √(2σ²/(2σ²+nτ²))·exp(n²τ²d²/(4σ²(2σ²+nτ²))); p = min(1, 1/Λ, p before)
 * @range Λ above 0, p 0..1
 * @source Johari et al. 2022; Robbins 1970
 * @equals mixtureSPRT (R), normal case with V_n = 2σ²
 */
export const msprtNormal = (
  difference: number,
  n: number,
  { variance, tau2, before = 1 }: { variance: number; tau2: number; before?: number },
): Evidence | Undefined => {
  checkNumber('difference', difference)
  checkCount('n', n)
  checkPrior(tau2, before)
  checkNumber('variance', variance, Number.MIN_VALUE)
  if (n === 0) return notDefined('no rows')
  return mixture(difference, n, 2 * variance, tau2, before)
}

/**
 * The same for two proportions, the variance estimated from both arms.
 * @formula √(V/(V+nτ²))·exp(n²τ²Δ²/(2V(V+nτ²))), V = p(1-p) + q(1-q)
 * @range Λ above 0, p 0..1
 * @source Johari et al. 2022
 * @equals mixtureSPRT (R), Bernoulli case
 */
export const msprtBernoulli = (
  first: number,
  second: number,
  n: number,
  { tau2, before = 1 }: { tau2: number; before?: number },
): Evidence | Undefined => {
  checkNumber('first', first, 0, 1)
  checkNumber('second', second, 0, 1)
  checkCount('n', n)
  checkPrior(tau2, before)
  const variance = first * (1 - first) + second * (1 - second)
  if (n === 0 || variance === 0) return notDefined('no rows, or outcomes do not vary')
  return mixture(second - first, n, variance, tau2, before)
}

const mixture = (difference: number, n: number, variance: number, tau2: number, before: number): Evidence => {
  const spread = variance + n * tau2
  const log = 0.5 * Math.log(variance / spread) + (n * n * tau2 * difference * difference) / (2 * variance * spread)
  return { likelihoodRatio: Math.exp(log), pValue: Math.min(1, before, Math.exp(-log)), n }
}

const checkPrior = (tau2: number, before: number): void => {
  checkNumber('tau2', tau2, Number.MIN_VALUE)
  checkNumber('before', before, 0, 1)
}
