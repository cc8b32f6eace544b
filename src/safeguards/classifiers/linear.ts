import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Sensitivity } from '../model.ts'
import { FEATURE_BITS, FEATURE_SPACE } from './features.ts'

const WEIGHTS_FOLDER = join(import.meta.dirname, '../../../classifiers')

const Head = z.object({
  name: z.string(),
  format: z.literal('plimsoll.linear/1'),
  feature_bits: z.literal(FEATURE_BITS),
  weights_digest: z.string(),
  outputs: z
    .array(
      z.object({
        label: z.string(),
        scale: z.number().positive(),
        bias: z.number(),
        /** Platt scaling of the logit; the thresholds are probabilities. */
        slope: z.number().positive(),
        intercept: z.number(),
        thresholds: z.record(Sensitivity, z.number()),
      }),
    )
    .min(1),
})

export type LinearOutput = Readonly<z.infer<typeof Head>['outputs'][number]>

/** A linear classifier over hashed features: some microseconds a kilobyte, no await. */
export type LinearModel = {
  readonly digest: string
  readonly outputs: readonly LinearOutput[]
  /** Fills `into` with one logit an output. The features are binary and of unit length, hence the root. */
  readonly logits: (features: Int32Array, into: Float64Array) => void
}

const loaded = new Map<string, LinearModel>()

/** Reads a shipped model once. A file that is missing or is not the one that was published stops the start: no policy runs without its weights. */
export const loadLinear = (name: string): LinearModel => {
  const known = loaded.get(name)
  if (known) return known
  const head = Head.parse(JSON.parse(readFileSync(join(WEIGHTS_FOLDER, name, 'model.json'), 'utf8')))
  const bytes = readFileSync(join(WEIGHTS_FOLDER, name, 'weights.i16'))
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (digest !== head.weights_digest) throw new Error(`the weights of ${name} are ${digest}, not ${head.weights_digest}: restore classifiers/${name}`)
  const model = modelOf(head.outputs, bytes, digest)
  loaded.set(name, model)
  return model
}

const modelOf = (outputs: readonly LinearOutput[], bytes: Buffer, digest: string): LinearModel => {
  const count = outputs.length
  if (bytes.length !== 2 * count * FEATURE_SPACE)
    throw new Error(`a model of ${count} outputs has ${2 * count * FEATURE_SPACE} bytes, not ${bytes.length}`)
  // In the file one output after the other; in memory the outputs of a feature side by side, so that it costs one cache line.
  const weights = new Int16Array(count * FEATURE_SPACE)
  for (let output = 0; output < count; output++)
    for (let feature = 0; feature < FEATURE_SPACE; feature++)
      weights[feature * count + output] = bytes.readInt16LE(2 * (output * FEATURE_SPACE + feature))

  const logits = (features: Int32Array, into: Float64Array): void => {
    into.fill(0)
    for (let i = 0; i < features.length; i++) {
      const at = features[i]! * count
      for (let output = 0; output < count; output++) into[output]! += weights[at + output]!
    }
    const length = Math.sqrt(Math.max(features.length, 1))
    for (let output = 0; output < count; output++) into[output] = (into[output]! * outputs[output]!.scale) / length + outputs[output]!.bias
  }
  return { digest, outputs, logits }
}

export const probabilityOf = (output: LinearOutput, logit: number): number => 1 / (1 + Math.exp(-(output.slope * logit + output.intercept)))
