import { featuresOf } from '../classifiers/features.ts'
import { type LinearModel, loadLinear, probabilityOf } from '../classifiers/linear.ts'
import { passagesOf, type Stretch } from '../classifiers/windows.ts'
import type { HarmCategory, HarmOptions } from '../model.ts'
import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'

/**
 * Harmful content, passage by passage (a sentence, or a few short ones), so that a stream waits for the end of a passage and no longer. A
 * passage is scored once, and is a match for each category whose threshold it reaches.
 */
export const harmScanners = ({ categories, sensitivity }: HarmOptions): readonly Scanner[] => {
  const model = loadLinear('harm')
  const wanted = categories.map((category) => ({ category, at: outputOf(model, category) }))

  const matchesIn = (text: string, { start, end }: Stretch): Match[] => {
    const passage = text.slice(start, end)
    if (passage.trim().length < SHORTEST) return []
    const scores = harmScores(model, passage)
    return wanted
      .filter(({ at }) => scores[at]! >= model.outputs[at]!.thresholds[sensitivity])
      .map(({ category, at }) => ({ start, end: start + passage.trimEnd().length, kind: category, confidence: scores[at]! }))
  }

  const scan = (text: string, from: number, complete: boolean): Scan => {
    const { passages, settled } = passagesOf(text, from, complete)
    const matches = passages.flatMap((passage) => matchesIn(text, passage))
    return { matches: matches.length > 0 ? matches : NOTHING, settled }
  }
  return [{ reads: 'raw', mayMatch: (text) => text.length >= SHORTEST, scan }]
}

const SHORTEST = 4

const outputOf = (model: LinearModel, category: HarmCategory): number => {
  const at = model.outputs.findIndex(({ label }) => label === category)
  if (at < 0) throw new Error(`the model harm has no output ${category}`)
  return at
}

/** One probability an output, in the model's order. */
export const harmScores = (model: LinearModel, passage: string): readonly number[] => {
  const logits = new Float64Array(model.outputs.length)
  model.logits(featuresOf(passage), logits)
  return model.outputs.map((output, at) => probabilityOf(output, logits[at]!))
}
