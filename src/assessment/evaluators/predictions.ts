import {
  countByGroup,
  demographicParityDifference,
  demographicParityRatio,
  disparateImpact,
  equalizedOddsDifference,
  equalOpportunityDifference,
  type GroupCell,
  notDefined,
  type RateName,
  type Result,
  rates,
  wilson,
} from '#statistics'
import type { Row } from '../dataset.ts'
import type { PinnedEvaluation, PredictionMetric } from '../suite.ts'
import { type Evaluator, type Evidence, MAX_EXAMPLES, type Measured, type Measurement, rowId, textOf } from './evaluator.ts'
import { groupOf, MISSING, scopesOf, selected } from './scope.ts'

type Predictions = Extract<PinnedEvaluation, { kind: 'predictions' }>

interface Item {
  readonly row: Row
  readonly label: string
  readonly prediction: string
}

const MAX_GROUPS = 50

const RATES: Partial<Readonly<Record<PredictionMetric['metric'], RateName>>> = {
  precision: 'precision',
  recall: 'truePositiveRate',
  selection_rate: 'selectionRate',
  true_positive_rate: 'truePositiveRate',
  false_positive_rate: 'falsePositiveRate',
}

const GAPS: Partial<Readonly<Record<PredictionMetric['metric'], (cells: readonly GroupCell[], options: { level: number }) => Result>>> = {
  demographic_parity_difference: demographicParityDifference,
  demographic_parity_ratio: demographicParityRatio,
  equalized_odds_difference: equalizedOddsDifference,
  equal_opportunity_difference: equalOpportunityDifference,
}

/** Joined by `id`; text and number forms of a class are the same class. */
const join = (evaluation: Predictions, { rows, predictions }: Evidence): Item[] => {
  const predicted = new Map((predictions ?? []).map((row) => [rowId(row), row[evaluation.prediction]]))
  return rows.flatMap((row) => {
    const prediction = predicted.get(rowId(row))
    const label = row[evaluation.label]
    if (prediction === undefined || prediction === null || label === undefined || label === null) return []
    return [{ row, label: textOf(label), prediction: textOf(prediction) }]
  })
}

const cellsOf = (items: readonly Item[], positive: string, groups: readonly string[]): GroupCell[] =>
  countByGroup({
    labels: items.map(({ label }) => label === positive),
    predictions: items.map(({ prediction }) => prediction === positive),
    groups,
  })

/** One number over these rows. */
const rateOf = (metric: PredictionMetric['metric'], items: readonly Item[], positive: string, level: number): Result => {
  const name = RATES[metric]
  if (name === undefined) {
    const right = items.filter(({ label, prediction }) => label === prediction).length
    return wilson(metric === 'error_rate' ? items.length - right : right, items.length, level)
  }
  const [cell] = cellsOf(items, positive, new Array<string>(items.length).fill('all'))
  if (cell === undefined) return notDefined('no rows')
  const { successes, n } = rates[name](cell)
  return n === 0 ? notDefined(name === 'precision' ? 'nothing was predicted positive' : `no row to count ${metric} on`) : wilson(successes, n, level)
}

const measureMetric = (evaluation: Predictions, all: readonly Item[], metric: PredictionMetric, index: number): Measurement[] => {
  const items = all.filter(({ row }) => selected(metric.where, row))
  const scopes = scopesOf(metric.where)
  const positive = String(evaluation.positive)
  const made = (scope: Measurement['scopes'], result: Result, decisiveN: number): Measurement => ({
    metric: metric.metric,
    index,
    scopes: [...scopes, ...scope],
    result,
    decisiveN,
  })
  const { by } = metric
  if (by === undefined) return [withN(made([], rateOf(metric.metric, items, positive, evaluation.level), items.length))]

  const groups = Map.groupBy(items, ({ row }) => groupOf(row, by))
  if (groups.size > MAX_GROUPS) return [made([{ column: by, value: null }], notDefined(`${by} has more than ${MAX_GROUPS} values`), 0)]
  const names = [...groups.keys()].toSorted()
  const size = (name: string): number => groups.get(name)?.length ?? 0
  const cells = (): GroupCell[] =>
    cellsOf(
      items,
      positive,
      items.map(({ row }) => groupOf(row, by)),
    )

  const gap = GAPS[metric.metric]
  if (gap !== undefined)
    return [made([{ column: by, value: null }], gap(cells(), { level: evaluation.level }), Math.min(items.length, ...names.map(size)))]

  if (metric.metric === 'disparate_impact') {
    const reference = String(metric.reference)
    if (!groups.has(reference)) return [made([{ column: by, value: null }], notDefined(`the reference group ${reference} does not occur`), 0)]
    const counted = cells()
    return names
      .filter((name) => name !== reference && name !== MISSING)
      .map((name) =>
        made([{ column: by, value: name }], disparateImpact(counted, name, reference, evaluation.level), Math.min(size(name), size(reference))),
      )
  }
  return names.map((name) =>
    withN(made([{ column: by, value: name }], rateOf(metric.metric, groups.get(name) ?? [], positive, evaluation.level), size(name))),
  )
}

/** A rate stands on its own denominator (recall: the positives), not on all rows. */
const withN = (measurement: Measurement): Measurement =>
  'undefined' in measurement.result ? measurement : { ...measurement, decisiveN: measurement.result.n }

const measure = (evaluation: Predictions, evidence: Evidence): Measured => {
  const items = join(evaluation, evidence)
  return {
    measurements: evaluation.metrics.flatMap((metric, index) => measureMetric(evaluation, items, metric, index)),
    scored: items.length,
    errors: evidence.rows.length - items.length,
    examples: items
      .filter(({ label, prediction }) => label !== prediction)
      .slice(0, MAX_EXAMPLES)
      .map(({ row, label, prediction }) => ({ item: rowId(row), prompt: '', answer: prediction, expected: label, note: 'wrong' })),
    results: items.map(({ row, label, prediction }) => ({ id: rowId(row), label, prediction, correct: label === prediction })),
  }
}

export const predictions: Evaluator<Predictions> = {
  columns: ({ label, metrics }) => [
    label,
    ...metrics.flatMap(({ by, where }) => [...(by === undefined ? [] : [by]), ...(where === undefined ? [] : [where.column])]),
  ],
  predictionColumns: ({ prediction }) => [prediction],
  ask: null,
  measure,
}
