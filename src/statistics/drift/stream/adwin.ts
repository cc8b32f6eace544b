import { checkNumber } from '../../columns.ts'
import { InvalidArgument } from '../../result.ts'
import type { Detector } from './detector.ts'

/** Row r holds buckets of 2^r values, oldest first. */
type Bucket = { total: number; squares: number }

/** `afterDrift`: start over with the next value, or keep the newer part of the window as the paper does. */
export type AdwinState = {
  kind: 'adwin'
  delta: number
  clock: number
  minWindow: number
  grace: number
  afterDrift: 'restart' | 'keep-newer'
  drifted: boolean
  tick: number
  rows: Bucket[][]
}

const BUCKETS_PER_ROW = 5

/**
 * Adaptive window: holds as much of the recent past as shows no change of the mean, and drops the rest when it does.
 * @formula cut if |μ₀-μ₁| > √(2·m⁻¹·σ²·δ') + ⅔·δ'·m⁻¹, δ' = ln(2 ln n/δ), m⁻¹ = 1/(n₀-4) + 1/(n₁-4)
 * @range verdict per value
 * @source Bifet, Gavaldà 2007
 * @equals river.drift.ADWIN (afterDrift 'restart')
 */
export const adwin = (from: Partial<AdwinState> = {}): Detector<AdwinState> & { readonly width: number; readonly mean: number } => {
  const state: AdwinState = structuredClone({
    kind: 'adwin',
    delta: 0.002,
    clock: 32,
    minWindow: 5,
    grace: 10,
    afterDrift: 'restart',
    drifted: false,
    tick: 0,
    rows: [[]],
    ...from,
  })
  checkNumber('delta', state.delta, 1e-300, 1)
  let whole = summarise(state.rows)

  const restart = (): void => {
    Object.assign(state, { drifted: false, tick: 0, rows: [[]] })
    whole = summarise(state.rows)
  }

  const update = (value: number): 'stable' | 'drift' => {
    if (!Number.isFinite(value)) throw new InvalidArgument('value', `must be finite, got ${value}`)
    if (state.drifted) restart()
    whole = join(whole, { n: 1, total: value, squares: 0 })
    state.rows[0]!.push({ total: value, squares: 0 })
    compress(state.rows)
    state.tick += 1
    if (state.tick % state.clock !== 0 || whole.n <= state.grace) return 'stable'
    let drifted = false
    while (hasCut(state, whole)) {
      drifted = true
      whole = dropOldest(state.rows, whole)
    }
    state.drifted = drifted && state.afterDrift === 'restart'
    return drifted ? 'drift' : 'stable'
  }
  return {
    update,
    toJSON: () => structuredClone(state),
    get width() {
      return whole.n
    },
    get mean() {
      return whole.n === 0 ? 0 : whole.total / whole.n
    },
  }
}

type Window = { n: number; total: number; squares: number }

/** Sums of squares around the own mean add up with the distance of the means (Chan et al. 1979). */
const join = (a: Window, b: Window): Window => {
  if (a.n === 0) return b
  if (b.n === 0) return a
  const gap = a.total / a.n - b.total / b.n
  return { n: a.n + b.n, total: a.total + b.total, squares: a.squares + b.squares + (a.n * b.n * gap * gap) / (a.n + b.n) }
}

const summarise = (rows: Bucket[][]): Window => {
  let all: Window = { n: 0, total: 0, squares: 0 }
  rows.forEach((row, r) => {
    for (const bucket of row) all = join(all, { n: 2 ** r, ...bucket })
  })
  return all
}

/** A row that overflows hands its two oldest buckets, joined, to the next. */
const compress = (rows: Bucket[][]): void => {
  for (let r = 0; r < rows.length && rows[r]!.length > BUCKETS_PER_ROW; r += 1) {
    const [a, b] = rows[r]!.splice(0, 2) as [Bucket, Bucket] // more than five were there
    const { total, squares } = join({ n: 2 ** r, ...a }, { n: 2 ** r, ...b })
    if (r + 1 === rows.length) rows.push([])
    rows[r + 1]!.push({ total, squares })
  }
}

/** Tries every boundary between buckets, oldest first. */
const hasCut = ({ rows, delta, minWindow }: AdwinState, whole: Window): boolean => {
  const confidence = Math.log((2 * Math.log(whole.n)) / delta)
  const spread = whole.squares / whole.n
  let older = 0
  let total = 0
  for (let r = rows.length - 1; r >= 0; r -= 1) {
    for (const bucket of rows[r]!) {
      older += 2 ** r
      total += bucket.total
      const newer = whole.n - older
      if (older < minWindow || newer < minWindow) continue
      const inverse = 1 / (older - minWindow + 1) + 1 / (newer - minWindow + 1)
      const bar = Math.sqrt(2 * inverse * spread * confidence) + (2 / 3) * confidence * inverse
      if (Math.abs(total / older - (whole.total - total) / newer) > bar) return true
    }
  }
  return false
}

const dropOldest = (rows: Bucket[][], whole: Window): Window => {
  const last = rows.length - 1
  const bucket = rows[last]!.shift()!
  if (rows[last]!.length === 0 && last > 0) rows.pop()
  const n = whole.n - 2 ** last
  const total = whole.total - bucket.total
  const gap = bucket.total / 2 ** last - total / n
  return { n, total, squares: Math.max(0, whole.squares - bucket.squares - (2 ** last * n * gap * gap) / whole.n) }
}
