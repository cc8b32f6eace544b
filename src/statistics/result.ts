/** What every estimate answers: a number with its sample size and interval, or the reason why there is none. Never a silent 0 or NaN. */
export type Result = Estimate | Undefined

export type Estimate = { value: number; n: number; interval: Interval | null }

export type Interval = { low: number; high: number; level: number; method: string }

export type Undefined = { undefined: string }

/** A hypothesis test: `pValue` is two-sided unless the function says otherwise. */
export type TestResult = { statistic: number; pValue: number; n: number; degreesOfFreedom?: number } | Undefined

/** The one way a number leaves this room: overflow becomes a reason, not an infinity or NaN. */
export const estimate = (value: number, n: number, interval: Interval | null = null): Result =>
  Number.isFinite(value)
    ? { value, n, interval: interval !== null && Number.isNaN(interval.low + interval.high) ? null : interval }
    : notDefined(OVERFLOW)

/** The same for a test. The statistic may be infinite (an odds ratio with an empty cell). */
export const tested = (test: { statistic: number; pValue: number; n: number; degreesOfFreedom?: number }): TestResult =>
  Number.isNaN(test.statistic) || Number.isNaN(test.pValue) ? notDefined(OVERFLOW) : { ...test, pValue: Math.min(1, Math.max(0, test.pValue)) }

const OVERFLOW = 'the values are too large for double precision'

export const notDefined = (reason: string): Undefined => ({ undefined: reason })

export const isDefined = <T extends object>(result: T | Undefined): result is T => !('undefined' in result)

/** The caller broke the contract of an argument; `argument` is its name as in the signature. */
export class InvalidArgument extends Error {
  readonly argument: string
  constructor(argument: string, problem: string) {
    super(`${argument} ${problem}`)
    this.name = 'InvalidArgument'
    this.argument = argument
  }
}
