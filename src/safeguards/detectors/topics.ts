import type { Encoder } from '../classifiers/encoder/encoder.ts'
import { passagesOf, type Stretch } from '../classifiers/windows.ts'
import type { Sensitivity, Topic, TopicsOptions } from '../model.ts'
import { type Match, NOTHING, type Refine, type Scan, type Scanner } from './detector.ts'

/** Cosines from which a passage is about a topic. Chosen by `bench -- safeguards`: see docs/safeguards.md for what each finds and disturbs. */
export const THRESHOLDS: Readonly<Record<Sensitivity, number>> = { low: 0.5, medium: 0.42, high: 0.36 }

/** "Yes." and "Thank you!" are about nothing. */
const LEAST_LETTERS = 12
const LETTER = /\p{L}/gu
const hasWords = (text: string): boolean => (text.match(LETTER)?.length ?? 0) >= LEAST_LETTERS

type TopicVectors = readonly { readonly name: string; readonly vectors: readonly Float32Array[] }[]

const textsOf = ({ description, examples }: Topic): readonly string[] => [description, ...examples]

const embedTopics = async (topics: readonly Topic[], encoder: Encoder): Promise<TopicVectors> => {
  const vectors = await encoder.embed(topics.flatMap(textsOf))
  let at = 0
  return topics.map((topic) => {
    const count = textsOf(topic).length
    at += count
    return { name: topic.name, vectors: vectors.slice(at - count, at) }
  })
}

/** Both are unit vectors. */
const cosine = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** The nearest of a topic's texts decides: examples of one topic may lie far apart. */
export const topicOf = (passage: Float32Array, topics: TopicVectors): { name: string; score: number } => {
  let nearest = { name: '', score: -1 }
  for (const { name, vectors } of topics)
    for (const vector of vectors) {
      const score = cosine(passage, vector)
      if (score > nearest.score) nearest = { name, score }
    }
  return nearest
}

/**
 * Passages about what is not to be talked about, by meaning: every passage with words in it goes to the sentence encoder, since a topic has no
 * words of its own that a first stage could look for.
 */
export const topicsScanner = ({ topics, sensitivity }: TopicsOptions): Scanner => {
  const threshold = THRESHOLDS[sensitivity]
  /** Topics are embedded once an encoder. A failure is not kept: the next text asks again. */
  const known = new WeakMap<Encoder, Promise<TopicVectors>>()
  const vectorsOf = (encoder: Encoder): Promise<TopicVectors> => {
    const before = known.get(encoder)
    if (before !== undefined) return before
    const asked = embedTopics(topics, encoder)
    known.set(encoder, asked)
    asked.catch(() => known.delete(encoder))
    return asked
  }

  const candidate = ({ start, end }: Stretch, text: string): Match => ({
    start,
    end: start + text.slice(start, end).trimEnd().length,
    kind: 'topic',
    confidence: 0,
    uncertain: { alone: false },
  })

  const scan = (text: string, from: number, complete: boolean): Scan => {
    const { passages, settled } = passagesOf(text, from, complete)
    const matches = passages.filter(({ start, end }) => hasWords(text.slice(start, end))).map((passage) => candidate(passage, text))
    return { matches: matches.length > 0 ? matches : NOTHING, settled }
  }

  const refine: Refine = async (text, candidates, encoder, signal) => {
    const passages = candidates.map(({ start, end }) => text.slice(start, end))
    const [known, vectors] = await Promise.all([vectorsOf(encoder), encoder.embed(passages, signal)])
    return candidates.flatMap(({ start, end }, at) => {
      const { name, score } = topicOf(vectors[at]!, known)
      return score >= threshold ? [{ start, end, kind: `topic-${name}`, confidence: Math.min(1, Math.max(0, score)) }] : []
    })
  }
  return { reads: 'raw', part: 'message', mayMatch: hasWords, scan, refine }
}
