import { type LinearModel, loadLinear } from '../classifiers/linear.ts'
import { type Score, scoreText, scoreWindows } from '../classifiers/score.ts'
import type { PromptAttackOptions } from '../model.ts'
import { readingsOf } from '../normalise/readings.ts'
import { NOTHING, type Scan, type Scanner } from './detector.ts'

/**
 * Attacks on the model itself (injection, jailbreak, prompt extraction). A text from the user is judged as a whole and by its strongest
 * window. A document (a tool's answer, a retrieved page) must also give no orders at all, however ordinary they sound.
 */
export const promptAttackScanners = ({ sensitivity }: PromptAttackOptions): readonly Scanner[] => {
  const attack = loadLinear('prompt-attack')
  const instruction = loadLinear('embedded-instruction')
  return [
    wholeTextScanner('attack', attack.outputs[0]!.thresholds[sensitivity], (text) => scorePromptAttack(attack, text)),
    {
      ...wholeTextScanner('embedded-instruction', instruction.outputs[0]!.thresholds[sensitivity], (text) => scoreWindows(instruction, text)),
      only: 'document',
    },
  ]
}

/** The strongest of the text as it stands and of what it says when decoded; in a reading there is no place to point at, so it is all of the text. */
export const scorePromptAttack = (model: LinearModel, text: string): Score => {
  let best = scoreText(model, text)
  for (const reading of readingsOf(text)) {
    const { probability } = scoreText(model, reading)
    if (probability > best.probability) best = { probability, window: { start: 0, end: text.length } }
  }
  return best
}

/** Judges a text when all of it is there: in a stream everything waits for the end. */
const wholeTextScanner = (kind: string, threshold: number, score: (text: string) => Score): Scanner => ({
  reads: 'raw',
  mayMatch: (text) => text.length >= SHORTEST,
  scan: (text, from, complete): Scan => {
    if (!complete) return { matches: NOTHING, settled: from }
    const settled = text.length
    if (settled < SHORTEST) return { matches: NOTHING, settled }
    const { probability, window } = score(text)
    return { matches: probability >= threshold ? [{ ...window, kind, confidence: probability }] : NOTHING, settled }
  },
})

/** Nothing shorter says anything to a model. */
const SHORTEST = 8
