import type { Result } from '#statistics'
import type { Row } from '../dataset.ts'
import type { Message } from '../generate.ts'
import type { ReportEvaluation } from '../report.ts'
import type { PinnedEvaluation } from '../suite.ts'

/** What a model answered to one row; `output` is null when the call failed for good. */
export interface Answer {
  readonly item: string
  readonly output: string | null
  readonly finish_reason: string | null
}

export interface Evidence {
  readonly rows: readonly Row[]
  readonly answers: readonly Answer[]
  /** Rows of the predictions data set, when the evaluation reads one. */
  readonly predictions: readonly Row[] | null
  readonly seed: number
}

/** Where a number stands: over which rows, or between which groups. Ids of report rows are made from it. */
export interface Scope {
  readonly column: string
  readonly value: string | null
}

export interface Measurement {
  readonly metric: string
  /** Place in the evaluation's list of metrics: it has the threshold. */
  readonly index: number
  readonly scopes: readonly Scope[]
  readonly result: Result
  /** What a threshold's `minimum_n` looks at: the rows, or the smallest group of a comparison. */
  readonly decisiveN: number
}

export interface Measured {
  readonly measurements: readonly Measurement[]
  readonly scored: number
  readonly errors: number
  readonly examples: ReportEvaluation['examples']
  /** Every item with its scores, from which every number can be computed again. */
  readonly results: readonly Readonly<Record<string, unknown>>[]
}

/**
 * One way to assess. Pure: the same evidence gives the same numbers to the last bit, in any process.
 * A new evaluator is this interface, an entry in `index.ts` and a case in `conformance.test.ts`.
 */
export interface Evaluator<E extends PinnedEvaluation = PinnedEvaluation> {
  /** Columns that the data set must have. */
  columns(evaluation: E): readonly string[]
  /** Columns that the predictions data set must have, besides `id`; null when none is read. */
  predictionColumns(evaluation: E): readonly string[] | null
  /** What the model is asked for a row; null when no model is asked. */
  readonly ask: ((evaluation: E, row: Row, systemPrompt: string | null) => readonly Message[]) | null
  measure(evaluation: E, evidence: Evidence): Measured
}

export const MAX_EXAMPLES = 8
const EXAMPLE_LENGTH = 600

export const excerpt = (text: string): string => (text.length <= EXAMPLE_LENGTH ? text : `${text.slice(0, EXAMPLE_LENGTH)}…`)

export const textOf = (value: Row[string] | undefined): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value)

export const rowId = (row: Row): string => textOf(row.id)
