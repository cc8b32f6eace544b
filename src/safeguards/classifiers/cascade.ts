import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Sensitivity } from '../model.ts'
import { loadLinear } from './linear.ts'

const WEIGHTS_FOLDER = join(import.meta.dirname, '../../../classifiers')

const Levels = z.record(Sensitivity, z.number())

const Output = z.object({
  label: z.string(),
  /** The linear model that goes with it, and which of its outputs. */
  linear: z.object({ name: z.string(), digest: z.string(), output: z.string() }),
  /** The logit of both stages together: a weight each, and a bias; calibrated. */
  stack: z.object({ linear: z.number(), transformer: z.number(), bias: z.number() }),
  /** The logit of what the linear model knows alone about a text that the transformer is not asked about. */
  unasked: z.object({ linear: z.number(), bias: z.number() }),
  /** Probabilities of both stages. */
  thresholds: Levels,
  /** Probabilities of the linear model from which the transformer is asked. */
  asked: Levels,
})
const Head = z.object({ format: z.literal('plimsoll.top/1'), outputs: z.array(Output).min(1) })

/** One output of the two stages: the linear model's, and the transformer's which is asked where that one is in doubt. */
export type CascadeOutput = Readonly<z.infer<typeof Output>> & { readonly at: number; readonly linearAt: number }

const loaded = new Map<string, readonly CascadeOutput[]>()

/** How the two stages of a classifier go together; the transformer's own weights are read by the encoder. A linear model that was trained anew stops the start: the weights of both were found together. */
export const loadCascade = (name: 'prompt-attack' | 'harm'): readonly CascadeOutput[] => {
  const known = loaded.get(name)
  if (known) return known
  const { outputs } = Head.parse(JSON.parse(readFileSync(join(WEIGHTS_FOLDER, name, 'top.json'), 'utf8')))
  const cascade = outputs.map((output, at) => {
    const linear = loadLinear(output.linear.name)
    if (linear.digest !== output.linear.digest)
      throw new Error(`classifiers/${name}/top.json goes with ${output.linear.name} ${output.linear.digest}, not ${linear.digest}: train it again`)
    const linearAt = linear.outputs.findIndex(({ label }) => label === output.linear.output)
    if (linearAt < 0) throw new Error(`the model ${output.linear.name} has no output ${output.linear.output}`)
    return { ...output, at, linearAt }
  })
  loaded.set(name, cascade)
  return cascade
}

/** The probability of both stages from the linear model's calibrated logit and the transformer's. */
export const stackedProbability = ({ stack }: CascadeOutput, linear: number, transformer: number): number =>
  1 / (1 + Math.exp(-(stack.linear * linear + stack.transformer * transformer + stack.bias)))

/** The probability where the linear model was sure enough: on the scale of both stages, so that texts can be ranked whichever way they went. */
export const unaskedProbability = ({ unasked }: CascadeOutput, linear: number): number =>
  1 / (1 + Math.exp(-(unasked.linear * linear + unasked.bias)))

/** The logit of a probability, kept finite. */
export const logitOf = (probability: number): number => {
  const kept = Math.min(Math.max(probability, 1e-9), 1 - 1e-9)
  return Math.log(kept / (1 - kept))
}
