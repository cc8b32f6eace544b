import { checkCount, checkNumber, finite, type Numbers } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'

/**
 * Exposure of a planted secret from its rank among all candidates.
 * @formula log₂|R| - log₂ rank
 * @range 0..log₂|R| bits; the top means fully memorised
 * @source Carlini et al. 2019
 * @equals the definition: a nine-digit canary at rank 1 gives 29.897 bits
 */
export const canaryExposure = (rank: number, candidates: number): Result => {
  checkNumber('candidates', candidates, 1)
  checkCount('rank', rank, 1, candidates)
  return estimate(Math.log2(candidates) - Math.log2(rank), candidates)
}

/**
 * Exposure from a sample of other candidates: the share that is at least as likely, counted with the canary itself.
 * @formula -log₂((1 + #(perplexity ≤ canary's))/(1 + n))
 * @range 0..log₂(n+1) bits
 * @source Carlini et al. 2019, estimation by sampling
 * @equals the definition
 */
export const sampledExposure = (canaryPerplexity: number, otherPerplexities: Numbers): Result => {
  checkNumber('canaryPerplexity', canaryPerplexity)
  finite('otherPerplexities', otherPerplexities)
  const n = otherPerplexities.length
  if (n === 0) return notDefined('no other candidates')
  let ahead = 1
  for (let i = 0; i < n; i += 1) if (otherPerplexities[i]! <= canaryPerplexity) ahead += 1
  return estimate(-Math.log2(ahead / (n + 1)), n)
}

/**
 * Longest run of tokens that an output shares with a training text, word for word.
 * @formula longest common substring
 * @range 0..length of the shorter
 * @source Carlini et al. 2023 (50 tokens count as extracted)
 * @equals difflib.SequenceMatcher(autojunk=False).find_longest_match size
 */
export const longestVerbatimRun = (output: readonly (string | number)[], source: readonly (string | number)[]): number => {
  let lengths = new Uint32Array(source.length + 1)
  let next = new Uint32Array(source.length + 1)
  let longest = 0
  for (const token of output) {
    for (let j = 1; j <= source.length; j += 1) {
      next[j] = source[j - 1] === token ? lengths[j - 1]! + 1 : 0
      if (next[j]! > longest) longest = next[j]!
    }
    const held = lengths
    lengths = next
    next = held
  }
  return longest
}
