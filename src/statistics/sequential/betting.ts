import { checkNumber } from '../columns.ts'

export type BettingState = {
  kind: 'betting'
  mean: number
  alternative: 'two-sided' | 'greater' | 'less'
  n: number
  total: number
  squares: number
  logUp: number
  logDown: number
  smallest: number
}

export type Bet = {
  /** Capital won against the hypothesis; 1/α rejects it at level α, whenever that happens. */ eValue: number /** 1 over the largest capital so far. */
  pValue: number
  n: number
}

/** Largest fraction of what a bet can lose; below 1 no single value ruins the capital. */
const CAUTION = 0.5

/**
 * Game-theoretic test that values in 0..1 have a given mean: a gambler bets on each value before seeing it, and gets rich only if the mean is another.
 * @formula K = Π(1 + λ_t(x_t - m)), λ_t = (μ̂-m)/(σ̂² + (μ̂-m)²) from the past, cut to ±½/(m or 1-m); two-sided: half the money on each side
 * @range e above 0, p 0..1
 * @source Waudby-Smith, Ramdas 2024 (approximate GRAPA); Ville 1939
 * @equals confseq betting with aGRAPA (the recursion in numpy)
 */
export const bettingProcess = (from: Partial<BettingState> & { mean: number }): { update: (value: number) => Bet; toJSON: () => BettingState } => {
  const state: BettingState = { kind: 'betting', alternative: 'two-sided', n: 0, total: 0, squares: 0, logUp: 0, logDown: 0, smallest: 1, ...from }
  checkNumber('mean', state.mean, 1e-12, 1 - 1e-12)
  const update = (value: number): Bet => {
    checkNumber('value', value, 0, 1)
    const t = state.n + 1
    const guess = (0.5 + state.total) / t
    const variance = (0.25 + state.squares) / t
    const wish = (guess - state.mean) / (variance + (guess - state.mean) ** 2)
    const up = Math.min(Math.max(wish, 0), CAUTION / state.mean)
    const down = Math.min(Math.max(-wish, 0), CAUTION / (1 - state.mean))
    state.logUp += Math.log1p(up * (value - state.mean))
    state.logDown += Math.log1p(-down * (value - state.mean))
    state.n = t
    state.total += value
    state.squares += (value - (0.5 + state.total) / (t + 1)) ** 2
    const eValue = capital(state)
    state.smallest = Math.min(state.smallest, 1 / eValue)
    return { eValue, pValue: state.smallest, n: t }
  }
  return { update, toJSON: () => ({ ...state }) }
}

const capital = ({ alternative, logUp, logDown }: BettingState): number => {
  if (alternative === 'greater') return Math.exp(logUp)
  return alternative === 'less' ? Math.exp(logDown) : (Math.exp(logUp) + Math.exp(logDown)) / 2
}
