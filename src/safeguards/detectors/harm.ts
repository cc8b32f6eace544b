import { type CascadeOutput, loadCascade, logitOf, stackedProbability } from '../classifiers/cascade.ts'
import type { Encoder } from '../classifiers/encoder/encoder.ts'
import { featuresOf } from '../classifiers/features.ts'
import { type LinearModel, loadLinear, probabilityOf } from '../classifiers/linear.ts'
import { passagesOf, type Stretch } from '../classifiers/windows.ts'
import { HarmCategory, type HarmOptions } from '../model.ts'
import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'

/**
 * Harmful content, passage by passage (a sentence, or a few short ones), so that a stream waits for the end of a passage and no longer. A
 * passage is scored once, and is a match for each category whose threshold it reaches.
 *
 * Two stages: a passage of which the linear model is in doubt is read by a transformer, and both together decide.
 */
export const harmScanners = ({ categories, sensitivity, transformer, thresholds: own }: HarmOptions): readonly Scanner[] => {
  const model = loadLinear('harm')
  const cascade = harmCascade()
  const wanted = categories.map((category) => cascadeOf(cascade, category))

  const matchesIn = (text: string, { start, end }: Stretch): Match[] => {
    const passage = text.slice(start, end)
    if (passage.trim().length < SHORTEST) return []
    const scores = harmScores(model, passage)
    return wanted.flatMap(({ category, linearAt, asked }): Match[] => {
      const confidence = scores[linearAt]!
      const match = { start, end: start + passage.trimEnd().length, kind: category, confidence }
      const alone = confidence >= ((transformer ? undefined : own?.[category]) ?? model.outputs[linearAt]!.thresholds[sensitivity])
      if (!transformer) return alone ? [match] : []
      return alone || confidence >= asked[sensitivity] ? [{ ...match, uncertain: { alone } }] : []
    })
  }

  const scan = (text: string, from: number, complete: boolean): Scan => {
    const { passages, settled } = passagesOf(text, from, complete)
    const matches = passages.flatMap((passage) => matchesIn(text, passage))
    return { matches: matches.length > 0 ? matches : NOTHING, settled }
  }
  const scanner: Scanner = { reads: 'raw', mayMatch: (text) => text.length >= SHORTEST, scan }
  if (!transformer) return [scanner]
  return [
    {
      ...scanner,
      refine: async (text, candidates, encoder, signal) => {
        const places = [...new Map(candidates.map(({ start, end }) => [start, { start, end }])).values()]
        const all = await scoreHarmTwice(
          encoder,
          model,
          cascade,
          places.map(({ start, end }) => text.slice(start, end)),
          signal,
        )
        return places.flatMap((place, at) =>
          wanted
            .filter(({ category, thresholds }) => all[at]![category] >= (own?.[category] ?? thresholds[sensitivity]))
            .map(({ category }) => ({ ...place, kind: category, confidence: all[at]![category] })),
        )
      },
    },
  ]
}

const SHORTEST = 4

export type HarmScores = Readonly<Record<HarmCategory, number>>
type HarmCascade = readonly (CascadeOutput & { readonly category: HarmCategory })[]

export const harmCascade = (): HarmCascade => loadCascade('harm').map((output) => ({ ...output, category: HarmCategory.parse(output.label) }))

const cascadeOf = (cascade: HarmCascade, category: HarmCategory): HarmCascade[number] => {
  const found = cascade.find((output) => output.category === category)
  if (!found) throw new Error(`the model harm has no output ${category}`)
  return found
}

/** One probability an output, in the linear model's order. */
export const harmScores = (model: LinearModel, passage: string): readonly number[] => {
  const logits = new Float64Array(model.outputs.length)
  model.logits(featuresOf(passage), logits)
  return model.outputs.map((output, at) => probabilityOf(output, logits[at]!))
}

/** The probabilities of both stages, for each passage. */
export const scoreHarmTwice = async (
  encoder: Encoder,
  model: LinearModel,
  cascade: HarmCascade,
  passages: readonly string[],
  signal?: AbortSignal,
): Promise<readonly HarmScores[]> => {
  const rows = await encoder.classify('harm', passages, signal)
  return passages.map((passage, at) => {
    const first = harmScores(model, passage)
    const scores: Record<string, number> = {}
    for (const output of cascade) scores[output.category] = stackedProbability(output, logitOf(first[output.linearAt]!), rows[at]![output.at]!)
    // Every category has its output: harmCascade reads them all.
    return scores as HarmScores
  })
}
