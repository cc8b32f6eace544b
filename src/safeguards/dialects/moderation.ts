import { loadLinear } from '../classifiers/linear.ts'
import { passagesOf } from '../classifiers/windows.ts'
import { harmScores } from '../detectors/harm.ts'

/** OpenAI's thirteen categories, and the one of ours that speaks for each; the finer ones are not told apart and score nothing. */
const CATEGORIES: Readonly<Record<string, string | null>> = {
  harassment: 'insult',
  'harassment/threatening': null,
  sexual: 'sexual',
  'sexual/minors': null,
  hate: 'hate',
  'hate/threatening': null,
  illicit: 'misconduct',
  'illicit/violent': null,
  'self-harm': 'self-harm',
  'self-harm/intent': null,
  'self-harm/instructions': null,
  violence: 'violence',
  'violence/graphic': null,
}

/** What `/v1/moderations` answers for each input: the worst passage decides. */
export const moderate = (texts: readonly string[]) => texts.map(moderateOne)

/** The highest probability of each category over the passages of a text. */
export const harmOf = (text: string): Readonly<Record<string, number>> => {
  const model = loadLinear('harm')
  const highest = model.outputs.map(() => 0)
  for (const { start, end } of passagesOf(text, 0, true).passages)
    for (const [at, score] of harmScores(model, text.slice(start, end)).entries()) highest[at] = Math.max(highest[at]!, score)
  return Object.fromEntries(model.outputs.map(({ label }, at) => [label, highest[at]!]))
}

const moderateOne = (text: string) => {
  const scores = harmOf(text)
  const thresholds = Object.fromEntries(loadLinear('harm').outputs.map(({ label, thresholds }) => [label, thresholds.medium]))
  const category_scores: Record<string, number> = {}
  const categories: Record<string, boolean> = {}
  const category_applied_input_types: Record<string, string[]> = {}
  for (const [category, label] of Object.entries(CATEGORIES)) {
    category_scores[category] = label === null ? 0 : scores[label]!
    categories[category] = label !== null && scores[label]! >= thresholds[label]!
    category_applied_input_types[category] = ['text']
  }
  return { flagged: Object.values(categories).includes(true), categories, category_scores, category_applied_input_types }
}
