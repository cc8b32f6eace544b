import { type Numbers, sameLength } from '../columns.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'
import { newcombeInterval } from '../uncertainty/difference.ts'

/**
 * `clarify-compat` repeats SageMaker Clarify's edge rules (0/0 is 0, x/0 is infinite, a label absent from one group is left out without
 * renormalising); `strict` says `undefined` instead, and counts every label.
 */
export type ClarifyMode = 'strict' | 'clarify-compat'

export type ClarifyOptions = { mode?: ClarifyMode; level?: number }

/** Label counts of the advantaged group a and the disadvantaged group d, over the same labels. */
export type LabelCounts = { advantaged: Numbers; disadvantaged: Numbers }

/**
 * Class imbalance: which group has more rows.
 * @formula (n_a - n_d)/(n_a + n_d)
 * @range -1..1, 0 is balance
 * @source Amazon SageMaker Clarify, pre-training bias metrics
 * @equals smclarify CI
 */
export const classImbalance = (counts: LabelCounts): Result => {
  const [a, d] = totals(counts)
  return a + d === 0 ? notDefined('no rows') : estimate((a - d) / (a + d), a + d)
}

/**
 * Difference in proportions of positive labels.
 * @formula q_a - q_d
 * @range -1..1, 0 is parity
 * @source Amazon SageMaker Clarify
 * @equals smclarify DPL
 */
export const differenceInPositiveLabels = (counts: LabelCounts, positive: number, { level = 0.95 }: ClarifyOptions = {}): Result => {
  const [a, d] = totals(counts)
  if (a === 0 || d === 0) return notDefined('a group is empty')
  const own = { successes: counts.advantaged[positive] ?? 0, n: a }
  const other = { successes: counts.disadvantaged[positive] ?? 0, n: d }
  return estimate(own.successes / a - other.successes / d, a + d, newcombeInterval(own, other, level))
}

/**
 * Kullback-Leibler divergence of the label distributions, in nats.
 * @formula Σ P_a ln(P_a/P_d)
 * @range 0..∞
 * @source Kullback, Leibler 1951
 * @equals smclarify KL (clarify-compat); scipy.stats.entropy (strict)
 */
export const labelKl = (counts: LabelCounts, options: ClarifyOptions = {}): Result => overLabels(counts, options, 'KL', (pairs) => kl(pairs))

/**
 * Jensen-Shannon divergence of the label distributions, in nats, without square root.
 * @formula ½KL(P_a‖P) + ½KL(P_d‖P), P the mean of both
 * @range 0..ln 2
 * @source Lin 1991
 * @equals smclarify JS
 */
export const labelJs = (counts: LabelCounts, options: ClarifyOptions = {}): Result =>
  overLabels(counts, options, 'JS', (pairs) => {
    const middle = pairs.map(([a, d]) => (a + d) / 2)
    return (kl(pairs.map(([a], i) => [a, middle[i]!])) + kl(pairs.map(([, d], i) => [d, middle[i]!]))) / 2
  })

/**
 * Euclidean distance of the label distributions.
 * @formula ‖P_a - P_d‖₂
 * @range 0..√2
 * @source Amazon SageMaker Clarify
 * @equals smclarify LP
 */
export const labelL2 = (counts: LabelCounts, options: ClarifyOptions = {}): Result =>
  overLabels(counts, options, 'LP', (pairs) => Math.sqrt(pairs.reduce((total, [a, d]) => total + (a - d) ** 2, 0)))

/**
 * Total variation distance of the label distributions.
 * @formula ½ Σ |P_a - P_d|
 * @range 0..1
 * @source Amazon SageMaker Clarify
 * @equals smclarify TVD
 */
export const labelTvd = (counts: LabelCounts, options: ClarifyOptions = {}): Result =>
  overLabels(counts, options, 'TVD', (pairs) => pairs.reduce((total, [a, d]) => total + Math.abs(a - d), 0) / 2)

/**
 * Largest gap of one label's share (Clarify calls it KS; it is not the distance of distribution functions).
 * @formula max |P_a - P_d|
 * @range 0..1
 * @source Amazon SageMaker Clarify
 * @equals smclarify KS
 */
export const labelKs = (counts: LabelCounts, options: ClarifyOptions = {}): Result =>
  overLabels(counts, options, 'KS', (pairs) => Math.max(0, ...pairs.map(([a, d]) => Math.abs(a - d))))

type Pair = [advantaged: number, disadvantaged: number]

const kl = (pairs: readonly Pair[]): number => pairs.reduce((total, [p, q]) => (p === 0 ? total : total + p * Math.log(p / q)), 0)

const overLabels = (counts: LabelCounts, { mode = 'strict' }: ClarifyOptions, name: string, distance: (pairs: Pair[]) => number): Result => {
  const [a, d] = totals(counts)
  if (a === 0 || d === 0) return notDefined('a group is empty')
  const all = Array.from(counts.advantaged, (count, i): Pair => [count / a, counts.disadvantaged[i]! / d])
  const pairs = mode === 'strict' ? all : all.filter(([p, q]) => p > 0 && q > 0)
  const value = distance(pairs)
  return Number.isFinite(value)
    ? estimate(value, a + d)
    : notDefined(`${name} is infinite: a label of the advantaged group does not occur in the other`)
}

const totals = ({ advantaged, disadvantaged }: LabelCounts): [number, number] => {
  sameLength('disadvantaged', disadvantaged, advantaged.length)
  const total = (argument: string, counts: Numbers): number => {
    let all = 0
    for (let i = 0; i < counts.length; i += 1) {
      if (!(counts[i]! >= 0 && counts[i]! < Infinity)) throw new InvalidArgument(argument, `must hold finite counts, label ${i} is ${counts[i]}`)
      all += counts[i]!
    }
    return all
  }
  return [total('advantaged', advantaged), total('disadvantaged', disadvantaged)]
}
