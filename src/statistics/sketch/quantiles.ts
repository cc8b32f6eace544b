import { checkNumber } from '../columns.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'
import { type BinState, binStore } from './bin-store.ts'
import type { Sketch } from './sketch.ts'

export type QuantileState = {
  kind: 'ddsketch'
  accuracy: number
  zero: number
  sum: number
  /** Null when nothing was added: JSON has no infinity. */
  min: number | null
  max: number | null
  positive: BinState
  negative: BinState
}

export type QuantileSketch = Sketch<QuantileState, number> & {
  readonly sum: number
  /** A value within the relative accuracy of the true quantile. */
  quantile: (p: number) => Result
}

/** Smaller magnitudes count as zero: their logarithm has no bin. */
const SMALLEST = 1e-300

/**
 * Quantiles of a stream in some 2,000 bins, with a relative error of at most `accuracy`; merging parts is the same as having seen the whole.
 * @formula bin of x: ⌈ln x / ln γ⌉, γ = (1+a)/(1-a); answer 2γ^bin/(γ+1)
 * @range min..max
 * @source Masson, Rim, Lee 2019 (DDSketch), lowest bins collapse beyond 2,048
 * @equals the definition: every answer lies within the accuracy of the exact order statistic
 */
export const quantileSketch = (accuracy = 0.01): QuantileSketch => {
  if (!(accuracy > 0 && accuracy < 1)) throw new InvalidArgument('accuracy', `must lie between 0 and 1, got ${accuracy}`)
  return open({
    kind: 'ddsketch',
    accuracy,
    zero: 0,
    sum: 0,
    min: null,
    max: null,
    positive: { low: 0, counts: [] },
    negative: { low: 0, counts: [] },
  })
}

/** The sketch that `toJSON` wrote; refuses a state that is not one. */
export const quantileSketchFrom = (state: QuantileState): QuantileSketch => {
  if (state.kind !== 'ddsketch') throw new InvalidArgument('state', `is not of a quantile sketch but of ${String(state.kind)}`)
  checkNumber('state.accuracy', state.accuracy, 1e-6, 0.999999)
  checkNumber('state.zero', state.zero, 0)
  checkNumber('state.sum', state.sum)
  return open(state)
}

const open = (from: QuantileState): QuantileSketch => {
  const logGamma = Math.log1p((2 * from.accuracy) / (1 - from.accuracy))
  const positive = binStore(from.positive)
  const negative = binStore(from.negative)
  let { zero, sum } = from
  let min = from.min ?? Infinity
  let max = from.max ?? -Infinity

  const middleOf = (bin: number): number => (2 * Math.exp(bin * logGamma)) / (Math.exp(logGamma) + 1)
  const clamp = (x: number): number => Math.min(max, Math.max(min, x))

  const add = (value: number, weight = 1): void => {
    if (!Number.isFinite(value)) throw new InvalidArgument('value', `must be finite, got ${value}`)
    if (!(weight > 0 && weight < Infinity)) throw new InvalidArgument('weight', `must be positive and finite, got ${weight}`)
    if (value > SMALLEST) positive.add(Math.ceil(Math.log(value) / logGamma), weight)
    else if (value < -SMALLEST) negative.add(Math.ceil(Math.log(-value) / logGamma), weight)
    else zero += weight
    sum += value * weight
    if (value < min) min = value
    if (value > max) max = value
  }

  const merge = (other: QuantileState): void => {
    if (other.kind !== 'ddsketch' || other.accuracy !== from.accuracy) throw new InvalidArgument('other', 'has another kind or accuracy')
    positive.merge(other.positive)
    negative.merge(other.negative)
    zero += other.zero
    sum += other.sum
    min = Math.min(min, other.min ?? Infinity)
    max = Math.max(max, other.max ?? -Infinity)
  }

  const count = (): number => positive.total() + negative.total() + zero

  const quantile = (p: number): Result => {
    checkNumber('p', p, 0, 1)
    const n = count()
    if (n === 0) return notDefined('no values')
    const rank = p * (n - 1)
    const below = negative.total()
    if (p === 0) return estimate(min, n)
    if (p === 1) return estimate(max, n)
    if (rank < below) return estimate(clamp(-middleOf(negative.binAtRank(rank, 'highest'))), n)
    if (rank < below + zero) return estimate(clamp(0), n)
    return estimate(clamp(middleOf(positive.binAtRank(rank - below - zero, 'lowest'))), n)
  }

  const toJSON = (): QuantileState => ({
    kind: 'ddsketch',
    accuracy: from.accuracy,
    zero,
    sum,
    min: min === Infinity ? null : min,
    max: max === -Infinity ? null : max,
    positive: positive.toJSON(),
    negative: negative.toJSON(),
  })
  return {
    add,
    merge,
    quantile,
    toJSON,
    get count() {
      return count()
    },
    get sum() {
      return sum
    },
  }
}
