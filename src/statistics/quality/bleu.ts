import { checkCount } from '../columns.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'
import { countNgrams, overlap, splitWhitespace, trimTrailing } from './ngrams.ts'

export type BleuOptions = {
  /** `13a` is the tokenizer of the shared tasks, `char` one token a code point, `none` splits at white space. */
  tokenizer?: '13a' | 'char' | 'none'
  smoothing?: 'exp' | 'floor' | 'add-k' | 'none'
  /** For floor (0.1) and add-k (1). */
  smoothingValue?: number
  maxOrder?: number
  /** Leaves out orders longer than the answer: for single sentences. */
  effectiveOrder?: boolean
  lowercase?: boolean
}

/**
 * Corpus BLEU, 0..100: each output against one or several references.
 * @formula BP·exp(Σ ¼ ln p_n), p_n clipped n-gram precision, BP = exp(1 - r/c) where c < r
 * @range 0..100, higher is better; compare only with the same tokenizer and smoothing
 * @source Papineni et al. 2002; Post 2018
 * @equals sacrebleu.corpus_bleu
 */
export const bleu = (outputs: readonly string[], references: readonly (readonly string[])[], options: BleuOptions = {}): Result => {
  const { maxOrder = 4 } = options
  checkCount('maxOrder', maxOrder, 1, 100)
  if (references.length !== outputs.length) throw new InvalidArgument('references', `has ${references.length} rows, expected ${outputs.length}`)
  if (outputs.length === 0) return notDefined('no outputs')
  const right = new Float64Array(maxOrder)
  const total = new Float64Array(maxOrder)
  let outputLength = 0
  let referenceLength = 0
  outputs.forEach((output, i) => {
    const tokens = tokenize(output, options)
    const targets = references[i]!.map((reference) => tokenize(reference, options))
    if (targets.length === 0) throw new InvalidArgument('references', `of row ${i} are empty`)
    outputLength += tokens.length
    referenceLength += closestLength(tokens.length, targets)
    for (let n = 1; n <= maxOrder; n += 1) {
      right[n - 1]! += overlap(countNgrams(tokens, n), largestCounts(targets, n))
      total[n - 1]! += Math.max(0, tokens.length - n + 1)
    }
  })
  return estimate(scoreOf(right, total, outputLength, referenceLength, options), outputs.length)
}

const scoreOf = (right: Float64Array, total: Float64Array, outputLength: number, referenceLength: number, options: BleuOptions): number => {
  const { smoothing = 'exp', smoothingValue = smoothing === 'floor' ? 0.1 : 1, effectiveOrder = false } = options
  if (right.every((count) => count === 0)) return 0
  const brevity = outputLength < referenceLength ? Math.exp(1 - referenceLength / outputLength) : 1
  const precisions = new Float64Array(right.length)
  let halving = 1
  let order = right.length
  for (let n = 0; n < right.length; n += 1) {
    const extra = smoothing === 'add-k' && n > 0 ? smoothingValue : 0
    const hits = right[n]! + extra
    const all = total[n]! + extra
    if (all === 0) break
    if (effectiveOrder) order = n + 1
    if (hits > 0) precisions[n] = (100 * hits) / all
    else if (smoothing === 'exp') {
      halving *= 2
      precisions[n] = 100 / (halving * all)
    } else if (smoothing === 'floor') precisions[n] = (100 * smoothingValue) / all
  }
  // an order without a match weighs as the logarithm -9999999999: the score becomes 0
  const logs = precisions.subarray(0, order).map((p) => (p === 0 ? -9999999999 : Math.log(p)))
  return brevity * Math.exp(logs.reduce((a, b) => a + b, 0) / order)
}

const closestLength = (length: number, targets: readonly string[][]): number =>
  targets
    .map((target) => target.length)
    .reduce((best, next) => {
      const gap = Math.abs(length - next) - Math.abs(length - best)
      return gap < 0 || (gap === 0 && next < best) ? next : best
    })

const largestCounts = (targets: readonly string[][], n: number): Map<string, number> => {
  const largest = new Map<string, number>()
  for (const target of targets) for (const [key, count] of countNgrams(target, n)) largest.set(key, Math.max(count, largest.get(key) ?? 0))
  return largest
}

const tokenize = (text: string, { tokenizer = '13a', lowercase = false }: BleuOptions): string[] => {
  const line = trimTrailing(lowercase ? text.toLowerCase() : text)
  if (tokenizer === 'none') return splitWhitespace(line)
  if (tokenizer === 'char') return splitWhitespace([...line].join(' '))
  return tokenize13a(line)
}

/** mteval-v13a: punctuation apart, but a period or comma between digits. */
const tokenize13a = (text: string): string[] => {
  let line = text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ')
  line = line.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
  return splitWhitespace(
    ` ${line} `
      .replace(/([{-~[-` -&(-+:-@/])/gu, ' $1 ')
      .replace(/([^0-9])([.,])/gu, '$1 $2 ')
      .replace(/([.,])([^0-9])/gu, ' $1 $2')
      .replace(/([0-9])(-)/gu, '$1 $2 '),
  )
}
