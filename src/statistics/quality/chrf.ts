import { checkCount, checkNumber } from '../columns.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'
import { countNgrams, overlap, splitWhitespace } from './ngrams.ts'

export type ChrfOptions = { characterOrder?: number; wordOrder?: number; beta?: number; lowercase?: boolean; whitespace?: boolean }

/**
 * Character n-gram F score, 0..100; word order 2 makes it chrF++.
 * @formula F_β of precision and recall averaged over the orders both texts have
 * @range 0..100, higher is better
 * @source Popović 2015, 2017
 * @equals sacrebleu.corpus_chrf
 */
export const chrf = (outputs: readonly string[], references: readonly (readonly string[])[], options: ChrfOptions = {}): Result => {
  const { characterOrder = 6, wordOrder = 0, beta = 2 } = options
  checkCount('characterOrder', characterOrder, 1, 100)
  checkCount('wordOrder', wordOrder, 0, 100)
  checkNumber('beta', beta, 0)
  if (references.length !== outputs.length) throw new InvalidArgument('references', `has ${references.length} rows, expected ${outputs.length}`)
  if (outputs.length === 0) return notDefined('no outputs')
  const totals = new Float64Array(3 * (characterOrder + wordOrder))
  outputs.forEach((output, i) => {
    if (references[i]!.length === 0) throw new InvalidArgument('references', `of row ${i} are empty`)
    const own = ngramsOf(output, options)
    const candidates = references[i]!.map((reference) => statisticsOf(own, ngramsOf(reference, options)))
    const best = candidates.reduce((a, b) => (scoreOf(b, beta) > scoreOf(a, beta) ? b : a))
    best.forEach((count, at) => {
      totals[at]! += count
    })
  })
  return estimate(scoreOf(totals, beta), outputs.length)
}

type Counts = ReadonlyMap<string, number>

const ngramsOf = (text: string, { characterOrder = 6, wordOrder = 0, lowercase = false, whitespace = false }: ChrfOptions): Counts[] => {
  const line = lowercase ? text.toLowerCase() : text
  const characters = [...(whitespace ? line : splitWhitespace(line).join(''))]
  const words = wordOrder > 0 ? splitWhitespace(line).flatMap(apart) : []
  return [
    ...Array.from({ length: characterOrder }, (_, n) => countNgrams(characters, n + 1)),
    ...Array.from({ length: wordOrder }, (_, n) => countNgrams(words, n + 1)),
  ]
}

const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')

/** One punctuation mark off the end, else one off the start: '(hi)' gives '(hi' and ')', as in the reference script. */
const apart = (word: string): string[] => {
  const characters = [...word]
  if (characters.length === 1) return [word]
  if (PUNCTUATION.has(characters.at(-1)!)) return [characters.slice(0, -1).join(''), characters.at(-1)!]
  return PUNCTUATION.has(characters[0]!) ? [characters[0]!, characters.slice(1).join('')] : [word]
}

/** Output count, reference count, matches: three numbers an order. */
const statisticsOf = (output: Counts[], reference: Counts[]): Float64Array => {
  const size = (counts: Counts): number => [...counts.values()].reduce((a, b) => a + b, 0)
  return Float64Array.from(
    output.flatMap((counts, n) => {
      const target = reference[n]!
      return [target.size > 0 ? size(counts) : 0, size(target), overlap(counts, target)]
    }),
  )
}

const scoreOf = (statistics: Float64Array, beta: number): number => {
  let precision = 0
  let recall = 0
  let orders = 0
  for (let i = 0; i < statistics.length; i += 3) {
    const output = statistics[i]!
    const reference = statistics[i + 1]!
    const matches = statistics[i + 2]!
    if (output === 0 || reference === 0) continue
    precision += matches / output
    recall += matches / reference
    orders += 1
  }
  if (precision + recall === 0) return 0
  precision /= orders
  recall /= orders
  const factor = beta * beta
  return (100 * (1 + factor) * precision * recall) / (factor * precision + recall)
}
