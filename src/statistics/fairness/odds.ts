import { checkCount, checkNumber } from '../columns.ts'
import { estimate, notDefined, type Result, type Undefined } from '../result.ts'
import { wilsonInterval } from '../uncertainty/proportion.ts'
import { checkCells, type GroupCell, rates } from './group-counts.ts'
import { cellOf } from './parity.ts'

/**
 * Mean of the signed gaps of false and true positive rate: opposite gaps cancel.
 * @formula ½((FPR_g - FPR_ref) + (TPR_g - TPR_ref))
 * @range -1..1, 0 is parity
 * @source AI Fairness 360
 * @equals aif360 average_odds_difference
 */
export const averageOddsDifference = (cells: readonly GroupCell[], group: GroupCell['group'], reference: GroupCell['group']): Result =>
  meanOfGaps(cells, group, reference, (fpr, tpr) => (fpr + tpr) / 2)

/**
 * Mean of the absolute gaps of false and true positive rate: opposite gaps add up.
 * @formula ½(|FPR_g - FPR_ref| + |TPR_g - TPR_ref|)
 * @range 0..1, lower is better
 * @source AI Fairness 360
 * @equals aif360 average_odds_error
 */
export const averageAbsoluteOddsDifference = (cells: readonly GroupCell[], group: GroupCell['group'], reference: GroupCell['group']): Result =>
  meanOfGaps(cells, group, reference, (fpr, tpr) => (Math.abs(fpr) + Math.abs(tpr)) / 2)

const meanOfGaps = (
  cells: readonly GroupCell[],
  group: GroupCell['group'],
  reference: GroupCell['group'],
  join: (fpr: number, tpr: number) => number,
): Result => {
  checkCells(cells)
  const own = cellOf(cells, group, 'group')
  const other = cellOf(cells, reference, 'reference')
  const gap = (rate: 'truePositiveRate' | 'falsePositiveRate'): number => {
    const [a, b] = [rates[rate](own), rates[rate](other)]
    return a.successes / a.n - b.successes / b.n
  }
  const value = join(gap('falsePositiveRate'), gap('truePositiveRate'))
  const n = [own, other].reduce((total, { tp, fp, fn, tn }) => total + tp + fp + fn + tn, 0)
  return Number.isNaN(value) ? notDefined('a group has no positives or no negatives') : estimate(value, n)
}

export type ImpactRatio = { group: GroupCell['group']; selectionRate: Result; impactRatio: Result; excluded: boolean }

/**
 * Selection rate of each group over that of the most selected group; groups under a share of the rows may be left out.
 * @formula SR_g / max SR
 * @range 0..1, higher is better; below 0.8 is evidence of adverse impact in US federal hiring only
 * @source US Uniform Guidelines 1978; New York City Local Law 144 (the 2 % rule)
 * @equals the EEOC questions and answers: 48/80 against 12/40 gives .50
 */
export const impactRatios = (cells: readonly GroupCell[], { minimumShare = 0, level = 0.95 } = {}): ImpactRatio[] => {
  checkCells(cells)
  checkNumber('minimumShare', minimumShare, 0, 1)
  const shares = cells.map(rates.selectionRate)
  const total = shares.reduce((sum, { n }) => sum + n, 0)
  const excluded = shares.map(({ n }) => n === 0 || n < minimumShare * total)
  const highest = Math.max(0, ...shares.filter((_, i) => !excluded[i]).map(({ successes, n }) => successes / n))
  return cells.map((cell, i) => {
    const { successes, n } = shares[i]!
    const rate = n === 0 ? notDefined('the group is empty') : estimate(successes / n, n, wilsonInterval(successes, n, level))
    const ratio = excluded[i]
      ? notDefined('the group is too small')
      : highest === 0
        ? notDefined('nobody is selected')
        : estimate(successes / n / highest, n)
    return { group: cell.group, selectionRate: rate, impactRatio: ratio, excluded: excluded[i]! }
  })
}

/**
 * Differential fairness: the largest log ratio of the smoothed chance of an outcome between two groups.
 * @formula max over outcomes and pairs |ln p_g - ln p_h|, p = (k + c/2)/(n + c)
 * @range 0..∞, lower is better; e^ε bounds every ratio
 * @source Foulds et al. 2020
 * @equals aif360 smoothed_edf
 */
export const differentialFairness = (cells: readonly GroupCell[], concentration = 1): Result => {
  checkCells(cells)
  checkNumber('concentration', concentration, 0)
  const shares = cells.map(rates.selectionRate).filter(({ n }) => n > 0)
  if (shares.length < 2) return notDefined('fewer than two groups have rows')
  const smoothed = shares.map(({ successes, n }) => (successes + concentration / 2) / (n + concentration))
  const spread = (chances: number[]): number => Math.log(Math.max(...chances)) - Math.log(Math.min(...chances))
  const value = Math.max(spread(smoothed), spread(smoothed.map((p) => 1 - p)))
  return Number.isFinite(value)
    ? estimate(
        value,
        shares.reduce((sum, { n }) => sum + n, 0),
      )
    : notDefined('an outcome never happens in a group')
}

export type Impossibility = {
  /** Base rate of each group. */
  baseRates: { group: GroupCell['group']; value: number }[]
  /** False positive rate that each group would need, had all the PPV and FNR of all rows together. */
  impliedFalsePositiveRates: { group: GroupCell['group']; value: number }[]
  /** Largest gap between those: 0 only where base rates agree (or prediction is perfect). */
  unavoidableGap: number
}

/**
 * Equal predictive value and equal error rates cannot hold at once when base rates differ: what the false positive rates must then be.
 * @formula FPR = p/(1-p) · (1-PPV)/PPV · (1-FNR)
 * @range gap 0..1
 * @source Chouldechova 2017; Kleinberg, Mullainathan, Raghavan 2017
 * @equals the identity, exactly, on every confusion matrix
 */
export const impossibility = (cells: readonly GroupCell[]): Impossibility | Undefined => {
  checkCells(cells)
  checkCount('cells.length', cells.length, 1)
  const all = cells.reduce((a, b) => ({ group: 'all', tp: a.tp + b.tp, fp: a.fp + b.fp, fn: a.fn + b.fn, tn: a.tn + b.tn }))
  const precision = all.tp / (all.tp + all.fp)
  const missRate = all.fn / (all.tp + all.fn)
  if (!(precision > 0) || Number.isNaN(missRate)) return notDefined('no true positives')
  const baseRates = cells.map((cell) => {
    const { successes, n } = rates.baseRate(cell)
    return { group: cell.group, value: successes / n }
  })
  if (baseRates.some(({ value }) => !(value < 1))) return notDefined('a group is empty or has positives only')
  const impliedFalsePositiveRates = baseRates.map(({ group, value: p }) => ({
    group,
    value: (p / (1 - p)) * ((1 - precision) / precision) * (1 - missRate),
  }))
  const values = impliedFalsePositiveRates.map(({ value }) => value)
  return { baseRates, impliedFalsePositiveRates, unavoidableGap: Math.max(...values) - Math.min(...values) }
}
