import { checkCount } from '../columns.ts'
import { countNgrams, overlap } from './ngrams.ts'

export type RougeScore = { precision: number; recall: number; f1: number }

/**
 * N-gram overlap of an output with its target; words are runs of a-z and 0-9 after lower case, without stemming.
 * @formula P = matches/n-grams of the output, R = matches/n-grams of the target, F₁
 * @range 0..1, higher is better
 * @source Lin 2004
 * @equals rouge_score.rouge_scorer (rouge1, rouge2, …; use_stemmer=False)
 */
export const rougeN = (output: string, target: string, n: number): RougeScore => {
  checkCount('n', n, 1, 9)
  const a = words(output)
  const b = words(target)
  const hits = overlap(countNgrams(b, n), countNgrams(a, n))
  return scoreOf(hits, Math.max(0, a.length - n + 1), Math.max(0, b.length - n + 1))
}

/**
 * Longest common subsequence of words.
 * @formula P = LCS/words of the output, R = LCS/words of the target, F₁
 * @range 0..1, higher is better
 * @source Lin 2004
 * @equals rouge_score.rouge_scorer (rougeL)
 */
export const rougeL = (output: string, target: string): RougeScore => {
  const a = words(output)
  const b = words(target)
  return scoreOf(b.length === 0 ? 0 : commonTable(b, a)[b.length]![a.length]!, a.length, b.length)
}

/**
 * ROUGE-L over sentences (lines): the union of what the output's lines share with each line of the target.
 * @formula matches = Σ over target lines of the union of subsequences, no word counted twice
 * @range 0..1, higher is better
 * @source Lin 2004, section 3.2
 * @equals rouge_score.rouge_scorer (rougeLsum)
 */
export const rougeLsum = (output: string, target: string): RougeScore => {
  const lines = (text: string): string[][] => text.split('\n').filter(Boolean).map(words)
  const own = lines(output)
  const wanted = lines(target)
  const leftInOutput = countNgrams(own.flat(), 1)
  const leftInTarget = countNgrams(wanted.flat(), 1)
  let hits = 0
  for (const line of wanted) {
    const shared = new Set(own.flatMap((other) => commonIndexes(line, other)))
    for (const index of [...shared].sort((a, b) => a - b)) {
      const word = line[index]!
      const a = leftInOutput.get(word) ?? 0
      const b = leftInTarget.get(word) ?? 0
      if (a <= 0 || b <= 0) continue
      hits += 1
      leftInOutput.set(word, a - 1)
      leftInTarget.set(word, b - 1)
    }
  }
  return scoreOf(hits, own.flat().length, wanted.flat().length)
}

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)

const scoreOf = (hits: number, outputSize: number, targetSize: number): RougeScore => {
  const precision = hits / Math.max(outputSize, 1)
  const recall = hits / Math.max(targetSize, 1)
  return { precision, recall, f1: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 }
}

const commonTable = (a: readonly string[], b: readonly string[]): Uint32Array[] => {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = 1; i <= a.length; i += 1) {
    const row = table[i]!
    const above = table[i - 1]!
    for (let j = 1; j <= b.length; j += 1) row[j] = a[i - 1] === b[j - 1] ? above[j - 1]! + 1 : Math.max(above[j]!, row[j - 1]!)
  }
  return table
}

/** Where in `a` one longest common subsequence lies; of several, the one the reference script walks. */
const commonIndexes = (a: readonly string[], b: readonly string[]): number[] => {
  const table = commonTable(a, b)
  const indexes: number[] = []
  let i = a.length
  let j = b.length
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      indexes.push(i - 1)
      i -= 1
      j -= 1
    } else if (table[i]![j - 1]! > table[i - 1]![j]!) j -= 1
    else i -= 1
  }
  return indexes
}
