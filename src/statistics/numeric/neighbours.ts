import type { Numbers } from '../columns.ts'

/** Rows one after another, `columns` numbers each. */
export type Matrix = { values: Numbers; columns: number }

export const rowsOf = ({ values, columns }: Matrix): number => (columns === 0 ? 0 : values.length / columns)

export const squaredDistance = (a: Matrix, i: number, b: Matrix, j: number): number => {
  let total = 0
  for (let c = 0; c < a.columns; c += 1) {
    const d = a.values[i * a.columns + c]! - b.values[j * b.columns + c]!
    total += d * d
  }
  return total
}

/** The k rows of `pool` nearest to row i of `query` (Euclidean), nearest first; of equal distances the earlier row. */
export const nearest = (query: Matrix, i: number, pool: Matrix, k: number): number[] => {
  const rows: number[] = []
  const distances: number[] = []
  for (let j = 0; j < rowsOf(pool); j += 1) {
    const distance = squaredDistance(query, i, pool, j)
    if (rows.length === k && distance >= distances[k - 1]!) continue
    let at = rows.length
    while (at > 0 && distances[at - 1]! > distance) at -= 1
    rows.splice(at, 0, j)
    distances.splice(at, 0, distance)
    if (rows.length > k) {
      rows.pop()
      distances.pop()
    }
  }
  return rows
}
