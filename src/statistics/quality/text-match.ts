import { sameLength } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { wilsonInterval } from '../uncertainty/proportion.ts'

/**
 * Whether an answer is the target, white space at both ends apart.
 * @formula strip(output) = strip(target)
 * @range 0 or 1
 * @source fmeval _exact_match_score
 * @equals fmeval
 */
export const isExactMatch = (output: string, target: string): boolean => output.trim() === target.trim()

/**
 * Whether an answer is the target after lower case, without punctuation, English articles and repeated space.
 * @formula normal(output) = normal(target)
 * @range 0 or 1
 * @source Rajpurkar et al. 2016 (SQuAD), fmeval _quasi_exact_match_score
 * @equals squad evaluate-v1.1 normalize_answer
 */
export const isQuasiExactMatch = (output: string, target: string): boolean => normalizeAnswer(output) === normalizeAnswer(target)

// the ASCII punctuation of Python's string.punctuation, which the SQuAD script removes
const PUNCTUATION = /[!-/:-@[-`{-~]/g
const ARTICLES = /\b(a|an|the)\b/g

export const normalizeAnswer = (text: string): string =>
  text.toLowerCase().replace(PUNCTUATION, '').replace(ARTICLES, ' ').split(/\s+/).filter(Boolean).join(' ')

/**
 * Share of answers that match their target exactly, with Wilson's interval.
 * @formula mean 1[strip(output) = strip(target)]
 * @range 0..1, higher is better
 * @source fmeval
 * @equals fmeval _exact_match_score, averaged
 */
export const exactMatch = (outputs: ArrayLike<string>, targets: ArrayLike<string>, level = 0.95): Result =>
  matchShare(outputs, targets, level, isExactMatch)

/**
 * Share of answers that match their target after normalising, with Wilson's interval.
 * @formula mean 1[normal(output) = normal(target)]
 * @range 0..1, higher is better
 * @source Rajpurkar et al. 2016
 * @equals fmeval _quasi_exact_match_score, averaged
 */
export const quasiExactMatch = (outputs: ArrayLike<string>, targets: ArrayLike<string>, level = 0.95): Result =>
  matchShare(outputs, targets, level, isQuasiExactMatch)

const matchShare = (
  outputs: ArrayLike<string>,
  targets: ArrayLike<string>,
  level: number,
  match: (output: string, target: string) => boolean,
): Result => {
  sameLength('targets', targets, outputs.length)
  const n = outputs.length
  if (n === 0) return notDefined('no rows')
  let hits = 0
  for (let i = 0; i < n; i += 1) if (match(outputs[i]!, targets[i]!)) hits += 1
  return estimate(hits / n, n, wilsonInterval(hits, n, level))
}

/**
 * F1 over the sets of words, split at white space: a word counts once.
 * @formula 2PR/(P+R) on sets
 * @range 0..1, higher is better
 * @source fmeval _f1_score (which scores by sets)
 * @equals fmeval
 */
export const f1Set = (output: string, target: string): number => {
  const a = new Set(words(output))
  const b = new Set(words(target))
  let common = 0
  for (const word of a) if (b.has(word)) common += 1
  return f1(common, a.size, b.size)
}

/**
 * F1 over the bags of normalised words: a word counts as often as it occurs.
 * @formula 2PR/(P+R) on multisets
 * @range 0..1, higher is better
 * @source Rajpurkar et al. 2016
 * @equals squad evaluate-v1.1 f1_score
 */
export const f1Bag = (output: string, target: string): number => {
  const a = words(normalizeAnswer(output))
  const b = words(normalizeAnswer(target))
  const left = new Map<string, number>()
  for (const word of b) left.set(word, (left.get(word) ?? 0) + 1)
  let common = 0
  for (const word of a) {
    const count = left.get(word) ?? 0
    if (count > 0) common += 1
    left.set(word, count - 1)
  }
  return f1(common, a.length, b.length)
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean)

const f1 = (common: number, a: number, b: number): number => (common === 0 ? 0 : (2 * common) / (a + b))
