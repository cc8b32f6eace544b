import { finite, type Numbers, sorted } from '../columns.ts'
import { logGamma } from '../numeric/gamma.ts'
import { midRanks } from '../numeric/order.ts'
import { notDefined, type TestResult, tested } from '../result.ts'

/**
 * Two-sample Cramér-von Mises test; exact up to 20 rows a sample, else the limit law.
 * @formula T = U/(mn(m+n)) - (4mn-1)/(6(m+n)), U from the mid-ranks
 * @range T 0..∞
 * @source Anderson 1962; Xiao, Gordon, Yakovlev 2006
 * @equals scipy.stats.cramervonmises_2samp
 */
export const cramerVonMises = (
  reference: Numbers,
  current: Numbers,
  { method = 'auto' }: { method?: 'auto' | 'exact' | 'asymptotic' } = {},
): TestResult => {
  finite('reference', reference)
  finite('current', current)
  const [m, n] = [reference.length, current.length]
  if (m < 2 || n < 2) return notDefined('a sample has fewer than two values')
  const all = Float64Array.from([...sorted(reference), ...sorted(current)])
  const ranks = midRanks(all)
  let first = 0
  let second = 0
  for (let i = 0; i < m; i += 1) first += (ranks[i]! - (i + 1)) ** 2
  for (let j = 0; j < n; j += 1) second += (ranks[m + j]! - (j + 1)) ** 2
  const u = m * first + n * second
  const k = m * n
  const statistic = u / (k * (m + n)) - (4 * k - 1) / (6 * (m + n))
  const exact = method === 'exact' || (method === 'auto' && Math.max(m, n) <= 20)
  return tested({ statistic, pValue: exact ? exactCvm(u, m, n) : asymptoticCvm(statistic, m, n), n: m + n })
}

/** Frequencies of the criterion over all C(m+n, m) orders, by the recursion over lattice points. */
const exactCvm = (u: number, m: number, n: number): number => {
  const lcm = (m * n) / greatestCommonDivisor(m, n)
  const [a, b] = [lcm / m, lcm / n]
  const bar = Math.floor((lcm * lcm * (m + n) * (6 * u - m * n * (4 * m * n - 1))) / (6 * (m * n) ** 2))
  let column: Map<number, number>[] = Array.from({ length: m + 1 }, (_, v) => new Map(v === 0 ? [[0, 1]] : []))
  for (let w = 0; w <= n; w += 1) {
    let previous = new Map<number, number>()
    column = column.map((left, v) => {
      const step = (a * v - b * w) ** 2
      const joined = new Map<number, number>()
      for (const source of [previous, left]) for (const [sum, ways] of source) joined.set(sum + step, (joined.get(sum + step) ?? 0) + ways)
      previous = joined
      return joined
    })
  }
  let total = 0
  let extreme = 0
  for (const [sum, ways] of column[m]!) {
    total += ways
    if (sum >= bar) extreme += ways
  }
  return extreme / total
}

/** Scales the criterion to the mean and variance of its limit, whose law is a series of Bessel functions. */
const asymptoticCvm = (t: number, m: number, n: number): number => {
  const total = m + n
  const k = m * n
  const expected = (1 + 1 / total) / 6
  const spread = ((total + 1) * (4 * k * total - 3 * (m * m + n * n) - 2 * k)) / (45 * total * total * 4 * k)
  const scaled = 1 / 6 + (t - expected) / Math.sqrt(45 * spread)
  if (scaled < 0.003) return 1
  return Math.max(0, 1 - cvmLimit(scaled))
}

/** Csörgő, Faraway 1996, eq. 1.2. */
const cvmLimit = (x: number): number => {
  let total = 0
  for (let k = 0; k < 200; k += 1) {
    const y = 4 * k + 1
    const q = (y * y) / (16 * x)
    const term =
      (Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x))) * Math.sqrt(y) * Math.exp(-2 * q) * scaledBesselK(0.25, q)
    total += term
    if (term < 1e-17) break
  }
  return total
}

/** e^x K_ν(x) = ∫ e^{-x(cosh t - 1)} cosh νt dt, by trapezoids: they converge geometrically on this integrand. */
const scaledBesselK = (order: number, x: number): number => {
  const step = 1 / 16
  let total = 0.5
  for (let t = step; ; t += step) {
    const term = Math.exp(-x * (Math.cosh(t) - 1)) * Math.cosh(order * t)
    total += term
    if (term < 1e-18 * total) return total * step
  }
}

/** Percentage points of Scholz and Stephens 1987, table 2, and their significance levels. */
const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001]
const POINTS: [number, number, number][] = [
  [0.675, -0.245, -0.105],
  [1.281, 0.25, -0.305],
  [1.645, 0.678, -0.362],
  [1.96, 1.149, -0.391],
  [2.326, 1.822, -0.396],
  [2.573, 2.364, -0.345],
  [3.085, 3.615, -0.154],
]

/**
 * Anderson-Darling test that k samples share one distribution, with mid-ranks for ties. The p-value is interpolated and lies in 0.001..0.25, whose ends
 * mean "at most" and "at least".
 * @formula (A²_akN - (k-1))/σ_N
 * @range statistic any, p 0.001..0.25
 * @source Scholz, Stephens 1987
 * @equals scipy.stats.anderson_ksamp(variant='midrank')
 */
export const andersonDarling = (samples: readonly Numbers[]): TestResult => {
  for (const [g, sample] of samples.entries()) finite(`samples[${g}]`, sample)
  if (samples.length < 2 || samples.some(({ length }) => length === 0)) return notDefined('fewer than two samples, or an empty one')
  const all = sorted(samples.flatMap((sample) => Array.from(sample)))
  if (all[0] === all[all.length - 1]) return notDefined('all values are the same')
  const n = all.length
  if (n < 4) return notDefined('fewer than four values')
  const k = samples.length
  const statistic =
    (midRankCriterion(samples.map(sorted), all) - (k - 1)) /
    Math.sqrt(
      adVariance(
        samples.map(({ length }) => length),
        n,
      ),
    )
  const critical = POINTS.map(([b0, b1, b2]) => b0 + b1 / Math.sqrt(k - 1) + b2 / (k - 1))
  return tested({ statistic, pValue: interpolateLevel(statistic, critical), n })
}

const midRankCriterion = (samples: Float64Array[], all: Float64Array): number => {
  const n = all.length
  const at = samples.map(() => 0)
  let total = 0
  for (let from = 0; from < n; ) {
    let to = from
    while (to < n && all[to] === all[from]) to += 1
    const ties = to - from
    const before = from + ties / 2
    samples.forEach((sample, g) => {
      let i = at[g]!
      while (i < sample.length && sample[i] === all[from]) i += 1
      const own = at[g]! + (i - at[g]!) / 2
      at[g] = i
      const bottom = before * (n - before) - (n * ties) / 4
      if (bottom > 0) total += ((ties / n) * (n * own - before * sample.length) ** 2) / bottom / sample.length
    })
    from = to
  }
  return (total * (n - 1)) / n
}

const adVariance = (sizes: number[], n: number): number => {
  const k = sizes.length
  const H = sizes.reduce((total, size) => total + 1 / size, 0)
  let h = 1
  let g = 0
  for (let i = n - 1, seen = 0; i > 1; i -= 1) {
    h += 1 / i
    seen += 1 / i
    g += seen / (n - i + 1)
  }
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * H
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * H - 8 * h + 4 * g - 6
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * H + 4 * h
  const d = (2 * h + 6) * k * k - 4 * h * k
  return (a * n ** 3 + b * n * n + c * n + d) / ((n - 1) * (n - 2) * (n - 3))
}

/** Quadratic least squares of ln(level) on the critical values, as Scholz and Stephens suggest. */
const interpolateLevel = (statistic: number, critical: number[]): number => {
  if (statistic < critical[0]!) return LEVELS[0]!
  if (statistic > critical[critical.length - 1]!) return LEVELS[LEVELS.length - 1]!
  const centre = critical.reduce((a, b) => a + b, 0) / critical.length
  const x = critical.map((value) => value - centre)
  const y = LEVELS.map(Math.log)
  const moment = (p: number): number => x.reduce((total, value) => total + value ** p, 0)
  const cross = (p: number): number => x.reduce((total, value, i) => total + value ** p * y[i]!, 0)
  // x is centred: the normal equations of 1, x, x² with Σx = 0
  const [s0, s2, s3, s4] = [x.length, moment(2), moment(3), moment(4)]
  const [t0, t1, t2] = [cross(0), cross(1), cross(2)]
  const det = s0 * (s2 * s4 - s3 * s3) - s2 * s2 * s2
  const c0 = (t0 * (s2 * s4 - s3 * s3) + s2 * (t1 * s3 - s2 * t2)) / det
  const c1 = (s0 * (t1 * s4 - s3 * t2) - s2 * s2 * t1 + t0 * s2 * s3) / det
  const c2 = (s0 * (s2 * t2 - t1 * s3) - t0 * s2 * s2) / det
  const at = statistic - centre
  return Math.exp(c0 + c1 * at + c2 * at * at)
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))
