import type { Row } from '../dataset.ts'
import { type Scope, textOf } from './evaluator.ts'

export interface Where {
  readonly column: string
  readonly equals: string | number | boolean
}

export const selected = (where: Where | undefined, row: Row): boolean => where === undefined || textOf(row[where.column]) === String(where.equals)

export const scopesOf = (where: Where | undefined): readonly Scope[] =>
  where === undefined ? [] : [{ column: where.column, value: String(where.equals) }]

export const MISSING = '(missing)'

/** A group's name as text, so that 1 in one file and "1" in another are one group; a missing value is a group of its own. */
export const groupOf = (row: Row, column: string): string => textOf(row[column]) || MISSING
