import { checkCount, finite } from '../columns.ts'
import { type Matrix, rowsOf, squaredDistance } from '../numeric/neighbours.ts'
import { createRandom, shuffle } from '../numeric/random.ts'
import { InvalidArgument, notDefined, type TestResult, tested } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'

export type MmdOptions = Running & {
  seed: number
  permutations?: number
  /** Width of the kernel; the median distance unless given. */
  sigma?: number
  /** Above this many rows random Fourier features stand in for the kernel: n·features steps instead of n². */
  exactUpTo?: number
  features?: number
}

/**
 * Maximum mean discrepancy, unbiased, with a Gaussian kernel and a permutation p-value that is never 0: do two sets of embeddings differ at all?
 * @formula ΣK_RR/(m(m-1)) + ΣK_CC/(n(n-1)) - 2·mean K_RC, K = exp(-d²/2σ²); p = (1+#)/(1+B)
 * @range statistic about 0 when equal; p 1/(B+1)..1
 * @source Gretton et al. 2012; Rahimi, Recht 2007
 * @equals alibi_detect.cd.MMDDrift (statistic); the definition in numpy
 */
export const maximumMeanDiscrepancy = (reference: Matrix, current: Matrix, options: MmdOptions): TestResult => {
  if (reference.columns !== current.columns) throw new InvalidArgument('current', `has ${current.columns} columns, expected ${reference.columns}`)
  finite('reference', reference.values)
  finite('current', current.values)
  const { permutations = 999, exactUpTo = 2000 } = options
  checkCount('permutations', permutations, 0, 1_000_000)
  const m = rowsOf(reference)
  const n = rowsOf(current)
  if (m < 2 || n < 2) return notDefined('a sample has fewer than two rows')
  const all = { columns: reference.columns, values: Float64Array.from([...Array.from(reference.values), ...Array.from(current.values)]) }
  const random = createRandom(options.seed)
  const sigma = options.sigma ?? medianDistance(all, random)
  if (!(sigma > 0)) return notDefined('more than half of the rows are the same: give sigma')
  const statisticOf = m + n <= exactUpTo ? kernelStatistic(all, m, sigma) : featureStatistic(all, m, sigma, options.features ?? 256, random)
  const order = Uint32Array.from({ length: m + n }, (_, i) => i)
  const statistic = statisticOf(order)
  let extreme = 1
  for (let b = 0; b < permutations; b += 1) {
    checkpoint(options, b, permutations)
    shuffle(order, random)
    if (statisticOf(order) >= statistic) extreme += 1
  }
  return tested({ statistic, pValue: extreme / (permutations + 1), n: m + n })
}

/** Median over up to 2,000 random pairs of different rows. */
const medianDistance = (all: Matrix, random: ReturnType<typeof createRandom>): number => {
  const n = rowsOf(all)
  const distances = new Float64Array(2000)
  for (let i = 0; i < distances.length; i += 1) {
    const a = random.integer(n)
    distances[i] = Math.sqrt(squaredDistance(all, a, all, (a + 1 + random.integer(n - 1)) % n))
  }
  return distances.sort()[1000]!
}

/** `order` tells which rows play the reference: its first m. */
type StatisticOf = (order: Uint32Array) => number

const kernelStatistic = (all: Matrix, m: number, sigma: number): StatisticOf => {
  const total = rowsOf(all)
  const n = total - m
  const kernel = new Float64Array(total * total)
  for (let i = 0; i < total; i += 1) {
    for (let j = 0; j < i; j += 1) {
      kernel[i * total + j] = Math.exp(-squaredDistance(all, i, all, j) / (2 * sigma * sigma))
      kernel[j * total + i] = kernel[i * total + j]!
    }
  }
  const side = new Float64Array(total)
  return (order) => {
    side.fill(0)
    for (let i = 0; i < m; i += 1) side[order[i]!] = 1
    let own = 0
    let cross = 0
    let whole = 0
    for (let i = 0; i < total; i += 1) {
      let toReference = 0
      let row = 0
      for (let j = 0; j < total; j += 1) {
        const k = kernel[i * total + j]!
        toReference += k * side[j]!
        row += k
      }
      whole += row
      if (side[i] === 1) own += toReference
      else cross += toReference
    }
    return own / (m * (m - 1)) + (whole - own - 2 * cross) / (n * (n - 1)) - (2 * cross) / (m * n)
  }
}

/** |Σφ|² - Σ|φ|² is the sum of a kernel without its diagonal; φ_j = √(2/D) cos(ω_j·x + b_j). */
const featureStatistic = (all: Matrix, m: number, sigma: number, features: number, random: ReturnType<typeof createRandom>): StatisticOf => {
  checkCount('features', features, 1, 100_000)
  const total = rowsOf(all)
  const n = total - m
  const phi = new Float64Array(total * features)
  const squares = new Float64Array(total)
  const omega = Float64Array.from({ length: features * all.columns }, () => random.normal() / sigma)
  const phase = Float64Array.from({ length: features }, () => 2 * Math.PI * random.uniform())
  for (let i = 0; i < total; i += 1) {
    for (let f = 0; f < features; f += 1) {
      let projected = phase[f]!
      for (let c = 0; c < all.columns; c += 1) projected += omega[f * all.columns + c]! * all.values[i * all.columns + c]!
      const value = Math.sqrt(2 / features) * Math.cos(projected)
      phi[i * features + f] = value
      squares[i]! += value * value
    }
  }
  const whole = new Float64Array(features)
  phi.forEach((value, at) => {
    whole[at % features]! += value
  })
  const allSquares = squares.reduce((a, b) => a + b, 0)
  return (order) => {
    const sums = new Float64Array(features)
    let ownSquares = 0
    for (let i = 0; i < m; i += 1) {
      const at = order[i]! * features
      ownSquares += squares[order[i]!]!
      for (let f = 0; f < features; f += 1) sums[f]! += phi[at + f]!
    }
    let own = 0
    let other = 0
    let cross = 0
    for (let f = 0; f < features; f += 1) {
      const a = sums[f]!
      const b = whole[f]! - a
      own += a * a
      other += b * b
      cross += a * b
    }
    return (own - ownSquares) / (m * (m - 1)) + (other - allSquares + ownSquares) / (n * (n - 1)) - (2 * cross) / (m * n)
  }
}
