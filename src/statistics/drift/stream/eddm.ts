import { checkCount } from '../../columns.ts'
import { InvalidArgument } from '../../result.ts'
import type { Detector, Verdict } from './detector.ts'

export type EddmState = {
  kind: 'eddm'
  warmUp: number
  warn: number
  drift: number
  n: number
  errors: number
  lastError: number
  meanGap: number
  squares: number
  largest: number
  verdict: Verdict
}

/**
 * Early drift detection on a stream of errors (1) and hits (0): the distance between errors shrinks. Meant for slow drift.
 * @formula (p'+2s')/(p'_max+2s'_max) < 0.95 warns, < 0.9 is drift; p', s' mean and deviation of the distance between errors
 * @range verdict per value
 * @source Baena-García et al. 2006
 * @equals river.drift.binary.EDDM
 */
export const eddm = (from: Partial<EddmState> = {}): Detector<EddmState> => {
  const state: EddmState = { kind: 'eddm', warmUp: 30, warn: 0.95, drift: 0.9, ...fresh(), ...from }
  checkCount('warmUp', state.warmUp)
  return {
    update: (error) => {
      if (error !== 0 && error !== 1) throw new InvalidArgument('error', `must be 0 or 1, got ${error}`)
      if (state.verdict === 'drift') Object.assign(state, fresh())
      state.n += 1
      if (error === 1) onError(state)
      return state.verdict
    },
    toJSON: () => ({ ...state }),
  }
}

const onError = (state: EddmState): void => {
  state.errors += 1
  const gap = state.n - state.lastError
  state.lastError = state.n
  const before = state.meanGap
  state.meanGap += (gap - before) / state.errors
  state.squares += (gap - before) * (gap - state.meanGap)
  if (state.n <= state.warmUp) return
  const spread = state.errors > 1 ? Math.sqrt(state.squares / (state.errors - 1)) : 0
  const reach = state.meanGap + 2 * spread
  if (reach > state.largest) state.largest = reach
  else if (state.errors > state.warmUp) {
    const level = reach / state.largest
    state.verdict = level < state.drift ? 'drift' : level < state.warn ? 'warning' : 'stable'
  }
}

const fresh = (): Omit<EddmState, 'kind' | 'warmUp' | 'warn' | 'drift'> => ({
  n: 0,
  errors: 0,
  lastError: 0,
  meanGap: 0,
  squares: 0,
  largest: -1,
  verdict: 'stable',
})
