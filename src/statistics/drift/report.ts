import { checkNumber, finite, type Labels, type Numbers, sorted } from '../columns.ts'
import { kolmogorovFinite } from '../numeric/kolmogorov-distribution.ts'
import { isDefined, notDefined, type Result, type TestResult } from '../result.ts'
import { checkpoint, type Running } from '../running.ts'
import { chiSquareIndependence } from '../uncertainty/counts.ts'
import { cramerV } from '../uncertainty/effect-size.ts'
import { benjaminiHochberg } from '../uncertainty/multiplicity.ts'
import { categoryCounts, type Edges, quantileEdgesOfSorted } from './bins.ts'
import { areaBetween } from './distance.ts'
import { jensenShannonDistance, jensenShannonThreshold } from './divergence.ts'
import { effectiveSize, exactKs, largestGap } from './kolmogorov.ts'
import { psi, psiThreshold } from './psi.ts'

export type DriftColumn =
  | { name: string; kind: 'numeric'; reference: Numbers; current: Numbers }
  | { name: string; kind: 'category'; reference: Labels; current: Labels }

export type DriftOptions = Running & {
  /** False discovery rate over the columns of one look. */
  alpha?: number
  bins?: number
  /** Smallest D (numeric) or Cramér's V (category) that counts: at scale a p-value alone flags noise. */
  minimumEffect?: number
}

export type ColumnDrift = {
  name: string
  kind: 'numeric' | 'category'
  test: TestResult
  effect: Result
  /** Benjamini-Hochberg over the columns. */
  qValue: number | null
  psi: Result
  psiThreshold: Result
  jensenShannon: Result
  jensenShannonThreshold: Result
  /** In standard deviations of the reference; null for categories. */
  wasserstein: Result | null
  /** Significant after correction, and at least the minimum effect. */
  drifted: boolean
}

/**
 * Every column of a data set against its reference: KS with D, or χ² with Cramér's V; corrected over the columns, gated by effect size; PSI and
 * Jensen-Shannon beside thresholds calibrated to both sample sizes.
 * @formula drifted: q ≤ α and effect ≥ minimum
 * @range verdict per column
 * @source research of this project: thresholds by folklore alarm on sample size, not on drift
 * @equals its parts, each against scipy
 */
export const driftReport = (columns: readonly DriftColumn[], options: DriftOptions = {}): ColumnDrift[] => {
  const { alpha = 0.01, bins = 10, minimumEffect = 0.1 } = options
  checkNumber('alpha', alpha, 0, 1)
  const reports = columns.map((column, i) => {
    checkpoint(options, i, columns.length)
    return column.kind === 'numeric'
      ? numericDrift(column.name, column.reference, column.current, bins, alpha)
      : categoryDrift(column.name, column.reference, column.current, alpha)
  })
  const tested = reports.flatMap(({ test }, i) => (isDefined(test) ? [{ i, p: test.pValue }] : []))
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p))
  tested.forEach(({ i }, at) => {
    const report = reports[i]!
    report.qValue = adjusted[at]!
    report.drifted = adjusted[at]! <= alpha && isDefined(report.effect) && report.effect.value >= minimumEffect
  })
  return reports
}

/** Each side is sorted once; test, bins and distance all read the sorted arrays. */
const numericDrift = (name: string, reference: Numbers, current: Numbers, bins: number, alpha: number): ColumnDrift => {
  finite(`${name}.reference`, reference)
  finite(`${name}.current`, current)
  const [m, n] = [reference.length, current.length]
  if (m === 0 || n === 0) return empty(name, 'numeric')
  const a = sorted(reference)
  const b = sorted(current)
  const statistic = largestGap(a, b)
  const pValue = Math.max(m, n) <= 10_000 ? exactKs(m, n, statistic) : kolmogorovFinite(effectiveSize(m, n), statistic)
  const edges = quantileEdgesOfSorted(a, bins)
  const area = areaBetween(a, b, Math.abs)
  return {
    name,
    kind: 'numeric',
    qValue: null,
    drifted: false,
    test: { statistic, pValue, n: m + n },
    effect: { value: statistic, n: m + n, interval: null },
    ...divergences(countsBetween(a, edges), countsBetween(b, edges), m, n, alpha),
    wasserstein: { value: area / Math.max(deviation(a), 0.001), n: m + n, interval: null },
  }
}

const categoryDrift = (name: string, reference: Labels, current: Labels, alpha: number): ColumnDrift => {
  if (reference.length === 0 || current.length === 0) return empty(name, 'category')
  const counts = categoryCounts(reference, current)
  const table = [counts.reference, counts.current]
  return {
    name,
    kind: 'category',
    qValue: null,
    drifted: false,
    test: chiSquareIndependence(table),
    effect: cramerV(table),
    ...divergences(counts.reference, counts.current, reference.length, current.length, alpha),
    wasserstein: null,
  }
}

const divergences = (a: Float64Array, b: Float64Array, m: number, n: number, alpha: number) => ({
  psi: psi(a, b),
  psiThreshold: psiThreshold(a.length, m, n, alpha),
  jensenShannon: jensenShannonDistance(a, b),
  jensenShannonThreshold: jensenShannonThreshold(a.length, m, n, alpha),
})

const empty = (name: string, kind: 'numeric' | 'category'): ColumnDrift => {
  const reason = notDefined('a sample is empty')
  return {
    name,
    kind,
    test: reason,
    effect: reason,
    qValue: null,
    psi: reason,
    psiThreshold: reason,
    jensenShannon: reason,
    jensenShannonThreshold: reason,
    wasserstein: kind === 'numeric' ? reason : null,
    drifted: false,
  }
}

/** Counts of an ascending sample between edges: a binary search an edge instead of one a row. */
const countsBetween = (ascending: Float64Array, edges: Edges): Float64Array => {
  const cuts = Array.from(edges, (edge) => lowerBound(ascending, edge))
  return Float64Array.from({ length: edges.length + 1 }, (_, i) => (cuts[i] ?? ascending.length) - (cuts[i - 1] ?? 0))
}

const lowerBound = (ascending: Float64Array, edge: number): number => {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < edge) low = middle + 1
    else high = middle
  }
  return low
}

const deviation = (values: Float64Array): number => {
  let centre = 0
  for (let i = 0; i < values.length; i += 1) centre += values[i]!
  centre /= values.length
  let squares = 0
  for (let i = 0; i < values.length; i += 1) squares += (values[i]! - centre) ** 2
  return Math.sqrt(squares / values.length)
}
