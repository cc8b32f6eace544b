import { checkCount, finite, inRange, type Numbers } from '../columns.ts'
import { ascendingOrder } from '../numeric/order.ts'
import { InvalidArgument } from '../result.ts'

/** Scores a text of which some tokens are left out: `kept[i]` is 1 where token i stays. Log probability of the answer, or a judge's score. */
export type ScoreTokens = (kept: Uint8Array) => number

export type Occlusion = { /** Drop of the score without each token. */ values: Float64Array; score: number; calls: number }

/**
 * What each token adds: the score of the whole minus the score without it.
 * @formula φ_i = v(all) - v(all but i)
 * @range unit of the score
 * @source Li, Monroe, Jurafsky 2016
 * @equals captum FeatureAblation
 */
export const tokenOcclusion = (score: ScoreTokens, tokens: number): Occlusion => {
  checkCount('tokens', tokens, 1, 1_000_000)
  const kept = new Uint8Array(tokens).fill(1)
  const scored = (): number => finiteScore(score, kept)
  const whole = scored()
  const values = Float64Array.from({ length: tokens }, (_, i) => {
    kept[i] = 0
    const drop = whole - scored()
    kept[i] = 1
    return drop
  })
  return { values, score: whole, calls: tokens + 1 }
}

export type Faithfulness = {
  /** Mean drop when the most important tokens are removed: high is faithful. */
  comprehensiveness: number
  /** Mean drop when only they are kept: low is faithful. */
  sufficiency: number
  /** Mean score while tokens are removed in order of importance: low is faithful. */
  deletionArea: number
  calls: number
}

/**
 * Whether the tokens an explanation calls important are those the score depends on.
 * @formula mean over shares q of v(all) - v(without top q), and v(all) - v(top q only); area under v while deleting
 * @range unit of the score
 * @source DeYoung et al. 2020 (ERASER); Petsiuk et al. 2018
 * @equals the ERASER definitions
 */
export const faithfulness = (score: ScoreTokens, importances: Numbers, shares: Numbers = [0.01, 0.05, 0.1, 0.2, 0.5]): Faithfulness => {
  finite('importances', importances)
  inRange('shares', shares, 0, 1)
  const n = importances.length
  if (n === 0 || shares.length === 0) throw new InvalidArgument('importances', 'and shares must not be empty')
  const order = ascendingOrder(Float64Array.from(importances, (x) => -x))
  const mask = (top: number, keepTop: boolean): Uint8Array => {
    const kept = new Uint8Array(n).fill(keepTop ? 0 : 1)
    for (const token of order.subarray(0, top)) kept[token] = keepTop ? 1 : 0
    return kept
  }
  const whole = finiteScore(score, mask(0, false))
  let comprehensiveness = 0
  let sufficiency = 0
  for (let i = 0; i < shares.length; i += 1) {
    const top = Math.ceil(shares[i]! * n)
    comprehensiveness += (whole - finiteScore(score, mask(top, false))) / shares.length
    sufficiency += (whole - finiteScore(score, mask(top, true))) / shares.length
  }
  let area = 0
  let before = whole
  for (let top = 1; top <= n; top += 1) {
    const after = finiteScore(score, mask(top, false))
    area += (before + after) / (2 * n)
    before = after
  }
  return { comprehensiveness, sufficiency, deletionArea: area, calls: 1 + 2 * shares.length + n }
}

const finiteScore = (score: ScoreTokens, kept: Uint8Array): number => {
  const answer = score(kept)
  if (!Number.isFinite(answer)) throw new InvalidArgument('score', `answered ${answer}`)
  return answer
}
