import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createScorer } from '../score-texts.ts'
import { judgeGrounding } from './index.ts'

const SOURCE =
  'The harbour of Vardal was dredged in 1987 by the Norsund company. It cost 4.2 million crowns. The breakwater was not repaired. Anna Holt was the clerk of the town at the time.'
const unsupported = (answer: string, question = '', sources: readonly string[] = [SOURCE]) =>
  judgeGrounding(answer, question, sources).filter(({ score }) => score >= 0.5)

describe('grounding', () => {
  test('says of each sentence whether the source bears it out', () => {
    const answer = 'The harbour of Vardal was dredged in 1987. Queen Margaret opened a railway museum in Lisbon.'
    const claims = judgeGrounding(answer, '', [SOURCE])
    expect(claims.map(({ start, end }) => answer.slice(start, end))).toEqual([
      'The harbour of Vardal was dredged in 1987.',
      'Queen Margaret opened a railway museum in Lisbon.',
    ])
    expect(claims[0]!.score).toBeLessThan(0.5)
    expect(claims[1]!.score).toBeGreaterThan(0.9)
  })

  test('a number, a name or a place that the source does not have counts against a sentence', () => {
    const right = judgeGrounding('It cost 4.2 million crowns.', '', [SOURCE])[0]!.score
    const wrong = judgeGrounding('It cost 9.7 million crowns.', '', [SOURCE])[0]!.score
    expect(wrong).toBeGreaterThan(right)
  })

  test('an answer that only says what was asked is held against the source by what it adds', () => {
    const question = 'Who was the clerk of Vardal?'
    const right = judgeGrounding('Anna Holt', question, [SOURCE])[0]!.score
    expect(judgeGrounding('Peter Lund', question, [SOURCE])[0]!.score).toBeGreaterThan(right)
  })

  test('a citation of a source that was not given leads nowhere', () => {
    const answer = 'The harbour was dredged [1] in 1987 [4].'
    const nowhere = judgeGrounding(answer, '', [SOURCE]).filter(({ kind }) => kind === 'citation-to-nowhere')
    expect(nowhere.map(({ start, end }) => answer.slice(start, end))).toEqual(['[4]'])
  })

  test('without a source nothing is said', () => {
    expect(judgeGrounding('Anything.', '', [])).toEqual([])
    expect(unsupported('Anything.', '', ['  '])).toEqual([])
  })

  test('a long answer against long sources is bounded', () => {
    const startedMs = performance.now()
    judgeGrounding('The harbour was dredged. '.repeat(20_000), 'Who?', ['a '.repeat(250_000), `${SOURCE} `.repeat(2_000)])
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })

  test('is scored from the command line with its source', async () => {
    const { score } = await createScorer('grounding')
    const scored = await score({ text: 'Queen Margaret opened a railway museum in Lisbon.', role: 'user', source: SOURCE })
    expect(scored).toMatchObject({ verdict: 'flag', spans: [{ start: 0, end: 49, type: 'unsupported' }] })
  })

  test('was trained on the features that it computes', () => {
    const { features, weights } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../classifiers/grounding/model.json'), 'utf8'))
    expect(features).toHaveLength(weights.length)
  })
})
