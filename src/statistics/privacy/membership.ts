import { checkNumber, inRange, type Labels, type Numbers } from '../columns.ts'
import { rocAuc, sweep } from '../quality/ranking-curve.ts'
import { estimate, type Interval, isDefined, notDefined, type Result, type Undefined } from '../result.ts'
import { clopperPearson } from '../uncertainty/proportion.ts'

export type MembershipAttack = {
  auc: Result
  /** Largest TPR - FPR of any threshold. */
  advantage: Result
  /** True positive rate at each false positive rate asked, with the Clopper-Pearson interval. */
  truePositiveRateAt: { falsePositiveRate: number; result: Result }[]
}

/**
 * How well an attack score tells training members from others. Averages hide the danger: look at the rate of certain hits at few false alarms.
 * @formula TPR at the lowest threshold whose FPR does not exceed the one asked
 * @range 0..1, lower is more private
 * @source Carlini et al. 2022 (LiRA); Yeom et al. 2018 for the advantage
 * @equals sklearn.metrics.roc_curve, tpr[fpr <= x].max()
 */
export const membershipAttack = (
  isMember: Labels,
  scores: Numbers,
  falsePositiveRates: Numbers = [0.001, 0.01, 0.1],
  level = 0.95,
): MembershipAttack | Undefined => {
  inRange('falsePositiveRates', falsePositiveRates, 0, 1)
  const swept = sweep(isMember, scores)
  if ('undefined' in swept) return swept
  const { truePositives: tp, falsePositives: fp, positives, negatives } = swept
  if (positives === 0 || negatives === 0) return notDefined('all rows are members, or none is')
  let advantage = 0
  for (let i = 0; i < tp.length; i += 1) advantage = Math.max(advantage, tp[i]! / positives - fp[i]! / negatives)
  const truePositiveRateAt = Array.from(falsePositiveRates, (falsePositiveRate) => {
    let hits = 0
    for (let i = 0; i < tp.length && fp[i]! / negatives <= falsePositiveRate; i += 1) hits = tp[i]!
    const exact = clopperPearson(hits, positives, level)
    const interval: Interval | null = isDefined(exact) ? exact.interval : null
    return { falsePositiveRate, result: estimate(hits / positives, scores.length, interval) }
  })
  return { auc: rocAuc(isMember, scores, { level }), advantage: estimate(advantage, scores.length), truePositiveRateAt }
}

/**
 * The least ε of differential privacy that an attack's success contradicts, with confidence: both rates at their Clopper-Pearson limits, each at half the error.
 * @formula max(0, ln((1-δ-FNR)/FPR), ln((1-δ-FPR)/FNR)) at the upper limits
 * @range 0..∞, lower is more private; a lower bound
 * @source Jagielski, Ullman, Oprea 2020; Kairouz et al. 2015
 * @equals the definition with scipy.stats.beta
 */
export const privacyLowerBound = (
  { members, missed, others, falseAlarms }: { members: number; missed: number; others: number; falseAlarms: number },
  { delta = 0, level = 0.95 }: { delta?: number; level?: number } = {},
): Result => {
  checkNumber('delta', delta, 0, 1)
  const upper = (hits: number, n: number): number | null => {
    // a two-sided interval of this level has half the wanted error above each rate
    const exact = clopperPearson(hits, n, level)
    return isDefined(exact) ? (exact.interval?.high ?? null) : null
  }
  const missRate = upper(missed, members)
  const alarmRate = upper(falseAlarms, others)
  if (missRate === null || alarmRate === null) return notDefined('no members, or no others')
  const bound = (top: number, bottom: number): number => (top > 0 ? Math.log(top / bottom) : 0)
  return estimate(Math.max(0, bound(1 - delta - missRate, alarmRate), bound(1 - delta - alarmRate, missRate)), members + others)
}
