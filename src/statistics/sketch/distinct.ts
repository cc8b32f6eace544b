import { estimate, InvalidArgument, type Result } from '../result.ts'
import type { Sketch } from './sketch.ts'

export type DistinctState = { kind: 'hyperloglog'; precision: number /** Base 64 of one byte a register. */; registers: string; count: number }

export type DistinctSketch = Sketch<DistinctState, string | number> & {
  /** How many different values were added, within 1.04/√registers of the truth. */
  distinct: () => Result
}

/**
 * Number of different values of a stream in a few thousand bytes; merging parts is the same as having seen the whole.
 * @formula register = largest number of leading zeros of a 64-bit hash; estimate by Ertl's improved raw estimator
 * @range 0..∞
 * @source Flajolet et al. 2007; Ertl 2017
 * @equals exact counts within 4 standard errors (0.8 % each at 2^14 registers)
 */
export const distinctSketch = (precision = 14): DistinctSketch => {
  if (!Number.isInteger(precision) || precision < 4 || precision > 18)
    throw new InvalidArgument('precision', `must be a whole number in 4..18, got ${precision}`)
  return open(precision, new Uint8Array(2 ** precision), 0)
}

export const distinctSketchFrom = (state: DistinctState): DistinctSketch => open(state.precision, registersOf(state), state.count)

const registersOf = (state: DistinctState): Uint8Array => {
  if (state.kind !== 'hyperloglog') throw new InvalidArgument('state', `is not of a distinct sketch but of ${String(state.kind)}`)
  const registers = Uint8Array.from(atob(state.registers), (character) => character.charCodeAt(0))
  if (registers.length !== 2 ** state.precision || registers.some((value) => value > 65))
    throw new InvalidArgument('state', 'holds registers that no sketch wrote')
  return registers
}

const open = (precision: number, registers: Uint8Array, seen: number): DistinctSketch => {
  let count = seen
  const add = (value: string | number, weight = 1): void => {
    const [high, low] = hash64(typeof value === 'number' ? `#${value}` : `$${value}`)
    const register = high >>> (32 - precision)
    const rest = (high << precision) >>> 0
    const zeros = rest !== 0 ? Math.clz32(rest) : 32 - precision + Math.clz32(low)
    registers[register] = Math.max(registers[register]!, zeros + 1)
    count += weight
  }
  const merge = (other: DistinctState): void => {
    if (other.precision !== precision) throw new InvalidArgument('other', `has precision ${other.precision}, expected ${precision}`)
    registersOf(other).forEach((value, i) => {
      registers[i] = Math.max(registers[i]!, value)
    })
    count += other.count
  }
  return {
    add,
    merge,
    distinct: () => estimate(ertl(registers, precision), count),
    toJSON: () => ({ kind: 'hyperloglog', precision, registers: base64(registers), count }),
    get count() {
      return count
    },
  }
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** Ertl 2017, algorithm 6: no bias at small or large counts, no table of corrections. */
const ertl = (registers: Uint8Array, precision: number): number => {
  const q = 64 - precision
  const m = registers.length
  const counts = new Float64Array(q + 2)
  for (const value of registers) counts[Math.min(value, q + 1)]! += 1
  let z = m * tau(1 - counts[q + 1]! / m)
  for (let k = q; k >= 1; k -= 1) z = 0.5 * (z + counts[k]!)
  z += m * sigma(counts[0]! / m)
  return (m * m) / (2 * Math.LN2 * z)
}

const sigma = (x: number): number => {
  if (x === 1) return Infinity
  let y = 1
  let z = x
  for (let power = x; ; ) {
    power *= power
    const before = z
    z += power * y
    y += y
    if (z === before) return z
  }
}

const tau = (x: number): number => {
  if (x === 0 || x === 1) return 0
  let y = 1
  let z = 1 - x
  for (let root = x; ; ) {
    root = Math.sqrt(root)
    const before = z
    y *= 0.5
    z -= (1 - root) ** 2 * y
    if (z === before) return z / 3
  }
}

/** Two 32-bit halves mixed over the UTF-16 code units: a lone surrogate is a value like any other. */
const hash64 = (text: string): [number, number] => {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
    a = (a << 13) | (a >>> 19)
    b = (b << 17) | (b >>> 15)
  }
  return [finish(a ^ Math.imul(b, 0x85ebca6b)), finish(b ^ Math.imul(a, 0xc2b2ae35))]
}

const finish = (hash: number): number => {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
