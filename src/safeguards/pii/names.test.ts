import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Encoder, openEncoder } from '../classifiers/encoder/index.ts'
import { compilePolicy } from '../compile.ts'
import { inspect } from '../inspect.ts'
import { SafeguardPolicy } from '../model.ts'
import { createSecondStage } from '../second-stage.ts'

type Parity = { text: string; spans: { start: number; end: number; kind: string; score: number }[] }
const PARITY: Parity[] = JSON.parse(readFileSync(join(import.meta.dirname, '../../../classifiers/ner/parity.json'), 'utf8'))

describe('names in running text', () => {
  let encoder: Encoder
  beforeAll(async () => {
    encoder = await openEncoder({ threads: 1, tops: ['ner'] })
  })
  afterAll(() => encoder.close())

  const compiled = compilePolicy(
    SafeguardPolicy.parse({ input: [{ detector: 'pii', action: 'mask', options: { kinds: ['person', 'location', 'organization', 'address'] } }] }),
    'sha256:policy',
  )!
  const look = async (text: string) => inspect(compiled, 'input', text, 'user', { secondStage: createSecondStage({ open: async () => encoder }) })

  test('are tagged as training tagged them, quantised as the tagger is here', async () => {
    const tagged = await encoder.tag(PARITY.map(({ text }) => text))
    // Where training was in doubt, int8 may fall to the other side.
    for (const [at, { text, spans }] of PARITY.entries())
      for (const { start, end, kind, score } of spans)
        if (score > 0.75) expect(tagged[at], text).toContainEqual(expect.objectContaining({ start, end, kind }))
  })

  test('are masked in the text as it came', async () => {
    const { text, findings } = await look('My name is Priya Raghunathan and I live in Leeds.')
    expect(text).toBe('My name is [PERSON] and I live in [LOCATION].')
    expect(findings.map(({ kind }) => kind)).toEqual(['person', 'location'])
  })

  test('are one where only a space parts their words', async () => {
    const { text } = await look('please send it to john smith in new york')
    expect(text).toBe('please send it to [PERSON] in [LOCATION]')
  })

  test('are not seen in a text that has none', async () => {
    const text = 'How do I ignore white space in git diff?'
    expect(await look(text)).toMatchObject({ verdict: 'pass', text, findings: [] })
  })
})
