import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#platform/canonical'
import type { Row } from '../dataset.ts'
import { GENERATION_METRICS, NewSuite, type PinnedEvaluation, PREDICTION_METRICS } from '../suite.ts'
import { reportRows } from '../verdict.ts'
import type { Answer, Evidence } from './evaluator.ts'
import { evaluatorOf } from './index.ts'

const digest = `sha256:${'0'.repeat(64)}` as const
const dataset = { name: 'data', version: 1, digest }

/** Every metric, plain and by group, as a suite would write it. */
const evaluationOf = (evaluation: object): PinnedEvaluation => {
  const suite = NewSuite.parse({ name: 'all', evaluations: [{ id: 'all', dataset: { name: 'data' }, ...evaluation }] })
  return { ...suite.evaluations[0], dataset } as PinnedEvaluation
}

const comparing = new Set(PREDICTION_METRICS.slice(PREDICTION_METRICS.indexOf('demographic_parity_difference')))

const cases: Readonly<Record<PinnedEvaluation['kind'], PinnedEvaluation>> = {
  generation: evaluationOf({
    kind: 'generation',
    metrics: GENERATION_METRICS.flatMap((metric) => [
      { metric, at_least: 0.5 },
      { metric, at_most: 0.5, where: { column: 'group', equals: 'a' } },
    ]),
  }),
  predictions: evaluationOf({
    kind: 'predictions',
    positive: 'good',
    metrics: PREDICTION_METRICS.flatMap((metric) => [
      ...(comparing.has(metric) ? [] : [{ metric, at_least: 0.5 }]),
      { metric, by: 'group', reference: 'a', at_most: 0.5 },
    ]),
  }),
}

const word = fc.constantFrom('good', 'bad', 'The good!', '', "I'm sorry, I can't help.", '🙂')
const evidence: fc.Arbitrary<Evidence> = fc
  .array(
    fc.record({
      prompt: word,
      target: fc.option(word),
      marker: word,
      label: fc.constantFrom('good', 'bad'),
      group: fc.constantFrom('a', 'b', 'c', null),
      output: fc.option(word),
      prediction: fc.constantFrom('good', 'bad'),
    }),
    { maxLength: 40 },
  )
  .chain((drawn) =>
    fc.record({
      rows: fc.constant(drawn.map(({ output: _, prediction: __, ...row }, index): Row => ({ id: `r${index}`, ...row }))),
      answers: fc.constant(drawn.map(({ output }, index): Answer => ({ item: `r${index}`, output, finish_reason: 'stop' }))),
      predictions: fc.constant(drawn.map(({ prediction }, index): Row => ({ id: `r${index}`, prediction }))),
      seed: fc.nat(1000),
    }),
  )

describe.each(Object.entries(cases))('the evaluator %s', (_kind, evaluation) => {
  const evaluator = evaluatorOf(evaluation)

  it('gives the same numbers for the same evidence, all of them JSON', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const first = evaluator.measure(evaluation, given)
        expect(canonicalJson(reportRows(evaluation, first))).toBe(canonicalJson(reportRows(evaluation, evaluator.measure(evaluation, given))))
        expect(first.scored + first.errors).toBe(given.rows.length)
        expect(first.results).toHaveLength(first.scored)
      }),
      { numRuns: 60 },
    )
  })

  it('answers every metric of the suite with a number inside its interval, or says why not', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const measured = evaluator.measure(evaluation, given)
        expect(new Set(measured.measurements.map(({ index }) => index)).size).toBeGreaterThan(0)
        const rows = reportRows(evaluation, measured)
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
        for (const row of rows) {
          if (row.value === null) expect(row.explanation).toMatch(/^No value: /)
          else {
            expect(Number.isFinite(row.value) && row.n > 0).toBe(true)
            expect(row.interval).not.toBeNull()
            expect(row.interval?.low).toBeLessThanOrEqual(row.value + 1e-12)
            expect(row.interval?.high).toBeGreaterThanOrEqual(row.value - 1e-12)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('claims nothing from nothing', () => {
    const rows = reportRows(evaluation, evaluator.measure(evaluation, { rows: [], answers: [], predictions: [], seed: 1 }))
    for (const { value, verdict } of rows) expect([value, verdict]).toEqual([null, 'inconclusive'])
  })

  it('does not depend on the order of answers and predictions', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const turned = { ...given, answers: given.answers.toReversed(), predictions: given.predictions?.toReversed() ?? null }
        expect(evaluator.measure(evaluation, turned)).toEqual(evaluator.measure(evaluation, given))
      }),
      { numRuns: 20 },
    )
  })
})
