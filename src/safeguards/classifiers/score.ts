import { featuresOf } from './features.ts'
import { type LinearModel, probabilityOf } from './linear.ts'
import { type Stretch, stretchesOf, windowsOf } from './windows.ts'

/** A probability, and the window that raised it most. */
export type Score = { readonly probability: number; readonly window: Stretch }

const scratch = new Float64Array(16)

const logitOf = (model: LinearModel, text: string): number => {
  model.logits(featuresOf(text), scratch)
  return scratch[0]!
}

const strongest = (model: LinearModel, text: string, windows: readonly Stretch[]): { window: Stretch; logit: number } => {
  let best = { window: { start: 0, end: text.length }, logit: Number.NEGATIVE_INFINITY }
  for (const window of windows) {
    const logit = logitOf(model, text.slice(window.start, window.end))
    if (logit > best.logit) best = { window, logit }
  }
  return best
}

/** The strongest stretch (the whole, when it is short) and the strongest window in it all count alike: neither length nor company dilutes. */
export const scoreText = (model: LinearModel, text: string): Score => {
  const windows = windowsOf(text)
  const stretch = strongest(model, text, stretchesOf(text))
  if (windows.length < 2) return { probability: probabilityOf(model.outputs[0]!, stretch.logit), window: { start: 0, end: text.length } }
  const { window, logit } = strongest(model, text, windows)
  return { probability: probabilityOf(model.outputs[0]!, (stretch.logit + logit) / 2), window }
}

/** By the strongest window alone: for documents, most of which is what it should be. */
export const scoreWindows = (model: LinearModel, text: string): Score => {
  const { window, logit } = strongest(model, text, windowsOf(text))
  return { probability: probabilityOf(model.outputs[0]!, logit), window }
}

/** Each window by itself, to tell which of them give orders. */
export const scoreEachWindow = (model: LinearModel, text: string): Score[] =>
  windowsOf(text).map((window) => ({ window, probability: probabilityOf(model.outputs[0]!, logitOf(model, text.slice(window.start, window.end))) }))
