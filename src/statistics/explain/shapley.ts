import { checkCount, finite, type Numbers } from '../columns.ts'
import { cholesky, solveCholesky } from '../numeric/linear-algebra.ts'
import { type Matrix, rowsOf } from '../numeric/neighbours.ts'
import { createRandom, type Random } from '../numeric/random.ts'
import { InvalidArgument } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'
import { type Coalitions, coalitions, MOST_FEATURES } from './coalitions.ts'
import type { PredictRows } from './model.ts'

export type ShapOptions = Running & {
  seed: number
  /** Coalitions to evaluate beyond 12 features; 2·features + 2048 unless given. */
  samples?: number
}

export type Shapley = {
  /** f(row) = base + Σ values, exactly. */
  values: Float64Array
  base: number
  prediction: number
  /** Standard error of each value from the sampled coalitions; all 0 when every coalition was evaluated. */
  errors: Float64Array
  coalitions: number
  exact: boolean
}

/** Up to this many features all 2^M coalitions are evaluated. */
const EXACT_UP_TO = 12

/**
 * Shapley values of a prediction: what each feature adds, over all orders of adding them; absent features take the values of the background rows.
 * @formula φ_i = Σ_S |S|!(M-|S|-1)!/M! (v(S∪i) - v(S)); beyond 12 features least squares with weights (M-1)/(C(M,s)s(M-s)), Σφ = f - E f
 * @range unit of the prediction
 * @source Shapley 1953; Lundberg, Lee 2017; Covert, Lee 2021 for paired sampling
 * @equals shap.KernelExplainer (exactly where all coalitions are enumerated)
 */
export const kernelShap = (predict: PredictRows, row: Numbers, background: Matrix, options: ShapOptions): Shapley => {
  const m = row.length
  checkCount('row.length', m, 1, MOST_FEATURES)
  finite('row', row)
  finite('background', background.values)
  if (background.columns !== m || rowsOf(background) < 1) throw new InvalidArgument('background', `must hold rows of ${m} columns`)
  const value = valueFunction(predict, row, background, options)
  return m <= EXACT_UP_TO ? enumerate(value, m) : regress(value, m, options.samples ?? 2 * m + 2048, createRandom(options.seed))
}

/** Means of the model over the background, one for each coalition. */
type ValueFunction = (members: Uint32Array) => Float64Array

const ROWS_AT_ONCE = 65_536

const valueFunction = (predict: PredictRows, row: Numbers, background: Matrix, running: Running): ValueFunction => {
  const m = row.length
  const depth = rowsOf(background)
  const perBatch = Math.max(1, Math.floor(ROWS_AT_ONCE / depth))
  const tiled = new Float64Array(perBatch * depth * m)
  return (members) => {
    const values = new Float64Array(members.length)
    for (let from = 0; from < members.length; from += perBatch) {
      checkpoint(running, from, members.length)
      const count = Math.min(perBatch, members.length - from)
      for (let c = 0; c < count; c += 1) {
        const mask = members[from + c]!
        for (let b = 0; b < depth; b += 1) {
          const at = (c * depth + b) * m
          for (let f = 0; f < m; f += 1) tiled[at + f] = (mask >>> f) & 1 ? row[f]! : background.values[b * m + f]!
        }
      }
      const answers = predict(tiled.subarray(0, count * depth * m), count * depth)
      if (answers.length !== count * depth) throw new InvalidArgument('predict', `answered ${answers.length} numbers for ${count * depth} rows`)
      for (let c = 0; c < count; c += 1) {
        let total = 0
        for (let b = 0; b < depth; b += 1) total += answers[c * depth + b]!
        if (!Number.isFinite(total)) throw new InvalidArgument('predict', 'answered a number that is not finite')
        values[from + c] = total / depth
      }
    }
    return values
  }
}

const enumerate = (value: ValueFunction, m: number): Shapley => {
  const all = value(Uint32Array.from({ length: 2 ** m }, (_, mask) => mask))
  // |S|!(M-|S|-1)!/M! by size, as 1/(M·C(M-1,s))
  const weights = Float64Array.from({ length: m })
  let choose = 1
  for (let s = 0; s < m; s += 1) {
    weights[s] = 1 / (m * choose)
    choose *= (m - 1 - s) / (s + 1)
  }
  const values = new Float64Array(m)
  for (let mask = 0; mask < all.length; mask += 1) {
    const weight = weights[bitCount(mask)]
    for (let f = 0; f < m; f += 1) if (((mask >>> f) & 1) === 0) values[f]! += weight! * (all[mask | (1 << f)]! - all[mask]!)
  }
  return { values, base: all[0]!, prediction: all[all.length - 1]!, errors: new Float64Array(m), coalitions: all.length, exact: true }
}

const regress = (value: ValueFunction, m: number, samples: number, random: Random): Shapley => {
  checkCount('samples', samples, 2 * m)
  const ends = value(Uint32Array.of(0, 2 ** m - 1))
  const base = ends[0]!
  const prediction = ends[1]!
  const drawn = coalitions(m, samples, random)
  const outcomes = value(drawn.members)
  const { values, lower } = solve(drawn, outcomes, base, prediction - base, m)
  return {
    values,
    base,
    prediction,
    errors: errorsOf(drawn, outcomes, values, base, lower, m),
    coalitions: drawn.members.length + 2,
    exact: drawn.sampledFrom === drawn.members.length,
  }
}

/** The last feature is what the others leave of f - E f: one unknown less, and the sum holds to the last bit. */
const solve = (
  { members, weights }: Coalitions,
  outcomes: Float64Array,
  base: number,
  gain: number,
  m: number,
): { values: Float64Array; lower: Float64Array } => {
  const d = m - 1
  const gram = new Float64Array(d * d)
  const moment = new Float64Array(d)
  const z = new Int8Array(d)
  members.forEach((mask, c) => {
    const last = (mask >>> d) & 1
    for (let f = 0; f < d; f += 1) z[f] = ((mask >>> f) & 1) - last
    const y = outcomes[c]! - base - last * gain
    for (let a = 0; a < d; a += 1) {
      if (z[a] === 0) continue
      const wz = weights[c]! * z[a]!
      moment[a]! += wz * y
      for (let b = 0; b <= a; b += 1) gram[a * d + b]! += wz * z[b]!
    }
  })
  for (let a = 0; a < d; a += 1) for (let b = 0; b < a; b += 1) gram[b * d + a] = gram[a * d + b]!
  const lower = cholesky(gram, d)
  if (lower === null) throw new InvalidArgument('samples', 'are too few to tell the features apart')
  const free = solveCholesky(lower, d, moment)
  return { values: Float64Array.from({ length: m }, (_, f) => (f < d ? free[f]! : gain - free.reduce((a, b) => a + b, 0))), lower }
}

/** Sandwich estimate over the sampled coalitions; a pair (S and its complement) is one draw. Enumerated sizes carry no sampling error. */
const errorsOf = (
  { members, weights, sampledFrom }: Coalitions,
  outcomes: Float64Array,
  values: Float64Array,
  base: number,
  lower: Float64Array,
  m: number,
): Float64Array => {
  const d = m - 1
  const gain = values.reduce((a, b) => a + b, 0)
  const meat = new Float64Array(d * d)
  const score = new Float64Array(d)
  for (let c = sampledFrom; c < members.length; c += 2) {
    score.fill(0)
    for (const at of [c, c + 1]) {
      const mask = members[at]!
      const last = (mask >>> d) & 1
      let residual = outcomes[at]! - base - last * gain
      for (let f = 0; f < d; f += 1) residual -= (((mask >>> f) & 1) - last) * values[f]!
      for (let f = 0; f < d; f += 1) score[f]! += weights[at]! * residual * (((mask >>> f) & 1) - last)
    }
    for (let a = 0; a < d; a += 1) for (let b = 0; b < d; b += 1) meat[a * d + b]! += score[a]! * score[b]!
  }
  const errors = new Float64Array(m)
  for (let f = 0; f < m; f += 1) {
    const contrast = Float64Array.from({ length: d }, (_, a) => (f < d ? Number(a === f) : -1))
    const x = solveCholesky(lower, d, contrast)
    let total = 0
    for (let a = 0; a < d; a += 1) for (let b = 0; b < d; b += 1) total += x[a]! * meat[a * d + b]! * x[b]!
    errors[f] = Math.sqrt(Math.max(0, total))
  }
  return errors
}

const bitCount = (mask: number): number => {
  let count = 0
  for (let left = mask; left !== 0; left &= left - 1) count += 1
  return count
}
