import * as s from '#statistics'
import { numberOf, pOf, rowsOf, type SelftestRow, statisticOf } from './row.ts'

const X = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const Y = [2, 4, 4, 5, 7, 8, 9, 11, 12, 15]
const P = [0.5, 0.3, 0.2]
const Q = [0.4, 0.4, 0.2]

export const driftRows = (): SelftestRow[] => {
  const ks = s.kolmogorovSmirnov(X, Y)
  const cvm = s.cramerVonMises(X, Y, { method: 'asymptotic' })
  const mw = s.mannWhitney(X, Y)
  const mmd = s.maximumMeanDiscrepancy({ columns: 1, values: X }, { columns: 1, values: Y }, { seed: 1, sigma: 2, permutations: 0 })
  const chi = s.chiSquareIndependence([
    [50, 30, 20],
    [40, 40, 20],
  ])
  return rowsOf('scipy 1.17.1', [
    ['KS D', '0.3', statisticOf(ks)],
    ['KS p', '0.7869297884777761', pOf(ks)],
    ['Wasserstein', '2.2', numberOf(s.wasserstein(X, Y))],
    ['Wasserstein in σ', '0.7659416862050704', numberOf(s.wassersteinNormed(X, Y))],
    ['energy distance', '0.894427190999916', numberOf(s.energyDistance(X, Y))],
    ['Cramér-von Mises T', '0.1425', statisticOf(cvm)],
    ['Cramér-von Mises p', '0.45866981315897726', pOf(s.cramerVonMises(X, Y))],
    ['Mann-Whitney U', '34.5', statisticOf(mw)],
    ['Mann-Whitney p', '0.2552251050417258', pOf(mw)],
    ['MMD², unbiased, σ 2', '-0.07710729027097663', statisticOf(mmd)],
    ['Jensen-Shannon distance, natural', '0.07979472622921702', numberOf(s.jensenShannonDistance(P, Q))],
    ['Jensen-Shannon distance, base 2', '0.09584323377689244', numberOf(s.jensenShannonDistanceBase2(P, Q))],
    ['PSI', '0.05108256237659909', numberOf(s.psi(P, Q, { zeros: 'floor' }))],
    ['KL', '0.025267153921570557', numberOf(s.kullbackLeibler(P, Q))],
    ['Hellinger', '0.079851380615908', numberOf(s.hellinger(P, Q))],
    ['χ² of a 2×3 table', '2.5396825396825395', statisticOf(chi)],
    ['χ² p', '0.28087620176428163', pOf(chi)],
    ['χ² degrees of freedom', '2', 'undefined' in chi ? NaN : (chi.degreesOfFreedom ?? NaN)],
    ['attribution NDCG', '0.897244740467871', numberOf(s.attributionNdcg({ a: 0.5, b: 0.3, c: 0.15, d: 0.05 }, { b: 4, a: 3, d: 2, c: 1 }))],
  ])
}
