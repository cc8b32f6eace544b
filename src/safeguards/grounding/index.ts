import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { FEATURES, featuresOf, readSource } from './features.ts'
import { isContent, sentences, wordsOf } from './text.ts'

/** A sentence of an answer, and how probably the sources do not bear it out. */
export type Claim = { readonly start: number; readonly end: number; readonly kind: 'unsupported' | 'citation-to-nowhere'; readonly score: number }

const Model = z.object({
  format: z.literal('plimsoll.grounding/1'),
  features: z.array(z.string()),
  mean: z.array(z.number()),
  scale: z.array(z.number().positive()),
  weights: z.array(z.number()),
  bias: z.number(),
  threshold: z.number(),
})
type Model = z.infer<typeof Model>

let loaded: Model | null = null

/** Missing weights, or weights for other features, stop what needs them. */
const model = (): Model => {
  loaded ??= (() => {
    const read = Model.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../../classifiers/grounding/model.json'), 'utf8')))
    if (read.features.join() !== FEATURES.join()) throw new Error('classifiers/grounding/model.json was trained on other features: train it again')
    return read
  })()
  return loaded
}

/** At or above it a sentence is marked. */
export const groundingThreshold = (): number => model().threshold

/** "[7]" where there are three sources. Years in brackets are none. */
const CITATION = /\[(\d{1,3})\]/g

/** More sentences than this are not judged: the time it takes is bounded. */
const MOST_CLAIMS = 200

/** Judges an answer sentence by sentence. `question` may be empty; without a source nothing can be said. */
export const judgeGrounding = (answer: string, question: string, sources: readonly string[]): readonly Claim[] => {
  if (sources.every((source) => source.trim() === '')) return []
  const { mean, scale, weights, bias } = model()
  const source = readSource(sources)
  const parts = sentences(answer).filter(({ start, end }) => wordsOf(answer.slice(start, end)).length > 0)
  // A lead-in ("Sure!") claims nothing, unless it is all there is.
  const telling = parts.filter(({ start, end }) => wordsOf(answer.slice(start, end)).some(isContent))
  const judged = (telling.length > 0 ? telling : parts).slice(0, MOST_CLAIMS).map(({ start, end }): Claim => {
    const text = answer.slice(start, end)
    const logit = featuresOf(text, question, source).reduce((sum, value, at) => sum + weights[at]! * ((value - mean[at]!) / scale[at]!), bias)
    return { start, end: start + text.trimEnd().length, kind: 'unsupported', score: 1 / (1 + Math.exp(-logit)) }
  })
  const cited = Array.from(answer.matchAll(CITATION))
    .filter((match) => Number(match[1]) > sources.length || match[1] === '0')
    .map((match): Claim => ({ start: match.index, end: match.index + match[0].length, kind: 'citation-to-nowhere', score: 1 }))
  return [...judged, ...cited].sort((a, b) => a.start - b.start)
}
