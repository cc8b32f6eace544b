import { expect, test } from 'vitest'
import type { Encoder } from '../classifiers/encoder/encoder.ts'
import { compilePolicy } from '../compile.ts'
import { inspect } from '../inspect.ts'
import { SafeguardPolicy } from '../model.ts'
import { createSecondStage } from '../second-stage.ts'

/** Vectors by the words that two texts share: enough to tell whether a passage lands at its topic. */
const VOCABULARY = ['invest', 'shares', 'stock', 'weather', 'rain', 'sun']
const vectorOf = (text: string): Float32Array => {
  const counts = VOCABULARY.map((word) => (text.toLowerCase().includes(word) ? 1 : 0))
  const length = Math.hypot(...counts) || 1
  return Float32Array.from(counts, (count) => count / length)
}

const countingEncoder = (): { encoder: Encoder; embedded: string[] } => {
  const embedded: string[] = []
  const unused = (): never => {
    throw new Error('topics are embedded, not classified')
  }
  const embed = async (texts: readonly string[]) => {
    embedded.push(...texts)
    return texts.map(vectorOf)
  }
  return { encoder: { embed, classify: unused, tag: unused, labelsOf: unused, load: { queued: 0, capacity: 1 }, close: async () => {} }, embedded }
}

const policy = compilePolicy(
  SafeguardPolicy.parse({
    output: [
      {
        detector: 'topics',
        action: 'mask',
        options: { topics: [{ name: 'advice', description: 'Advice on how to invest', examples: ['Which shares or stock should I buy?'] }] },
      },
    ],
  }),
  'sha256:policy',
)!

const answer = 'The weather will be fine, with sun and a little rain. You had better buy shares and stock of this firm. Good bye and thank you!'

test('a passage near an example of a denied topic is found, and the passages around it are left', async () => {
  const { encoder, embedded } = countingEncoder()
  const secondStage = createSecondStage({ open: async () => encoder })
  const { text, findings } = await inspect(policy, 'output', answer, 'user', { secondStage })
  expect(findings.map(({ kind, span }) => [kind, answer.slice(span.start, span.end)])).toEqual([
    ['topic-advice', 'You had better buy shares and stock of this firm.'],
  ])
  expect(text).toBe('The weather will be fine, with sun and a little rain. [TOPIC_ADVICE] Good bye and thank you!')
  await inspect(policy, 'output', answer, 'user', { secondStage })
  expect(embedded.filter((one) => one === 'Advice on how to invest')).toHaveLength(1)
})

test('without an encoder the rule fails closed, as a finding', async () => {
  const inspected = await inspect(policy, 'output', answer)
  expect(inspected).toMatchObject({ verdict: 'block', findings: [{ kind: 'detector-failure' }] })
})
