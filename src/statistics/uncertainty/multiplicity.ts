import { checkNumber, inRange, type Numbers } from '../columns.ts'
import { ascendingOrder } from '../numeric/order.ts'

/** Adjusted p-values in the order given: reject where one is at most α. */
export type Adjusted = Float64Array

/**
 * Controls the chance of any false rejection.
 * @formula min(1, m·p)
 * @range 0..1
 * @source Bonferroni 1936
 * @equals statsmodels multipletests(method='bonferroni')
 */
export const bonferroni = (pValues: Numbers): Adjusted => {
  inRange('pValues', pValues, 0, 1)
  return Float64Array.from(pValues, (p) => Math.min(1, p * pValues.length))
}

/**
 * Controls the chance of any false rejection, never worse than Bonferroni.
 * @formula running maximum of (m-i+1)·p₍ᵢ₎
 * @range 0..1
 * @source Holm 1979
 * @equals statsmodels multipletests(method='holm')
 */
export const holm = (pValues: Numbers): Adjusted => {
  inRange('pValues', pValues, 0, 1)
  const adjusted = new Float64Array(pValues.length)
  let largest = 0
  ascendingOrder(pValues).forEach((row, i) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - i) * pValues[row]!))
    adjusted[row] = largest
  })
  return adjusted
}

/**
 * Controls the share of false among the rejections, for independent or positively dependent tests.
 * @formula running minimum from the largest of m·p₍ᵢ₎/i
 * @range 0..1
 * @source Benjamini, Hochberg 1995
 * @equals statsmodels multipletests(method='fdr_bh')
 */
export const benjaminiHochberg = (pValues: Numbers): Adjusted => stepUp(pValues, 1)

/**
 * Controls the share of false among the rejections under any dependence.
 * @formula Benjamini-Hochberg times Σ 1/i
 * @range 0..1
 * @source Benjamini, Yekutieli 2001
 * @equals statsmodels multipletests(method='fdr_by')
 */
export const benjaminiYekutieli = (pValues: Numbers): Adjusted => {
  let harmonic = 0
  for (let i = 1; i <= pValues.length; i += 1) harmonic += 1 / i
  return stepUp(pValues, harmonic)
}

const stepUp = (pValues: Numbers, factor: number): Adjusted => {
  inRange('pValues', pValues, 0, 1)
  const m = pValues.length
  const order = ascendingOrder(pValues)
  const adjusted = new Float64Array(m)
  let smallest = 1
  for (let i = m - 1; i >= 0; i -= 1) {
    smallest = Math.min(smallest, (factor * m * pValues[order[i]!]!) / (i + 1))
    adjusted[order[i]!] = smallest
  }
  return adjusted
}

/** State of an online procedure: plain JSON, so that a monitor can keep it between looks. */
export type OnlineState = { kind: 'lord' | 'saffron'; alpha: number; tests: number; rejections: number[]; candidates: number[] }

export type OnlineStep = { state: OnlineState; threshold: number; rejected: boolean }

/** SAFFRON counts p-values up to this as candidates. */
const LAMBDA = 0.5

export const startOnline = (kind: 'lord' | 'saffron', alpha = 0.05): OnlineState => {
  checkNumber('alpha', alpha, 1e-9, 1 - 1e-9)
  return { kind, alpha, tests: 0, rejections: [], candidates: [] }
}

/**
 * Tests that arrive one after another without end: each gets a threshold from what was rejected before, so that the false discovery rate stays under α.
 * @formula LORD++: α_t = γ_t w₀ + (α-w₀)γ_{t-τ₁} + α Σ γ_{t-τ_j}; SAFFRON: the same over candidates with λ = ½; γ_j ∝ LORD: ln(max(j,2))/(j e^√ln j), SAFFRON: j^-1.6; w₀ = α/2
 * @range threshold 0..α
 * @source Javanmard, Montanari 2018; Ramdas et al. 2017, 2018
 * @equals the published recursions (simulation shows the rate)
 */
export const testOnline = (state: OnlineState, pValue: number): OnlineStep => {
  checkNumber('pValue', pValue, 0, 1)
  const threshold = state.kind === 'lord' ? lordThreshold(state) : saffronThreshold(state)
  const rejected = pValue <= threshold
  const tests = state.tests + 1
  return {
    threshold,
    rejected,
    state: {
      ...state,
      tests,
      rejections: rejected ? [...state.rejections, tests] : state.rejections,
      candidates: state.kind === 'saffron' && pValue <= LAMBDA ? [...state.candidates, tests] : state.candidates,
    },
  }
}

const lordThreshold = ({ alpha, tests, rejections }: OnlineState): number => {
  const t = tests + 1
  const initial = alpha / 2
  return rejections.reduce((total, at, j) => total + (j === 0 ? alpha - initial : alpha) * lordGamma(t - at), initial * lordGamma(t))
}

/** γ of LORD, scaled to sum to 1 (Javanmard, Montanari 2018, eq. 31 with 0.0722). */
const lordGamma = (j: number): number => (0.07720838 * Math.log(Math.max(j, 2))) / (j * Math.exp(Math.sqrt(Math.log(j))))

const saffronThreshold = ({ alpha, tests, rejections, candidates }: OnlineState): number => {
  const t = tests + 1
  const initial = ((1 - LAMBDA) * alpha) / 2
  // candidates since the start, or since a rejection, do not use up the sequence
  const index = (since: number): number => t - since - candidates.filter((at) => at > since).length
  const earned = rejections.reduce((total, at, j) => total + ((1 - LAMBDA) * alpha - (j === 0 ? initial : 0)) * saffronGamma(index(at)), 0)
  return Math.min(LAMBDA, initial * saffronGamma(index(0)) + earned)
}

/** j^-1.6 over ζ(1.6). */
const saffronGamma = (j: number): number => j ** -1.6 / 2.285765665500974
