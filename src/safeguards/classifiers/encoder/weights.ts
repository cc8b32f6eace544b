import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const SHIPPED = join(import.meta.dirname, '../../../../classifiers')

const EncoderHead = z.object({
  format: z.literal('plimsoll.encoder/1'),
  longest_tokens: z.int().positive(),
  files: z.object({ 'trunk.onnx': z.string(), 'sentence.onnx': z.string(), 'vocab.txt': z.string() }),
})

const TopHead = z.object({
  format: z.literal('plimsoll.top/1'),
  trunk_digest: z.string(),
  weights_digest: z.string(),
  outputs: z.array(z.looseObject({ label: z.string() })).min(1),
})

/** A fine-tuned top: what its logits are called. */
export type TopName = 'prompt-attack' | 'harm' | 'ner'
export type TopWeights = { readonly onnx: Uint8Array; readonly labels: readonly string[]; readonly digest: string }

export type EncoderWeights = {
  readonly longestTokens: number
  readonly trunk: Uint8Array
  readonly sentence: Uint8Array
  readonly vocabulary: string
  readonly tops: Readonly<Record<TopName, TopWeights | null>>
}

/**
 * Reads the encoder and the tops that are asked for. A file that is missing, altered or made for another trunk stops the start: a score from the wrong
 * weights looks like any other.
 */
export const readEncoderWeights = (tops: readonly TopName[], folder = SHIPPED): EncoderWeights => {
  const head = EncoderHead.parse(JSON.parse(readFileSync(join(folder, 'encoder/model.json'), 'utf8')))
  const read = (name: keyof typeof head.files) => checked(join(folder, 'encoder', name), head.files[name])
  const readTop = (name: TopName): TopWeights | null => {
    if (!tops.includes(name)) return null
    const top = TopHead.parse(JSON.parse(readFileSync(join(folder, name, 'top.json'), 'utf8')))
    if (top.trunk_digest !== head.files['trunk.onnx'])
      throw new Error(`classifiers/${name}/top.onnx was trained on the trunk ${top.trunk_digest}, not ${head.files['trunk.onnx']}: train it again`)
    const onnx = checked(join(folder, name, 'top.onnx'), top.weights_digest)
    return { onnx, labels: top.outputs.map(({ label }) => label), digest: top.weights_digest }
  }
  return {
    longestTokens: head.longest_tokens,
    trunk: read('trunk.onnx'),
    sentence: read('sentence.onnx'),
    vocabulary: Buffer.from(read('vocab.txt')).toString('utf8'),
    tops: { 'prompt-attack': readTop('prompt-attack'), harm: readTop('harm'), ner: readTop('ner') },
  }
}

const checked = (path: string, digest: string): Uint8Array => {
  const bytes = readFileSync(path)
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (found !== digest) throw new Error(`${path} is ${found}, not ${digest}: restore the classifiers folder`)
  return bytes
}
