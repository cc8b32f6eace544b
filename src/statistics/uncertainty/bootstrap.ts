import { checkCount, checkLevel, finite, type Numbers } from '../columns.ts'
import { normalCdf, normalQuantile } from '../numeric/distributions.ts'
import { quantileOfSorted } from '../numeric/quantile.ts'
import { createRandom, type Random } from '../numeric/random.ts'
import { mean } from '../numeric/sum.ts'
import { estimate, type Interval, InvalidArgument, notDefined, type Result } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'

export type BootstrapOptions = Running & {
  seed: number
  replicates?: number
  level?: number
  method?: 'percentile' | 'bca'
  /** Rows of one cluster (a user, a source document) are drawn together. */
  clusters?: ArrayLike<number>
  /** Each stratum keeps its size in every replicate. */
  strata?: ArrayLike<number>
  /** Moving blocks of this many consecutive rows, wrapping around: for series that remember. */
  blockLength?: number
}

/** A statistic of the rows named by `rows` (with repetition). NaN where it is not defined on that resample. */
export type RowStatistic = (rows: Uint32Array) => number

/**
 * Interval of any statistic by resampling rows: plain, by cluster, by stratum or by block. A paired comparison passes a statistic that reads both
 * columns at the same rows.
 * @formula percentile: quantiles α/2, 1-α/2 of the replicates; BCa: the same at levels corrected for bias (z₀) and acceleration (jackknife)
 * @range that of the statistic
 * @source Efron, Tibshirani 1993, chapters 13, 14; Politis, Romano 1992 for circular blocks
 * @equals scipy.stats.bootstrap in distribution (its generator differs)
 */
export const bootstrap = (n: number, statistic: RowStatistic, options: BootstrapOptions): Result => {
  checkCount('n', n, 0, 4294967295)
  if (n === 0) return notDefined('no rows')
  const { replicates = 2000, level = 0.95, method = 'percentile' } = options
  checkCount('replicates', replicates, 1, 10_000_000)
  checkLevel(level)
  const all = Uint32Array.from({ length: n }, (_, i) => i)
  const value = statistic(all)
  if (Number.isNaN(value)) return notDefined('the statistic is not defined on the sample')
  const draw = sampler(n, options, createRandom(options.seed))
  const values = new Float64Array(replicates)
  for (let b = 0; b < replicates; b += 1) {
    if ((b & 15) === 0) checkpoint(options, b, replicates)
    values[b] = statistic(draw())
  }
  const jackknife = method === 'bca' ? () => leaveOneOut(n, statistic, options) : null
  const interval = intervalOf(values, value, level, jackknife)
  return interval === null ? notDefined('the statistic is not defined on more than half of the resamples') : estimate(value, n, interval)
}

/** Percentile or BCa limits of replicate values; replicates that are NaN are left out, and the method says how many. */
export const intervalOf = (replicates: Float64Array, value: number, level: number, jackknife: (() => Float64Array) | null): Interval | null => {
  const kept = replicates.filter((x) => !Number.isNaN(x)).sort()
  if (kept.length * 2 < replicates.length || kept.length === 0) return null
  const alpha = 1 - level
  const [low, high] = jackknife === null ? [alpha / 2, 1 - alpha / 2] : bcaLevels(kept, value, alpha, jackknife())
  const lost = replicates.length - kept.length
  const name = jackknife === null ? 'bootstrap percentile' : 'bootstrap bca'
  return {
    low: quantileOfSorted(kept, low),
    high: quantileOfSorted(kept, high),
    level,
    method: lost === 0 ? name : `${name} (${lost} undefined resamples left out)`,
  }
}

/** Bias from the share of replicates below the value (ties count half), acceleration from the skew of the jackknife. */
const bcaLevels = (ascending: Float64Array, value: number, alpha: number, jackknife: Float64Array): [number, number] => {
  let below = 0
  let equal = 0
  for (const x of ascending) {
    if (x < value) below += 1
    else if (x === value) equal += 1
    else break
  }
  const bias = normalQuantile((below + equal / 2) / ascending.length)
  const centre = mean(jackknife)
  let squares = 0
  let cubes = 0
  for (const x of jackknife) {
    const d = centre - x
    squares += d * d
    cubes += d * d * d
  }
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5)
  const shifted = (p: number): number => {
    const z = bias + normalQuantile(p)
    return normalCdf(bias + z / (1 - acceleration * z))
  }
  return Number.isFinite(bias) ? [shifted(alpha / 2), shifted(1 - alpha / 2)] : [alpha / 2, 1 - alpha / 2]
}

/** One value per row left out, or per cluster left out. */
const leaveOneOut = (n: number, statistic: RowStatistic, options: BootstrapOptions): Float64Array => {
  const units = options.clusters === undefined ? Array.from({ length: n }, (_, i) => [i]) : membersOf(options.clusters, n, 'clusters')
  const values = new Float64Array(units.length)
  const out = new Uint8Array(n)
  units.forEach((unit, u) => {
    if ((u & 15) === 0) checkpoint(options, u, units.length)
    for (const row of unit) out[row] = 1
    const rows = new Uint32Array(n - unit.length)
    for (let i = 0, k = 0; i < n; i += 1) if (out[i] === 0) rows[k++] = i
    values[u] = statistic(rows)
    for (const row of unit) out[row] = 0
  })
  return values.filter((x) => !Number.isNaN(x))
}

const sampler = (n: number, options: BootstrapOptions, random: Random): (() => Uint32Array) => {
  const schemes = [options.clusters, options.strata, options.blockLength].filter((x) => x !== undefined)
  if (schemes.length > 1) throw new InvalidArgument('options', 'names more than one of clusters, strata, blockLength')
  if (options.clusters !== undefined) return clusterSampler(membersOf(options.clusters, n, 'clusters'), random)
  if (options.strata !== undefined) return stratumSampler(membersOf(options.strata, n, 'strata'), n, random)
  if (options.blockLength !== undefined) return blockSampler(n, options.blockLength, random)
  const rows = new Uint32Array(n)
  return () => {
    random.fill(rows, n)
    return rows
  }
}

const membersOf = (labels: ArrayLike<number>, n: number, argument: string): number[][] => {
  if (labels.length !== n) throw new InvalidArgument(argument, `has ${labels.length} rows, expected ${n}`)
  const members = new Map<number, number[]>()
  for (let i = 0; i < n; i += 1) {
    const label = labels[i]!
    const rows = members.get(label)
    if (rows === undefined) members.set(label, [i])
    else rows.push(i)
  }
  return [...members.values()]
}

const clusterSampler = (clusters: number[][], random: Random) => (): Uint32Array => {
  const drawn = clusters.map(() => clusters[random.integer(clusters.length)]!)
  return Uint32Array.from(drawn.flat())
}

const stratumSampler = (strata: number[][], n: number, random: Random): (() => Uint32Array) => {
  const rows = new Uint32Array(n)
  return () => {
    let k = 0
    for (const stratum of strata) for (let i = 0; i < stratum.length; i += 1) rows[k++] = stratum[random.integer(stratum.length)]!
    return rows
  }
}

const blockSampler = (n: number, blockLength: number, random: Random): (() => Uint32Array) => {
  checkCount('blockLength', blockLength, 1, n)
  const rows = new Uint32Array(n)
  return () => {
    for (let i = 0; i < n; ) {
      const start = random.integer(n)
      for (let j = 0; j < blockLength && i < n; j += 1) rows[i++] = (start + j) % n
    }
    return rows
  }
}

/**
 * Interval of a mean by the bootstrap. Rows of few distinct values (right and wrong, a five-star score) are drawn as counts: a resample of n rows
 * is a multinomial draw, the same distribution in √n steps instead of n.
 * @formula mean of n rows drawn with repetition
 * @range that of the values
 * @source Efron, Tibshirani 1993
 * @equals scipy.stats.bootstrap(statistic=numpy.mean) in distribution
 */
export const bootstrapMean = (values: Numbers, options: BootstrapOptions): Result => {
  finite('values', values)
  const n = values.length
  const structured = options.clusters !== undefined || options.strata !== undefined || options.blockLength !== undefined
  const tally = structured || n === 0 ? null : tallyOf(values, 16)
  if (tally === null) return bootstrap(n, (rows) => meanAt(values, rows), options)
  const { replicates = 2000, level = 0.95, method = 'percentile' } = options
  checkCount('replicates', replicates, 1, 10_000_000)
  checkLevel(level)
  const random = createRandom(options.seed)
  const means = new Float64Array(replicates)
  for (let b = 0; b < replicates; b += 1) {
    if ((b & 255) === 0) checkpoint(options, b, replicates)
    means[b] = drawTotal(tally, n, random) / n
  }
  const total = tally.reduce((sum, [value, count]) => sum + value * count, 0)
  const jackknife = (): Float64Array => Float64Array.from({ length: n }, (_, i) => (total - values[i]!) / (n - 1))
  return estimate(total / n, n, intervalOf(means, total / n, level, method === 'bca' && n > 1 ? jackknife : null))
}

type Tally = [value: number, count: number][]

/** Distinct values with their counts, or null when there are more than `limit`. */
const tallyOf = (values: Numbers, limit: number): Tally | null => {
  const counts = new Map<number, number>()
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (counts.size > limit) return null
  }
  return [...counts].sort((a, b) => a[0] - b[0])
}

/** A multinomial draw as a chain of binomial ones. */
const drawTotal = (tally: Tally, n: number, random: Random): number => {
  let rows = n
  let population = n
  let total = 0
  for (const [value, count] of tally) {
    const drawn = random.binomial(rows, count / population)
    total += value * drawn
    rows -= drawn
    population -= count
  }
  return total
}

const meanAt = (values: Numbers, rows: Uint32Array): number => {
  let total = 0
  for (let i = 0; i < rows.length; i += 1) total += values[rows[i]!]!
  return total / rows.length
}
