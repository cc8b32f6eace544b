import { isDefined, type Result, type TestResult } from '#statistics'

/** One published number, computed again on this machine. */
export type SelftestRow = {
  source: string
  item: string
  /** As printed by the source: its last digit is the precision that is checked. */
  expected: string
  got: string
  /** Absolute; null where texts are compared. */
  difference: number | null
  ok: boolean
}

/** The numbers of one source. `expected` is the text of the source; half a unit of its last digit is the tolerance. */
export const rowsOf = (source: string, items: readonly [item: string, expected: string, got: number | string][]): SelftestRow[] =>
  items.map(([item, expected, got]) => {
    if (typeof got === 'string') return { source, item, expected, got, difference: null, ok: got === expected }
    const difference = Math.abs(got - Number(expected))
    return { source, item, expected, got: String(got), difference, ok: difference <= toleranceOf(expected) }
  })

/** 5 in the place after the last digit, and a hair for the binary value of a decimal number. */
const toleranceOf = (expected: string): number => {
  const [digits = '', exponent = '0'] = expected.split('e')
  const decimals = digits.split('.')[1]?.length ?? 0
  // sources with 13 or more significant digits print the binary number: a few of its last units may differ by the order of adding
  const significant = digits.replace(/[-.]/g, '').replace(/^0+/, '').length
  const unit = 10 ** (Number(exponent) - decimals)
  return significant >= 13 ? 1e-12 * Math.abs(Number(expected)) : 0.5 * unit * (1 + 1e-9)
}

/** The number of a result; NaN where it is undefined, which differs from everything. */
export const numberOf = (result: Result): number => (isDefined(result) ? result.value : NaN)
export const lowOf = (result: Result): number => (isDefined(result) ? (result.interval?.low ?? NaN) : NaN)
export const highOf = (result: Result): number => (isDefined(result) ? (result.interval?.high ?? NaN) : NaN)
export const statisticOf = (test: TestResult): number => (isDefined(test) ? test.statistic : NaN)
export const pOf = (test: TestResult): number => (isDefined(test) ? test.pValue : NaN)
