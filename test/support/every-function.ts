import { expect, it } from 'vitest'
import { InvalidArgument } from '#statistics'

/**
 * Every exported function on an ordinary input and on every hostile one: what it answers, why it does not, or which argument it refuses, word for word in the
 * snapshot beside. The oracles say what is right; this says that nothing changes unseen, intervals and reasons included.
 */
export const sparse = (length: number): ArrayLike<number> => ({ length })

/** Nine digits: enough to see a changed formula, few enough to stand another processor's last bits. What is left of a difference of equals is noise. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return String(value)
    return Math.abs(value) > 1e-18 && Math.abs(value) < 1e-14 ? '~0' : Number(value.toPrecision(9))
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, plain)
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (typeof one === 'function' ? [] : [[key, plain(one)]])))
}

export const outcomeOf = (call: () => unknown): string => {
  try {
    const value = call()
    return value !== null && typeof value === 'object' && 'undefined' in value ? `undefined: ${value.undefined}` : JSON.stringify(plain(value))
  } catch (error) {
    if (!(error instanceof InvalidArgument)) throw error
    expect(error.message.startsWith(`${error.argument} `)).toBe(true)
    return `refused: ${error.message.isWellFormed() ? error.message : JSON.stringify(error.message)}`
  }
}

type Inputs = Record<string, readonly unknown[]>
type Call = (...columns: never[]) => unknown

export const family = (inputs: Inputs, functions: Record<string, Call>): void => {
  for (const [name, call] of Object.entries(functions)) {
    it(name, () => {
      const rows = Object.entries(inputs).map(([input, columns]) => `${input} -> ${outcomeOf(() => call(...(columns as never[])))}`)
      expect(rows.join('\n')).toMatchSnapshot()
    })
  }
}
