import { checkCount } from '../../columns.ts'
import { InvalidArgument } from '../../result.ts'
import type { Detector } from './detector.ts'

export type DdmState = {
  kind: 'ddm'
  warmUp: number
  warn: number
  drift: number
  n: number
  rate: number
  lowestRate: number
  lowestSpread: number
  drifted: boolean
}

/**
 * Drift detection method on a stream of errors (1) and hits (0): the error rate rises above its best.
 * @formula warn at p+s > p_min + 2 s_min, drift at + 3 s_min, s = √(p(1-p)/n)
 * @range verdict per value
 * @source Gama et al. 2004
 * @equals river.drift.binary.DDM
 */
export const ddm = (from: Partial<DdmState> = {}): Detector<DdmState> => {
  const state: DdmState = { kind: 'ddm', warmUp: 30, warn: 2, drift: 3, ...fresh(), ...from }
  checkCount('warmUp', state.warmUp)
  return {
    update: (error) => {
      if (error !== 0 && error !== 1) throw new InvalidArgument('error', `must be 0 or 1, got ${error}`)
      if (state.drifted) Object.assign(state, fresh())
      state.n += 1
      state.rate += (error - state.rate) / state.n
      const spread = Math.sqrt((state.rate * (1 - state.rate)) / state.n)
      if (state.n <= state.warmUp) return 'stable'
      if (state.rate + spread <= state.lowestRate + state.lowestSpread) {
        state.lowestRate = state.rate
        state.lowestSpread = spread
      }
      if (state.rate + spread > state.lowestRate + state.drift * state.lowestSpread) {
        state.drifted = true
        return 'drift'
      }
      return state.rate + spread > state.lowestRate + state.warn * state.lowestSpread ? 'warning' : 'stable'
    },
    toJSON: () => ({ ...state }),
  }
}

/** No error rate lies above 1: the first after warming up is lower. */
const fresh = (): Pick<DdmState, 'n' | 'rate' | 'lowestRate' | 'lowestSpread' | 'drifted'> => ({
  n: 0,
  rate: 0,
  lowestRate: 2,
  lowestSpread: 0,
  drifted: false,
})
