import { checkLevel } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { katzInterval, newcombeInterval, type Share } from '../uncertainty/difference.ts'
import type { ClarifyOptions } from './clarify-labels.ts'
import { checkCells, type GroupCell, rates } from './group-counts.ts'

/** Counts of the advantaged group a and the disadvantaged group d. */
export type TwoGroups = { advantaged: GroupCell; disadvantaged: GroupCell }

/**
 * Difference in positive proportions of the predictions.
 * @formula q̂_a - q̂_d
 * @range -1..1, 0 is parity
 * @source Amazon SageMaker Clarify, post-training bias metrics
 * @equals smclarify DPPL; minus aif360 statistical_parity_difference
 */
export const differenceInPositivePredictions = (groups: TwoGroups, options: ClarifyOptions = {}): Result =>
  difference(groups, rates.selectionRate, 'advantaged', options)

/**
 * Disparate impact of the predictions.
 * @formula q̂_d / q̂_a
 * @range 0..∞, 1 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify DI
 */
export const clarifyDisparateImpact = ({ advantaged, disadvantaged }: TwoGroups, options: ClarifyOptions = {}): Result => {
  checkCells([advantaged, disadvantaged])
  const a = rates.selectionRate(advantaged)
  const d = rates.selectionRate(disadvantaged)
  if (a.n === 0 || d.n === 0) return notDefined('a group is empty')
  const value = divide(d.successes / d.n, a.successes / a.n, options)
  const interval = a.successes > 0 ? katzInterval(d, a, options.level ?? 0.95) : null
  return value === null ? notDefined('nobody of the advantaged group is selected') : { value, n: a.n + d.n, interval }
}

/**
 * Accuracy difference.
 * @formula ACC_a - ACC_d
 * @range -1..1, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify AD
 */
export const accuracyDifference = (groups: TwoGroups, options: ClarifyOptions = {}): Result =>
  difference(groups, rates.accuracy, 'advantaged', options)

/**
 * Recall difference.
 * @formula TPR_a - TPR_d
 * @range -1..1, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify RD; minus aif360 equal_opportunity_difference
 */
export const recallDifference = (groups: TwoGroups, options: ClarifyOptions = {}): Result =>
  difference(groups, rates.truePositiveRate, 'advantaged', options)

/**
 * Specificity difference: the disadvantaged group first, as in Clarify.
 * @formula TNR_d - TNR_a
 * @range -1..1, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify SD
 */
export const specificityDifference = (groups: TwoGroups, options: ClarifyOptions = {}): Result =>
  difference(groups, rates.trueNegativeRate, 'disadvantaged', options)

/**
 * Difference in acceptance rates: of those accepted, how many deserve it.
 * @formula PPV_a - PPV_d
 * @range -1..1, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify DAR
 */
export const differenceInAcceptanceRates = (groups: TwoGroups, options: ClarifyOptions = {}): Result =>
  difference(groups, rates.precision, 'advantaged', options)

/**
 * Difference in rejection rates: the disadvantaged group first, as in Clarify.
 * @formula NPV_d - NPV_a
 * @range -1..1, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify DRR
 */
export const differenceInRejectionRates = (groups: TwoGroups, options: ClarifyOptions = {}): Result =>
  difference(groups, rates.negativePredictiveValue, 'disadvantaged', options)

/**
 * Difference in conditional acceptance: observed over predicted positives.
 * @formula n_a(1)/n̂_a(1) - n_d(1)/n̂_d(1)
 * @range -∞..∞, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify DCA
 */
export const differenceInConditionalAcceptance = ({ advantaged: a, disadvantaged: d }: TwoGroups, options: ClarifyOptions = {}): Result =>
  subtract(a, d, [a.tp + a.fn, a.tp + a.fp], [d.tp + d.fn, d.tp + d.fp], options, 'nobody of a group is predicted positive')

/**
 * Difference in conditional rejection: observed over predicted negatives, the disadvantaged group first.
 * @formula n_d(0)/n̂_d(0) - n_a(0)/n̂_a(0)
 * @range -∞..∞, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify DCR
 */
export const differenceInConditionalRejection = ({ advantaged: a, disadvantaged: d }: TwoGroups, options: ClarifyOptions = {}): Result =>
  subtract(a, d, [d.tn + d.fp, d.tn + d.fn], [a.tn + a.fp, a.tn + a.fn], options, 'nobody of a group is predicted negative')

/**
 * Treatment equality: false negatives over false positives, the disadvantaged group first.
 * @formula FN_d/FP_d - FN_a/FP_a
 * @range -∞..∞, 0 is parity
 * @source Berk et al. 2018; Amazon SageMaker Clarify
 * @equals smclarify TE
 */
export const treatmentEquality = ({ advantaged: a, disadvantaged: d }: TwoGroups, options: ClarifyOptions = {}): Result =>
  subtract(a, d, [d.fn, d.fp], [a.fn, a.fp], options, 'a group has no false positives')

const difference = (
  { advantaged, disadvantaged }: TwoGroups,
  rate: (cell: GroupCell) => Share,
  first: keyof TwoGroups,
  { mode = 'strict', level = 0.95 }: ClarifyOptions,
): Result => {
  checkLevel(level)
  checkCells([advantaged, disadvantaged])
  const [own, other] = first === 'advantaged' ? [rate(advantaged), rate(disadvantaged)] : [rate(disadvantaged), rate(advantaged)]
  const n = own.n + other.n
  if (own.n > 0 && other.n > 0) return estimate(own.successes / own.n - other.successes / other.n, n, newcombeInterval(own, other, level))
  if (mode === 'strict') return notDefined('the rate of a group has an empty denominator')
  return estimate((own.n > 0 ? own.successes / own.n : 0) - (other.n > 0 ? other.successes / other.n : 0), n)
}

type Fraction = [numerator: number, denominator: number]

const subtract = (a: GroupCell, d: GroupCell, first: Fraction, second: Fraction, options: ClarifyOptions, reason: string): Result => {
  checkCells([a, d])
  const left = divide(...first, options)
  const right = divide(...second, options)
  if (left === null || right === null) return notDefined(reason)
  const n = [a, d].reduce((total, cell) => total + cell.tp + cell.fp + cell.fn + cell.tn, 0)
  // Clarify takes ∞ - ∞ as 0, and answers infinities: only where they were asked for
  return { value: left === right ? 0 : left - right, n, interval: null }
}

/** Null where strict; otherwise Clarify's 0/0 = 0 and x/0 = ∞. */
const divide = (numerator: number, denominator: number, { mode = 'strict' }: ClarifyOptions): number | null => {
  if (denominator !== 0) return numerator / denominator
  if (mode === 'strict') return null
  return numerator === 0 ? 0 : Infinity
}
