import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as statistics from '#statistics'
import { adapters } from './adapters.ts'

type Json = number | string | boolean | null | Json[] | { [key: string]: Json }
type OracleFunction = { fn: string; oracle: string; tolerance: number; reason?: string; cases: [Json[], Json][] }
type OracleFile = { topic: string; seed: number; versions: Record<string, string>; functions: OracleFunction[] }

export type Comparison = {
  topic: string
  fn: string
  oracle: string
  tolerance: number
  reason: string | null
  cases: number
  /** Relative to the expected value, or to the floor where that is smaller. */
  largestDifference: number
  failures: string[]
}

export const topics = (): string[] =>
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.json.gz'))
    .map((file) => file.replace('.json.gz', ''))
    .sort()

export const readOracle = (topic: string): OracleFile => {
  return JSON.parse(gunzipSync(readFileSync(join(import.meta.dirname, `${topic}.json.gz`))).toString('utf8'))
}

/** JSON has no infinity: the scripts write it as text. */
const SPECIAL: Record<string, number> = { NaN, Infinity, '-Infinity': -Infinity }

/** Calls our function on every case of another library, and says how far apart the answers are. */
export const compareTopic = (topic: string): Comparison[] => readOracle(topic).functions.map((entry) => compareFunction(topic, entry))

export const compareFunction = (topic: string, { fn, oracle, tolerance, reason, cases }: OracleFunction): Comparison => {
  // the oracle script wrote the arguments for this function: the file is the type
  const call = ({ ...statistics, ...adapters } as unknown as Record<string, ((...args: Json[]) => unknown) | undefined>)[fn]
  if (call === undefined) throw new Error(`${fn} of oracle ${topic} is no function of #statistics`)
  const failures: string[] = []
  let largestDifference = 0
  cases.forEach(([args, expected], at) => {
    const got = call(...args)
    const difference = distance(got, expected)
    largestDifference = Math.max(largestDifference, difference)
    if (!(difference <= tolerance)) failures.push(`case ${at}: expected ${show(expected)}, got ${show(got)}, arguments ${show(args)}`)
  })
  return { topic, fn, oracle, tolerance, reason: reason ?? null, cases: cases.length, largestDifference, failures }
}

/** Below this size of the expected value the difference is absolute: coefficients near 0 are differences of large parts. P-values keep their tails. */
const FLOOR = 1e-3
const P_VALUE_FLOOR = 1e-30

/** Largest difference of any number that the oracle names; infinite where the shapes differ. */
const distance = (got: unknown, expected: Json, floor = FLOOR): number => {
  if (typeof expected === 'string' && expected in SPECIAL) return between(got, SPECIAL[expected]!, floor)
  if (typeof expected === 'number') return between(got, expected, floor)
  if (Array.isArray(expected)) {
    const list = got as ArrayLike<unknown>
    if (got === null || typeof got !== 'object' || list.length !== expected.length) return Infinity
    return expected.reduce<number>((worst, value, i) => Math.max(worst, distance(list[i], value, floor)), 0)
  }
  if (expected === null || typeof expected !== 'object') return got === expected ? 0 : Infinity
  if (typeof got !== 'object' || got === null) return Infinity
  if (expected.undefined === true) return 'undefined' in got ? 0 : Infinity
  return Object.entries(expected).reduce(
    (worst, [key, value]) => Math.max(worst, distance((got as Record<string, unknown>)[key], value, key === 'pValue' ? P_VALUE_FLOOR : floor)),
    0,
  )
}

const between = (got: unknown, expected: number, floor: number): number => {
  if (typeof got !== 'number') return Infinity
  if (got === expected || (Number.isNaN(got) && Number.isNaN(expected))) return 0
  const difference = Math.abs(got - expected) / Math.max(Math.abs(expected), floor)
  return Number.isNaN(difference) ? Infinity : difference
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value, (_, x) =>
    ArrayBuffer.isView(x) ? Array.from(x as Float64Array) : typeof x === 'number' && !Number.isFinite(x) ? String(x) : x,
  )
  return text !== undefined && text.length > 600 ? `${text.slice(0, 600)}…` : String(text)
}
