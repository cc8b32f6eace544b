import { checkCount, sameLength } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { countNgrams, splitWhitespace } from './ngrams.ts'

/**
 * Fewest insertions, deletions and replacements that turn one sequence into the other; strings are compared by code point.
 * @formula dynamic programming over two rows
 * @range 0..length of the longer
 * @source Levenshtein 1966
 * @equals nltk.edit_distance
 */
export const levenshtein = (a: string | readonly string[], b: string | readonly string[]): number => {
  const first = [...a]
  const second = [...b]
  let row = Uint32Array.from({ length: second.length + 1 }, (_, j) => j)
  let next = new Uint32Array(second.length + 1)
  for (let i = 1; i <= first.length; i += 1) {
    next[0] = i
    for (let j = 1; j <= second.length; j += 1) {
      const replaced = row[j - 1]! + (first[i - 1] === second[j - 1] ? 0 : 1)
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1)
    }
    const held = row
    row = next
    next = held
  }
  return row[second.length]!
}

/**
 * Word error rate over a corpus: edits to the reference, per word of the reference.
 * @formula Σ edits / Σ words of the references
 * @range 0..∞, lower is better
 * @source Klakow, Peters 2002
 * @equals nltk.edit_distance over words, summed
 */
export const wordErrorRate = (outputs: readonly string[], references: readonly string[]): Result => {
  sameLength('outputs', outputs, references.length)
  let edits = 0
  let length = 0
  references.forEach((reference, i) => {
    const target = splitWhitespace(reference)
    edits += levenshtein(splitWhitespace(outputs[i]!), target)
    length += target.length
  })
  return length === 0 ? notDefined('the references have no words') : estimate(edits / length, references.length)
}

/**
 * Share of the n-grams of all texts that are different: low when a model repeats itself.
 * @formula distinct n-grams / n-grams
 * @range 0..1, higher is more varied; falls with length, compare equal sizes
 * @source Li et al. 2016
 * @equals the definition
 */
export const distinctN = (texts: readonly string[], n: number): Result => {
  checkCount('n', n, 1, 100)
  const seen = new Set<string>()
  let total = 0
  for (const text of texts) {
    const words = splitWhitespace(text)
    for (const key of countNgrams(words, n).keys()) seen.add(key)
    total += Math.max(0, words.length - n + 1)
  }
  return total === 0 ? notDefined(`no text has ${n} words`) : estimate(seen.size / total, texts.length)
}
