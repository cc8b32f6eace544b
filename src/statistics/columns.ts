import { sortDoubles } from './numeric/sort.ts'
import { InvalidArgument } from './result.ts'

/** Numbers as the caller has them: a typed array (not copied) or a plain one. */
export type Numbers = ArrayLike<number>
/** Categories as the caller has them: numbers, strings or booleans. */
export type Labels = ArrayLike<number | string | boolean>
/** Categories as numbers 0..names.length-1, in the order of `names`. */
export type Codes = { codes: Int32Array; names: readonly (number | string | boolean)[] }

export const sameLength = (argument: string, column: ArrayLike<unknown>, length: number): void => {
  if (column.length !== length) throw new InvalidArgument(argument, `has ${column.length} rows, expected ${length}`)
}

/** Row numbers are kept in 32 bits; beyond that a column is sampled or sketched. */
const MOST_ROWS = 2 ** 31 - 1

export const countable = (argument: string, column: ArrayLike<unknown>): void => {
  if (!(column.length <= MOST_ROWS))
    throw new InvalidArgument(argument, `has ${column.length} rows, at most ${MOST_ROWS} can be counted: sample or sketch them`)
}

export const finite = (argument: string, values: Numbers): void => {
  countable(argument, values)
  for (let i = 0; i < values.length; i += 1) {
    if (!Number.isFinite(values[i])) throw new InvalidArgument(argument, `has a missing or infinite value in row ${i}`)
  }
}

export const inRange = (argument: string, values: Numbers, low: number, high: number): void => {
  countable(argument, values)
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!
    if (!(value >= low && value <= high)) throw new InvalidArgument(argument, `must lie in ${low}..${high}, row ${i} is ${value}`)
  }
}

/** Weights of rows: finite, not negative, not all zero unless there are no rows. Null when all rows weigh 1. */
export const checkWeights = (weights: Numbers | undefined, length: number): Numbers | null => {
  if (weights === undefined) return null
  sameLength('weights', weights, length)
  let total = 0
  for (let i = 0; i < length; i += 1) {
    const weight = weights[i]!
    if (!(weight >= 0 && weight < Infinity)) throw new InvalidArgument('weights', `must be finite and not negative, row ${i} is ${weight}`)
    total += weight
  }
  if (length > 0 && total === 0) throw new InvalidArgument('weights', 'are all zero')
  if (total === Infinity) throw new InvalidArgument('weights', 'sum to infinity')
  return weights
}

export const checkCount = (argument: string, value: number, low = 0, high = Number.MAX_SAFE_INTEGER): void => {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new InvalidArgument(argument, `must be a whole number in ${low}..${high}, got ${value}`)
}

export const checkNumber = (argument: string, value: number, low = -Number.MAX_VALUE, high = Number.MAX_VALUE): void => {
  if (!(value >= low && value <= high)) throw new InvalidArgument(argument, `must lie in ${low}..${high}, got ${value}`)
}

export const checkLevel = (level: number): void => {
  if (!(level > 0 && level < 1)) throw new InvalidArgument('level', `must lie between 0 and 1, got ${level}`)
}

/** 0/1 or false/true, as bytes. */
export const binary = (argument: string, column: Labels): Uint8Array => {
  countable(argument, column)
  const bytes = new Uint8Array(column.length)
  for (let i = 0; i < bytes.length; i += 1) {
    const value = column[i]
    if (value === 1 || value === true) bytes[i] = 1
    else if (value !== 0 && value !== false) throw new InvalidArgument(argument, `must be 0 or 1, row ${i} is ${String(value)}`)
  }
  return bytes
}

/** Codes in ascending order of the names (numbers by value, strings by code unit), so that equal data give equal output. */
export const encode = (argument: string, column: Labels): Codes => encodeTogether({ [argument]: column })[argument]!

/** Several columns with one dictionary: labels and predictions of one task. */
export const encodeTogether = <K extends string>(columns: Record<K, Labels>): Record<K, Codes> => {
  const arguments_ = Object.keys(columns) as K[] // the keys of a record literal
  const seen = new Map<number | string | boolean, number>()
  const raw = arguments_.map((argument) => firstSeenCodes(argument, columns[argument], seen))
  const names = [...seen.keys()].sort(byValue)
  const position = new Int32Array(seen.size)
  names.forEach((name, rank) => {
    position[seen.get(name)!] = rank
  })
  for (const codes of raw) for (let i = 0; i < codes.length; i += 1) codes[i] = position[codes[i]!]!
  const encoded: Partial<Record<K, Codes>> = {}
  arguments_.forEach((argument, i) => {
    encoded[argument] = { codes: raw[i]!, names }
  })
  return encoded as Record<K, Codes> // every key was set in the line above
}

const firstSeenCodes = (argument: string, column: Labels, seen: Map<number | string | boolean, number>): Int32Array => {
  countable(argument, column)
  const codes = new Int32Array(column.length)
  // small whole numbers, the usual codes of groups, look up a table; everything else a map
  const table = new Int32Array(TABLE).fill(-1)
  for (const [name, code] of seen) if (isSmall(name)) table[name] = code
  for (let i = 0; i < codes.length; i += 1) {
    const value = column[i]!
    const known = isSmall(value) ? table[value]! : (seen.get(value) ?? -1)
    codes[i] = known >= 0 ? known : register(argument, value, i, seen, table)
  }
  return codes
}

const TABLE = 1024

const isSmall = (value: number | string | boolean): value is number =>
  typeof value === 'number' && value >= 0 && value < TABLE && value === (value | 0)

const register = (
  argument: string,
  value: number | string | boolean,
  row: number,
  seen: Map<number | string | boolean, number>,
  table: Int32Array,
): number => {
  if (value === undefined || value === null || Number.isNaN(value)) throw new InvalidArgument(argument, `has a missing value in row ${row}`)
  const code = seen.get(value) ?? seen.size
  seen.set(value, code)
  if (isSmall(value)) table[value] = code
  return code
}

const byValue = (a: number | string | boolean, b: number | string | boolean): number => {
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

/** Plain or typed numbers as a Float64Array of its own, for functions that sort. */
export const copy = (values: Numbers): Float64Array => (ArrayBuffer.isView(values) ? new Float64Array(values) : Float64Array.from(values))

/** The same without copying what is one already; not to be written to. */
export const doubles = (values: Numbers): Float64Array => (values instanceof Float64Array ? values : Float64Array.from(values))

export const sorted = (values: Numbers): Float64Array => sortDoubles(copy(values))
