import { checkCount, finite, type Numbers, sameLength } from '../columns.ts'
import { ascendingOrder } from '../numeric/order.ts'
import { estimate, notDefined, type Result } from '../result.ts'

export type NdcgOptions = {
  k?: number
  /** `linear` is scikit-learn's, `exponential` (2^rel - 1) that of the web search literature. */
  gain?: 'linear' | 'exponential'
  /** `average` gives equal scores the mean of their gains, `order` takes them as they stand. */
  ties?: 'average' | 'order'
}

/**
 * Discounted gain of one ranking, relative to the best ranking of the same items.
 * @formula DCG/IDCG, DCG = Σ gain(rel_i)/log₂(i+1)
 * @range 0..1, higher is better
 * @source Järvelin, Kekäläinen 2002; McSherry, Najork 2008 for ties
 * @equals sklearn.metrics.ndcg_score
 */
export const ndcg = (relevance: Numbers, scores: Numbers, { k = relevance.length, gain = 'linear', ties = 'average' }: NdcgOptions = {}): Result => {
  sameLength('scores', scores, relevance.length)
  finite('relevance', relevance)
  finite('scores', scores)
  checkCount('k', k, relevance.length === 0 ? 0 : 1)
  const n = relevance.length
  const gains = Float64Array.from(relevance, (rel) => (gain === 'linear' ? rel : 2 ** rel - 1))
  const ideal = gains.slice().sort().reverse()
  const best = discounted(ideal, k)
  if (best === 0) return notDefined('nothing is relevant')
  return estimate(discounted(ranked(gains, scores, ties), k) / best, n)
}

/** Gains in descending order of score. */
const ranked = (gains: Float64Array, scores: Numbers, ties: 'average' | 'order'): Float64Array => {
  const order = ascendingOrder(Float64Array.from(scores, (score) => -score))
  const inOrder = Float64Array.from(order, (i) => gains[i]!)
  if (ties === 'order') return inOrder
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1
    const share = inOrder.subarray(from, to).reduce((a, b) => a + b, 0) / (to - from)
    inOrder.fill(share, from, to)
    from = to
  }
  return inOrder
}

const discounted = (gains: Float64Array, k: number): number => {
  let total = 0
  for (let i = 0; i < Math.min(k, gains.length); i += 1) total += gains[i]! / Math.log2(i + 2)
  return total
}

/** Relevance (0 or more) of the answers of each query, best ranked first. */
export type Rankings = readonly Numbers[]

/**
 * Mean over queries of one over the rank of the first relevant answer, 0 where none is.
 * @formula mean 1/rank₁
 * @range 0..1, higher is better
 * @source Voorhees 1999
 * @equals trec_eval recip_rank
 */
export const meanReciprocalRank = (rankings: Rankings): Result =>
  overQueries(rankings, (relevance) => {
    for (let i = 0; i < relevance.length; i += 1) if (relevance[i]! > 0) return 1 / (i + 1)
    return 0
  })

/**
 * Mean over queries of the average precision; `relevant[q]` is the number of relevant documents that exist, also those not retrieved.
 * @formula mean of Σ P(k)·rel(k) / relevant
 * @range 0..1, higher is better
 * @source Buckley, Voorhees 2000
 * @equals trec_eval map
 */
export const meanAveragePrecision = (rankings: Rankings, relevant?: Numbers): Result => {
  if (relevant !== undefined) sameLength('relevant', relevant, rankings.length)
  return overQueries(rankings, (relevance, query) => {
    let hits = 0
    let total = 0
    for (let i = 0; i < relevance.length; i += 1) {
      if (relevance[i]! <= 0) continue
      hits += 1
      total += hits / (i + 1)
    }
    const existing = relevant === undefined ? hits : relevant[query]!
    return existing === 0 ? 0 : total / existing
  })
}

/**
 * Share of the first k answers that are relevant.
 * @formula mean of relevant in the first k / k
 * @range 0..1, higher is better
 * @source trec_eval
 * @equals trec_eval P
 */
export const precisionAtK = (rankings: Rankings, k: number): Result => {
  checkCount('k', k, 1)
  return overQueries(rankings, (relevance) => hitsAt(relevance, k) / k)
}

/**
 * Share of the relevant documents among the first k answers.
 * @formula mean of relevant in the first k / relevant
 * @range 0..1, higher is better
 * @source trec_eval
 * @equals trec_eval recall
 */
export const recallAtK = (rankings: Rankings, k: number, relevant: Numbers): Result => {
  checkCount('k', k, 1)
  sameLength('relevant', relevant, rankings.length)
  return overQueries(rankings, (relevance, query) => (relevant[query] === 0 ? 0 : hitsAt(relevance, k) / relevant[query]!))
}

const hitsAt = (relevance: Numbers, k: number): number => {
  let hits = 0
  for (let i = 0; i < Math.min(k, relevance.length); i += 1) if (relevance[i]! > 0) hits += 1
  return hits
}

const overQueries = (rankings: Rankings, score: (relevance: Numbers, query: number) => number): Result => {
  if (rankings.length === 0) return notDefined('no queries')
  for (const [query, relevance] of rankings.entries()) finite(`rankings[${query}]`, relevance)
  return estimate(rankings.reduce((total, relevance, query) => total + score(relevance, query), 0) / rankings.length, rankings.length)
}
