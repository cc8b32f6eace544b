import { checkCount, checkNumber } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'

export type BernsteinState = {
  kind: 'empirical-bernstein'
  alpha: number
  n: number
  total: number
  squares: number
  weightedTotal: number
  weights: number
  penalty: number
  low: number
  high: number
}

export type MeanSequence<State> = { update: (value: number) => Result; result: () => Result; toJSON: () => State }

/**
 * Interval of the mean of values in 0..1 that holds at every look, without any model of them. Values in other bounds are scaled first.
 * @formula Σλx/Σλ ± (ln(2/α) + Σ 4(x-μ̂)²ψ(λ))/Σλ, ψ(λ) = (-ln(1-λ)-λ)/4, λ_t = min(½, √(2 ln(2/α)/(σ̂² t ln(1+t)))), limits intersected over time
 * @range 0..1
 * @source Waudby-Smith, Ramdas 2024, theorem 2
 * @equals confseq predmix_empbern_cs (the recursion in numpy)
 */
export const empiricalBernsteinSequence = (from: Partial<BernsteinState> = {}): MeanSequence<BernsteinState> => {
  const state: BernsteinState = {
    kind: 'empirical-bernstein',
    alpha: 0.05,
    n: 0,
    total: 0,
    squares: 0,
    weightedTotal: 0,
    weights: 0,
    penalty: 0,
    low: 0,
    high: 1,
    ...from,
  }
  checkNumber('alpha', state.alpha, 1e-12, 1 - 1e-12)
  checkCount('n', state.n)
  const result = (): Result =>
    state.n === 0
      ? notDefined('no values')
      : estimate(state.total / state.n, state.n, {
          low: state.low,
          high: state.high,
          level: 1 - state.alpha,
          method: 'empirical-bernstein confidence sequence',
        })

  const update = (value: number): Result => {
    checkNumber('value', value, 0, 1)
    // the bet on this value may use only those before it
    const t = state.n + 1
    const mean = (0.5 + state.total) / t
    const variance = (0.25 + state.squares) / t
    const confidence = Math.log(2 / state.alpha)
    const lambda = Math.min(0.5, Math.sqrt((2 * confidence) / (variance * t * Math.log(1 + t))))
    state.weightedTotal += lambda * value
    state.weights += lambda
    state.penalty += (value - mean) ** 2 * (-Math.log(1 - lambda) - lambda)
    state.n = t
    state.total += value
    state.squares += (value - (0.5 + state.total) / (t + 1)) ** 2
    const centre = state.weightedTotal / state.weights
    const half = (confidence + state.penalty) / state.weights
    state.low = Math.max(state.low, centre - half)
    state.high = Math.min(state.high, centre + half)
    return result()
  }
  return { update, result, toJSON: () => ({ ...state }) }
}
