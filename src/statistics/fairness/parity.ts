import { checkLevel, checkNumber } from '../columns.ts'
import { estimate, type Interval, InvalidArgument, notDefined, type Result } from '../result.ts'
import { katzInterval, newcombeInterval, type Share } from '../uncertainty/difference.ts'
import { checkCells, type GroupCell, type RateName, rates } from './group-counts.ts'

export type ParityOptions = {
  level?: number
  /** Groups with a smaller denominator take no part; the result is undefined when fewer than two are left. */
  minimumN?: number
}

/**
 * Largest gap of a rate between two groups. The interval holds for the true largest gap: pairs by Newcombe, Bonferroni over the pairs.
 * @formula max_g r_g - min_g r_g
 * @range 0..1, lower is better
 * @source Fairlearn user guide, common fairness metrics
 * @equals fairlearn.metrics.MetricFrame(…).difference()
 */
export const rateDifference = (cells: readonly GroupCell[], rate: RateName, options: ParityOptions = {}): Result => {
  const shares = sharesOf(cells, rate, options)
  if ('undefined' in shares) return shares
  const values = shares.map(({ successes, n }) => successes / n)
  return estimate(Math.max(...values) - Math.min(...values), totalOf(shares), gapInterval([shares], options.level ?? 0.95))
}

/**
 * Smallest ratio of a rate between two groups.
 * @formula min_g r_g / max_g r_g
 * @range 0..1, higher is better
 * @source Fairlearn user guide; the four-fifths rule of the US Uniform Guidelines has no validity outside US federal hiring
 * @equals fairlearn.metrics.MetricFrame(…).ratio()
 */
export const rateRatio = (cells: readonly GroupCell[], rate: RateName, options: ParityOptions = {}): Result => {
  const shares = sharesOf(cells, rate, options)
  if ('undefined' in shares) return shares
  const values = shares.map(({ successes, n }) => successes / n)
  const largest = Math.max(...values)
  if (largest === 0) return notDefined('the rate is 0 in every group')
  return estimate(Math.min(...values) / largest, totalOf(shares), ratioInterval(shares, options.level ?? 0.95))
}

/**
 * Gap of the share that is selected.
 * @formula max P(ŷ=1|g) - min P(ŷ=1|g)
 * @range 0..1, lower is better
 * @source Agarwal et al. 2018; Fairlearn
 * @equals fairlearn.metrics.demographic_parity_difference
 */
export const demographicParityDifference = (cells: readonly GroupCell[], options: ParityOptions = {}): Result =>
  rateDifference(cells, 'selectionRate', options)

/**
 * Ratio of the share that is selected.
 * @formula min P(ŷ=1|g) / max P(ŷ=1|g)
 * @range 0..1, higher is better
 * @source Agarwal et al. 2018; Fairlearn
 * @equals fairlearn.metrics.demographic_parity_ratio
 */
export const demographicParityRatio = (cells: readonly GroupCell[], options: ParityOptions = {}): Result => rateRatio(cells, 'selectionRate', options)

/**
 * Gap of the true positive rate.
 * @formula max TPR_g - min TPR_g
 * @range 0..1, lower is better
 * @source Hardt, Price, Srebro 2016
 * @equals fairlearn.metrics.equal_opportunity_difference
 */
export const equalOpportunityDifference = (cells: readonly GroupCell[], options: ParityOptions = {}): Result =>
  rateDifference(cells, 'truePositiveRate', options)

/**
 * Ratio of the true positive rate.
 * @formula min TPR_g / max TPR_g
 * @range 0..1, higher is better
 * @source Hardt, Price, Srebro 2016
 * @equals fairlearn.metrics.equal_opportunity_ratio
 */
export const equalOpportunityRatio = (cells: readonly GroupCell[], options: ParityOptions = {}): Result =>
  rateRatio(cells, 'truePositiveRate', options)

/**
 * The larger (or the mean) of the gaps of true and false positive rate.
 * @formula max(ΔTPR, ΔFPR); mean: (ΔTPR + ΔFPR)/2
 * @range 0..1, lower is better
 * @source Hardt, Price, Srebro 2016
 * @equals fairlearn.metrics.equalized_odds_difference
 */
export const equalizedOddsDifference = (cells: readonly GroupCell[], options: ParityOptions & { aggregate?: 'worst-case' | 'mean' } = {}): Result => {
  const tpr = sharesOf(cells, 'truePositiveRate', options)
  if ('undefined' in tpr) return tpr
  const fpr = sharesOf(cells, 'falsePositiveRate', options)
  if ('undefined' in fpr) return fpr
  const gaps = [tpr, fpr].map(gapOf) as [number, number]
  const n = totalOf(tpr) + totalOf(fpr)
  if (options.aggregate === 'mean') return estimate((gaps[0] + gaps[1]) / 2, n)
  return estimate(Math.max(...gaps), n, gapInterval([tpr, fpr], options.level ?? 0.95))
}

/**
 * The smaller (or the mean) of the ratios of true and false positive rate. A rate that is 0 in every group counts as ratio 0 in Fairlearn; here it is undefined.
 * @formula min(TPR ratio, FPR ratio)
 * @range 0..1, higher is better
 * @source Fairlearn
 * @equals fairlearn.metrics.equalized_odds_ratio
 */
export const equalizedOddsRatio = (cells: readonly GroupCell[], options: ParityOptions & { aggregate?: 'worst-case' | 'mean' } = {}): Result => {
  const tpr = rateRatio(cells, 'truePositiveRate', options)
  if ('undefined' in tpr) return tpr
  const fpr = rateRatio(cells, 'falsePositiveRate', options)
  if ('undefined' in fpr) return fpr
  const n = tpr.n + fpr.n
  return options.aggregate === 'mean' ? estimate((tpr.value + fpr.value) / 2, n) : estimate(Math.min(tpr.value, fpr.value), n)
}

/**
 * Selection rate of one group divided by that of the reference group.
 * @formula P(ŷ=1|group) / P(ŷ=1|reference)
 * @range 0..∞, 1 is parity
 * @source Feldman et al. 2015; US Uniform Guidelines 1978
 * @equals aif360 disparate_impact (unprivileged group over privileged)
 */
export const disparateImpact = (cells: readonly GroupCell[], group: GroupCell['group'], reference: GroupCell['group'], level = 0.95): Result => {
  checkLevel(level)
  checkCells(cells)
  const first = rates.selectionRate(cellOf(cells, group, 'group'))
  const second = rates.selectionRate(cellOf(cells, reference, 'reference'))
  if (first.n === 0 || second.n === 0) return notDefined('a group is empty')
  if (second.successes === 0) return notDefined('nobody is selected in the reference group')
  return estimate(first.successes / first.n / (second.successes / second.n), first.n + second.n, katzInterval(first, second, level))
}

export const cellOf = (cells: readonly GroupCell[], group: GroupCell['group'], argument: string): GroupCell => {
  const cell = cells.find((candidate) => candidate.group === group)
  if (cell === undefined) throw new InvalidArgument(argument, `${String(group)} does not occur in the groups`)
  return cell
}

const sharesOf = (cells: readonly GroupCell[], rate: RateName, { minimumN = 0, level = 0.95 }: ParityOptions): Share[] | { undefined: string } => {
  checkLevel(level)
  checkCells(cells)
  checkNumber('minimumN', minimumN, 0)
  const shares = cells.map(rates[rate]).filter(({ n }) => n > 0 && n >= minimumN)
  return shares.length < 2 ? notDefined(`fewer than two groups have enough rows for ${rate}`) : shares
}

const gapOf = (shares: readonly Share[]): number => {
  const values = shares.map(({ successes, n }) => successes / n)
  return Math.max(...values) - Math.min(...values)
}

const totalOf = (shares: readonly Share[]): number => shares.reduce((total, { n }) => total + n, 0)

/** With every pair covered at once, the true largest gap lies between the largest lower and the largest upper limit. */
const gapInterval = (families: readonly Share[][], level: number): Interval => {
  const pairs = families.flatMap(pairsOf)
  const each = 1 - (1 - level) / pairs.length
  let low = 0
  let high = 0
  for (const [first, second] of pairs) {
    const interval = newcombeInterval(first, second, each)
    low = Math.max(low, interval.low, -interval.high)
    high = Math.max(high, interval.high, -interval.low)
  }
  return { low, high, level, method: pairs.length === 1 ? 'newcombe' : 'newcombe, bonferroni over pairs' }
}

const ratioInterval = (shares: readonly Share[], level: number): Interval => {
  const pairs = pairsOf(shares)
  const each = 1 - (1 - level) / pairs.length
  let low = 1
  let high = 1
  for (const [first, second] of pairs) {
    const interval = katzInterval(first, second, each)
    low = Math.min(low, interval.low, 1 / interval.high)
    high = Math.min(high, interval.high, 1 / interval.low)
  }
  return { low, high, level, method: pairs.length === 1 ? 'katz-log' : 'katz-log, bonferroni over pairs' }
}

const pairsOf = (shares: readonly Share[]): [Share, Share][] =>
  shares.flatMap((first, i) => shares.slice(i + 1).map((second): [Share, Share] => [first, second]))
