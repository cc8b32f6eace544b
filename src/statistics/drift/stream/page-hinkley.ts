import { checkCount } from '../../columns.ts'
import { InvalidArgument } from '../../result.ts'
import type { Detector } from './detector.ts'

export type PageHinkleyState = {
  kind: 'page-hinkley'
  warmUp: number
  delta: number
  threshold: number
  alpha: number
  mode: 'up' | 'down' | 'both'
  n: number
  mean: number
  up: number
  down: number
  lowestUp: number
  highestDown: number
  drifted: boolean
}

/**
 * Page and Hinkley's test for a change of a mean: the cumulated deviation, slowly forgotten, leaves its extreme.
 * @formula U ← αU + x - x̄ - δ, drift when U - min U > λ; mirrored for a fall
 * @range verdict per value
 * @source Page 1954; Hinkley 1971
 * @equals river.drift.PageHinkley
 */
export const pageHinkley = (from: Partial<PageHinkleyState> = {}): Detector<PageHinkleyState> => {
  const state: PageHinkleyState = { kind: 'page-hinkley', warmUp: 30, delta: 0.005, threshold: 50, alpha: 0.9999, mode: 'both', ...fresh(), ...from }
  checkCount('warmUp', state.warmUp)
  return {
    update: (value) => {
      if (!Number.isFinite(value)) throw new InvalidArgument('value', `must be finite, got ${value}`)
      if (state.drifted) Object.assign(state, fresh())
      state.n += 1
      state.mean += (value - state.mean) / state.n
      const deviation = value - state.mean
      state.up = state.alpha * state.up + deviation - state.delta
      state.down = state.alpha * state.down + deviation + state.delta
      state.lowestUp = Math.min(state.lowestUp, state.up)
      state.highestDown = Math.max(state.highestDown, state.down)
      if (state.n < state.warmUp) return 'stable'
      const rose = state.mode !== 'down' && state.up - state.lowestUp > state.threshold
      const fell = state.mode !== 'up' && state.highestDown - state.down > state.threshold
      state.drifted = rose || fell
      return state.drifted ? 'drift' : 'stable'
    },
    toJSON: () => ({ ...state }),
  }
}

/** The extremes start as in the reference implementation: any first sum is below the one, one above -1 replaces the other. */
const fresh = (): Pick<PageHinkleyState, 'n' | 'mean' | 'up' | 'down' | 'lowestUp' | 'highestDown' | 'drifted'> => ({
  n: 0,
  mean: 0,
  up: 0,
  down: 0,
  lowestUp: Number.MAX_VALUE,
  highestDown: -1,
  drifted: false,
})
