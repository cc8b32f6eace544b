import type { JsonObject } from '../../request.ts'
import { diceOf } from './answers.ts'

const DEFAULT_DIMENSIONS = 256
const MAX_DIMENSIONS = 4_096

/** A text's vector is the sum of its words' vectors, normalised: texts that share words lie near each other. */
export const embeddingsAnswer = (json: JsonObject): JsonObject => {
  const { input } = json
  const inputs: readonly unknown[] = Array.isArray(input) && !input.every((item) => typeof item === 'number') ? input : [input]
  const asked = Number(json.dimensions ?? DEFAULT_DIMENSIONS)
  const dimensions = Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_DIMENSIONS) : DEFAULT_DIMENSIONS
  const texts = inputs.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
  const tokens = texts.reduce((sum, text) => sum + wordsOf(text).length, 0)
  return {
    object: 'list',
    model: json.model,
    data: texts.map((text, index) => {
      const vector = vectorOf(text, dimensions)
      return { object: 'embedding', index, embedding: json.encoding_format === 'base64' ? base64Of(vector) : Array.from(vector) }
    }),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]

const vectorOf = (text: string, dimensions: number): Float32Array => {
  const sum = new Float32Array(dimensions)
  for (const word of wordsOf(text)) {
    const dice = diceOf(word)
    for (let i = 0; i < dimensions; i += 1) sum[i] = (sum[i] ?? 0) + dice.next() - 0.5
  }
  const length = Math.hypot(...sum) || 1
  return sum.map((value) => value / length)
}

const base64Of = (vector: Float32Array): string => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
