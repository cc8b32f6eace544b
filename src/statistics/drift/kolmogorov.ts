import { finite, type Numbers, sorted } from '../columns.ts'
import { kolmogorovFinite } from '../numeric/kolmogorov-distribution.ts'
import { notDefined, type TestResult, tested } from '../result.ts'

export type KsOptions = { method?: 'auto' | 'exact' | 'asymptotic' }

/** Exact counting of lattice paths costs m·n steps; beyond this the limit distribution stands in (as scipy's auto does). */
const EXACT_LIMIT = 10_000

/**
 * Two-sample Kolmogorov-Smirnov: largest gap between the distribution functions.
 * @formula D = sup |F_R - F_C|; exact p by lattice paths, asymptotic p by Kolmogorov's law at n = round(mn/(m+n))
 * @range D 0..1, p 0..1
 * @source Hodges 1958; Smirnov 1948
 * @equals scipy.stats.ks_2samp
 */
export const kolmogorovSmirnov = (reference: Numbers, current: Numbers, { method = 'auto' }: KsOptions = {}): TestResult => {
  finite('reference', reference)
  finite('current', current)
  const m = reference.length
  const n = current.length
  if (m === 0 || n === 0) return notDefined('a sample is empty')
  const statistic = largestGap(sorted(reference), sorted(current))
  const exact = method === 'exact' || (method === 'auto' && Math.max(m, n) <= EXACT_LIMIT)
  const pValue = exact ? exactKs(m, n, statistic) : kolmogorovFinite(effectiveSize(m, n), statistic)
  return tested({ statistic, pValue: Math.min(1, Math.max(0, pValue)), n: m + n })
}

export const largestGap = (a: Float64Array, b: Float64Array): number => {
  const [m, n] = [a.length, b.length]
  let i = 0
  let j = 0
  let gap = 0
  while (i < m && j < n) {
    const x = Math.min(a[i]!, b[j]!)
    while (i < m && a[i]! <= x) i += 1
    while (j < n && b[j]! <= x) j += 1
    // whole numbers up to 2^53 while m·n is: no rounding before the last division
    const here = Math.abs(i * n - j * m)
    if (here > gap) gap = here
  }
  return gap / (m * n)
}

/** Share of the lattice paths from (0,0) to (m,n) that leave the band |i/m - j/n| < D: exact also in the far tail (ties are taken as broken). */
export const exactKs = (m: number, n: number, gap: number): number => {
  const divisor = greatestCommonDivisor(m, n)
  const stepI = n / divisor
  const stepJ = m / divisor
  const h = Math.round(gap * m * stepI)
  if (h === 0) return 1
  const outside = new Float64Array(n + 1)
  for (let j = 1; j <= n; j += 1) outside[j] = j * stepJ >= h ? 1 : 0
  for (let i = 1; i <= m; i += 1) {
    if (i * stepI >= h) outside[0] = 1
    for (let j = 1; j <= n; j += 1) {
      const distance = i * stepI - j * stepJ
      outside[j] = distance >= h || -distance >= h ? 1 : (i * outside[j]! + j * outside[j - 1]!) / (i + j)
    }
  }
  return outside[n]!
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** Size of one sample that tells as much as two; halves go to the even neighbour, as in numpy. */
export const effectiveSize = (m: number, n: number): number => {
  const exact = (m * n) / (m + n)
  const rounded = Math.round(exact)
  return Math.max(1, rounded - exact === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded)
}
