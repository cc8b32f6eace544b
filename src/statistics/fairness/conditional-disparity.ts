import { binary, encode, type Labels, sameLength } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'

/**
 * Demographic disparity of the group: its share of the rejected minus its share of the accepted.
 * @formula n_d(0)/n(0) - n_d(1)/n(1)
 * @range -1..1, 0 is parity, above 0 disfavours the group
 * @source Wachter, Mittelstadt, Russell 2021
 * @equals smclarify, DD inside CDD
 */
export const demographicDisparity = (outcomes: Labels, inGroup: Labels): Result => {
  const counts = countOutcomes(outcomes, inGroup, new Int32Array(outcomes.length), 1)[0]!
  const n = counts.accepted + counts.rejected
  if (n === 0) return notDefined('no rows')
  if (counts.accepted === 0 || counts.rejected === 0) return notDefined('all outcomes are the same')
  return estimate(disparityOf(counts), n)
}

/**
 * Demographic disparity within strata (department, income band), averaged by size: CDDL on labels, CDDPL on predictions. A stratum without rejects
 * (without accepts) counts 0 for that share, as in Clarify.
 * @formula Σ n_i·DD_i / n
 * @range -1..1, 0 is parity, above 0 disfavours the group
 * @source Wachter, Mittelstadt, Russell 2021
 * @equals smclarify CDDL, CDDPL
 */
export const conditionalDemographicDisparity = (outcomes: Labels, inGroup: Labels, strata: Labels): Result => {
  sameLength('strata', strata, outcomes.length)
  const { codes, names } = encode('strata', strata)
  const counts = countOutcomes(outcomes, inGroup, codes, names.length)
  if (outcomes.length === 0) return notDefined('no rows')
  const total = counts.reduce((sum, stratum) => sum + (stratum.accepted + stratum.rejected) * disparityOf(stratum), 0)
  return estimate(total / outcomes.length, outcomes.length)
}

type Outcomes = { accepted: number; rejected: number; groupAccepted: number; groupRejected: number }

const countOutcomes = (outcomes: Labels, inGroup: Labels, codes: Int32Array, strata: number): Outcomes[] => {
  const y = binary('outcomes', outcomes)
  const member = binary('inGroup', inGroup)
  sameLength('inGroup', inGroup, y.length)
  const flat = new Float64Array(strata * 4)
  for (let i = 0; i < y.length; i += 1) flat[codes[i]! * 4 + y[i]! * 2 + member[i]!]! += 1
  return Array.from({ length: strata }, (_, s) => ({
    rejected: flat[s * 4]! + flat[s * 4 + 1]!,
    groupRejected: flat[s * 4 + 1]!,
    accepted: flat[s * 4 + 2]! + flat[s * 4 + 3]!,
    groupAccepted: flat[s * 4 + 3]!,
  }))
}

const disparityOf = ({ accepted, rejected, groupAccepted, groupRejected }: Outcomes): number =>
  (rejected === 0 ? 0 : groupRejected / rejected) - (accepted === 0 ? 0 : groupAccepted / accepted)
