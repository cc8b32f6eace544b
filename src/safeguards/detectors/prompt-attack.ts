import { type CascadeOutput, loadCascade, logitOf, stackedProbability } from '../classifiers/cascade.ts'
import type { Encoder } from '../classifiers/encoder/encoder.ts'
import { type LinearModel, loadLinear } from '../classifiers/linear.ts'
import { around, piecesOf, worstPieces } from '../classifiers/pieces.ts'
import { type Score, scoreEachWindow, scoreText } from '../classifiers/score.ts'
import type { PromptAttackOptions } from '../model.ts'
import { readingsOf } from '../normalise/readings.ts'
import { type Match, NOTHING, type Scan, type Scanner } from './detector.ts'

/**
 * Attacks on the model itself (injection, jailbreak, prompt extraction). A text from the user is judged as a whole and by its strongest
 * window. A document (a tool's answer, a retrieved page) must also give no orders at all, however ordinary they sound.
 *
 * Two stages: where the linear model is in doubt, a transformer reads the text, and both together decide.
 */
export const promptAttackScanners = ({ sensitivity, transformer, thresholds }: PromptAttackOptions): readonly Scanner[] => {
  const attack = loadLinear('prompt-attack')
  const instruction = loadLinear('embedded-instruction')
  const [ofAttack, ofInstruction] = attackCascade()
  /** Thresholds of a rule are of whatever decides in it: of both stages, or of the first where it is alone. */
  const own = { attack: thresholds?.attack, instruction: thresholds?.['embedded-instruction'] }
  const first = {
    attack: (transformer ? undefined : own.attack) ?? attack.outputs[0]!.thresholds[sensitivity],
    instruction: (transformer ? undefined : own.instruction) ?? instruction.outputs[0]!.thresholds[sensitivity],
  }
  const both = { attack: own.attack ?? ofAttack.thresholds[sensitivity], instruction: own.instruction ?? ofInstruction.thresholds[sensitivity] }

  const scanAttack = (text: string): Match[] => {
    const { probability, window } = scorePromptAttack(attack, text)
    const alone = probability >= first.attack
    if (!transformer) return alone ? [{ ...window, kind: 'attack', confidence: probability }] : []
    return alone || probability >= ofAttack.asked[sensitivity] ? [{ ...window, kind: 'attack', confidence: probability, uncertain: { alone } }] : []
  }

  const scanInstructions = (text: string): Match[] =>
    strongestApart(
      scoreEachWindow(instruction, text),
      transformer ? Math.min(first.instruction, ofInstruction.asked[sensitivity]) : first.instruction,
    ).map(({ probability, window }) => {
      const match = { ...window, kind: 'embedded-instruction', confidence: probability }
      return transformer ? { ...match, uncertain: { alone: probability >= first.instruction } } : match
    })

  return [
    {
      ...wholeTextScanner(scanAttack),
      ...(transformer && {
        refine: async (text, candidates, encoder, signal) => {
          const score = await scoreAttackTwice(encoder, attack, ofAttack, text, signal)
          return score >= both.attack ? candidates.map((candidate) => settled(candidate, score)) : NOTHING
        },
      }),
    },
    {
      ...wholeTextScanner(scanInstructions),
      only: 'document',
      ...(transformer && {
        refine: async (text, candidates, encoder, signal) => {
          const scores = await scoreInstructionsTwice(encoder, ofInstruction, text, candidates, signal)
          return candidates.flatMap((candidate, at) => (scores[at]! >= both.instruction ? [settled(candidate, scores[at]!)] : []))
        },
      }),
    },
  ]
}

const settled = ({ start, end, kind }: Match, confidence: number): Match => ({ start, end, kind, confidence })

/** The two outputs of the transformer's top. */
export const attackCascade = (): readonly [attack: CascadeOutput, instruction: CascadeOutput] => {
  const [attack, instruction] = loadCascade('prompt-attack')
  if (attack?.label !== 'attack' || instruction?.label !== 'instruction')
    throw new Error('classifiers/prompt-attack/top.json is not of attack and instruction')
  return [attack, instruction]
}

/** What was read: the text as it stands, or what it says when decoded. */
export type AttackScore = Score & { readonly text: string }

/** The strongest of the text as it stands and of what it says when decoded; in a reading there is no place to point at, so it is all of the text. */
export const scorePromptAttack = (model: LinearModel, text: string): AttackScore => {
  let best = { ...scoreText(model, text), text }
  for (const reading of readingsOf(text)) {
    const { probability } = scoreText(model, reading)
    if (probability > best.probability) best = { probability, window: { start: 0, end: text.length }, text: reading }
  }
  return best
}

/** Pieces of one text that the transformer reads: some 8 ms each. */
const MOST_PIECES = 6

/** The probability of both stages. */
export const scoreAttackTwice = async (
  encoder: Encoder,
  model: LinearModel,
  cascade: CascadeOutput,
  text: string,
  signal?: AbortSignal,
): Promise<number> => {
  const { probability, text: read } = scorePromptAttack(model, text)
  const pieces = worstPieces(piecesOf(read), MOST_PIECES, (piece) => scoreText(model, read.slice(piece.start, piece.end)).probability)
  const rows = await encoder.classify(
    'prompt-attack',
    pieces.map(({ start, end }) => read.slice(start, end)),
    signal,
  )
  return stackedProbability(cascade, logitOf(probability), Math.max(...rows.map((row) => row[cascade.at]!)))
}

/** A window of a document is read with what stands around it: an order that belongs there is none. */
const AROUND = 360

/** One probability of both stages a candidate. */
export const scoreInstructionsTwice = async (
  encoder: Encoder,
  cascade: CascadeOutput,
  text: string,
  candidates: readonly Pick<Match, 'start' | 'end' | 'confidence'>[],
  signal?: AbortSignal,
): Promise<readonly number[]> => {
  const rows = await encoder.classify(
    'prompt-attack',
    candidates.map((candidate) => {
      const { start, end } = around(text, candidate, AROUND)
      return text.slice(start, end)
    }),
    signal,
  )
  return candidates.map(({ confidence }, at) => stackedProbability(cascade, logitOf(confidence), rows[at]![cascade.at]!))
}

/** Windows of one document that may be told apart. */
const MOST_WINDOWS = 8

/** The strongest windows from a probability on, none of which overlap; in the order of the text. */
export const strongestApart = (scores: readonly Score[], least: number): readonly Score[] => {
  const apart: Score[] = []
  for (const score of scores.filter(({ probability }) => probability >= least).sort((a, b) => b.probability - a.probability)) {
    if (apart.length === MOST_WINDOWS) break
    if (apart.every(({ window }) => window.end <= score.window.start || score.window.end <= window.start)) apart.push(score)
  }
  return apart.sort((a, b) => a.window.start - b.window.start)
}

/** Judges a text when all of it is there: in a stream everything waits for the end. */
const wholeTextScanner = (find: (text: string) => Match[]): Scanner => ({
  reads: 'raw',
  mayMatch: (text) => text.length >= SHORTEST,
  scan: (text, from, complete): Scan => {
    if (!complete) return { matches: NOTHING, settled: from }
    const matches = text.length < SHORTEST ? NOTHING : find(text)
    return { matches: matches.length > 0 ? matches : NOTHING, settled: text.length }
  },
})

/** Nothing shorter says anything to a model. */
const SHORTEST = 8
