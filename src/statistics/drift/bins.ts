import { checkCount, countable, finite, type Labels, type Numbers, sorted } from '../columns.ts'
import { quantileOfSorted } from '../numeric/quantile.ts'
import { InvalidArgument } from '../result.ts'

/** Inner edges: k edges make k+1 bins, the outer ones open; a value on an edge belongs to the bin above it. */
export type Edges = Float64Array

/**
 * Inner edges at the quantiles of the reference; equal edges (many ties) are merged, so there may be fewer bins than asked.
 * @formula edges at quantiles 1/k … (k-1)/k
 * @range min..max
 * @source Yurdakul 2018
 * @equals numpy.unique(numpy.quantile(reference, …))
 */
export const quantileEdges = (reference: Numbers, bins = 10): Edges => {
  checkCount('bins', bins, 1, 100_000)
  finite('reference', reference)
  return quantileEdgesOfSorted(sorted(reference), bins)
}

/** The same on ascending values, unchecked. */
export const quantileEdgesOfSorted = (ascending: Float64Array, bins: number): Edges => {
  if (ascending.length === 0) return new Float64Array(0)
  const edges = Array.from({ length: bins - 1 }, (_, i) => quantileOfSorted(ascending, (i + 1) / bins))
  return Float64Array.from([...new Set(edges)].filter((edge) => edge > ascending[0]!))
}

/** Counts per bin; NaN and infinity are refused by name. */
export const binCounts = (values: Numbers, edges: Edges, argument = 'values'): Float64Array => {
  finite(argument, values)
  const counts = new Float64Array(edges.length + 1)
  for (let i = 0; i < values.length; i += 1) counts[binOf(values[i]!, edges)]! += 1
  return counts
}

const binOf = (value: number, edges: Edges): number => {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value >= edges[middle]!) low = middle + 1
    else high = middle
  }
  return low
}

/** Counts of the same categories in both samples, in order of first sight; a category of one sample only counts 0 in the other. */
export const categoryCounts = (
  reference: Labels,
  current: Labels,
): { names: (string | number | boolean)[]; reference: Float64Array; current: Float64Array } => {
  const tally = new Map<string | number | boolean, [number, number]>()
  const fill = (argument: string, column: Labels, side: 0 | 1): void => {
    countable(argument, column)
    for (let i = 0; i < column.length; i += 1) {
      const key = column[i]
      if (key === undefined || key === null || Number.isNaN(key)) throw new InvalidArgument(argument, `has a missing value in row ${i}`)
      const cell = tally.get(key) ?? [0, 0]
      cell[side] += 1
      tally.set(key, cell)
    }
  }
  fill('reference', reference, 0)
  fill('current', current, 1)
  const cells = [...tally.values()]
  return { names: [...tally.keys()], reference: Float64Array.from(cells, (c) => c[0]), current: Float64Array.from(cells, (c) => c[1]) }
}
