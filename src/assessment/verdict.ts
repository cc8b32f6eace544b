import type { Measured, Measurement } from './evaluators/evaluator.ts'
import type { ReportRow, Verdict } from './report.ts'
import type { PinnedEvaluation } from './suite.ts'

type Metric = PinnedEvaluation['metrics'][number]

/** With a larger share of failed calls, what is left may be a selection: no number of the evaluation decides anything. */
export const MAX_ERROR_SHARE = 0.02

/** Rows of the report, with ids that stay the same over runs of the suite. */
export const reportRows = (evaluation: PinnedEvaluation, { measurements, scored, errors }: Measured): ReportRow[] => {
  const used = new Map<string, number>()
  const errorShare = scored + errors === 0 ? 0 : errors / (scored + errors)
  return measurements.map((measurement) => {
    const metric = evaluation.metrics[measurement.index]
    const base = `${evaluation.id}.${measurement.metric}${scopePart(measurement)}`
    const count = (used.get(base) ?? 0) + 1
    used.set(base, count)
    const { result } = measurement
    return {
      // The same number twice, for two bounds.
      id: count === 1 ? base : `${base}~${count}`,
      evaluation: evaluation.id,
      metric: measurement.metric,
      group:
        measurement.scopes.length === 0
          ? null
          : measurement.scopes.map(({ column, value }) => (value === null ? column : `${column}=${value}`)).join(', '),
      value: 'undefined' in result ? null : result.value,
      n: 'undefined' in result ? measurement.decisiveN : result.n,
      interval: 'undefined' in result ? null : result.interval,
      threshold: metric === undefined ? null : thresholdOf(metric),
      ...(metric === undefined || thresholdOf(metric) === null
        ? { verdict: 'none' as const, explanation: remark(measurement, metric?.minimum_n ?? 0) }
        : decide(measurement, metric, errorShare)),
    }
  })
}

/** What to know about a number of which nothing is asked. */
const remark = ({ result, decisiveN }: Measurement, minimumN: number): string => {
  if ('undefined' in result) return `No value: ${result.undefined}.`
  return decisiveN < minimumN ? `Only ${decisiveN} rows: read it with care.` : ''
}

const scopePart = ({ scopes }: Measurement): string =>
  scopes.length === 0
    ? ''
    : `:${scopes.map(({ column, value }) => (value === null ? encodeURIComponent(column) : `${encodeURIComponent(column)}=${encodeURIComponent(value)}`)).join('&')}`

const thresholdOf = ({ at_least, at_most, minimum_n }: Metric): ReportRow['threshold'] =>
  at_least === undefined && at_most === undefined
    ? null
    : { ...(at_least === undefined ? {} : { at_least }), ...(at_most === undefined ? {} : { at_most }), minimum_n }

/** The whole interval on the right side of the bound passes, the whole on the wrong side fails; anything else has not been shown. */
export const decide = (
  { result, decisiveN }: Pick<Measurement, 'result' | 'decisiveN'>,
  { at_least, at_most, minimum_n }: Pick<Metric, 'at_least' | 'at_most' | 'minimum_n'>,
  errorShare: number,
): { verdict: Verdict; explanation: string } => {
  const inconclusive = (explanation: string) => ({ verdict: 'inconclusive' as const, explanation })
  if ('undefined' in result) return inconclusive(`No value: ${result.undefined}.`)
  if (errorShare > MAX_ERROR_SHARE) return inconclusive(`${percent(errorShare)} of the items failed, more than ${percent(MAX_ERROR_SHARE)}.`)
  if (decisiveN < minimum_n) return inconclusive(`${decisiveN} rows decide, fewer than ${minimum_n}.`)
  if (result.interval === null) return inconclusive('There is no interval to compare with the bound.')
  const { low, high } = result.interval
  if (at_least !== undefined) {
    if (low >= at_least) return { verdict: 'pass', explanation: `The lower limit ${short(low)} is at least ${at_least}.` }
    if (high < at_least) return { verdict: 'fail', explanation: `The upper limit ${short(high)} is below ${at_least}.` }
    return inconclusive(`The interval ${short(low)} to ${short(high)} reaches below ${at_least}.`)
  }
  if (at_most === undefined) return inconclusive('There is no bound.')
  if (high <= at_most) return { verdict: 'pass', explanation: `The upper limit ${short(high)} is at most ${at_most}.` }
  if (low > at_most) return { verdict: 'fail', explanation: `The lower limit ${short(low)} is above ${at_most}.` }
  return inconclusive(`The interval ${short(low)} to ${short(high)} reaches above ${at_most}.`)
}

const short = (value: number): string => String(Number(value.toPrecision(4)))
const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`

export const countVerdicts = (rows: readonly ReportRow[]) => ({
  pass: rows.filter(({ verdict }) => verdict === 'pass').length,
  fail: rows.filter(({ verdict }) => verdict === 'fail').length,
  inconclusive: rows.filter(({ verdict }) => verdict === 'inconclusive').length,
  none: rows.filter(({ verdict }) => verdict === 'none').length,
})

/** One failure fails it; a report that asked nothing has shown nothing. */
export const overall = ({ pass, fail, inconclusive }: ReturnType<typeof countVerdicts>): Verdict =>
  fail > 0 ? 'fail' : inconclusive > 0 || pass === 0 ? 'inconclusive' : 'pass'
