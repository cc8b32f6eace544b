import { checkNumber, finite } from '../columns.ts'
import { symmetricEigen } from '../numeric/linear-algebra.ts'
import { type Matrix, rowsOf } from '../numeric/neighbours.ts'
import { estimate, InvalidArgument, notDefined, type Result, type Undefined } from '../result.ts'
import { meanInterval } from '../uncertainty/mean.ts'

/** What is kept of the reference: means, scales, and the directions that hold most of its variance. Plain JSON. */
export type Reconstruction = { means: number[]; scales: number[]; directions: number[][] }

/**
 * Principal directions of the standardised reference that together hold the share of variance asked.
 * @formula eigenvectors of the correlation matrix, as many as reach `share`
 * @range 1..columns directions
 * @source Pearson 1901; NannyML keeps 65 %
 * @equals sklearn PCA(n_components=0.65) on StandardScaler, up to sign
 */
export const fitReconstruction = (reference: Matrix, share = 0.65): Reconstruction | Undefined => {
  checkNumber('share', share, 1e-9, 1)
  finite('reference', reference.values)
  const n = rowsOf(reference)
  const d = reference.columns
  if (n < 2) return notDefined('fewer than two rows')
  const means = columnMeans(reference)
  const scales = means.map((centre, c) => {
    let squares = 0
    for (let i = 0; i < n; i += 1) squares += (reference.values[i * d + c]! - centre) ** 2
    return squares > 0 ? Math.sqrt(squares / n) : 1
  })
  const correlation = new Float64Array(d * d)
  for (let i = 0; i < n; i += 1) {
    const z = means.map((centre, c) => (reference.values[i * d + c]! - centre) / scales[c]!)
    for (let a = 0; a < d; a += 1) for (let b = 0; b < d; b += 1) correlation[a * d + b]! += (z[a]! * z[b]!) / n
  }
  const { values, vectors } = symmetricEigen(correlation, d)
  const total = values.reduce((a, b) => a + b, 0)
  if (!(total > 0)) return notDefined('no column varies')
  let held = 0
  let count = 0
  while (count < d && held < share * total * (1 - 1e-12)) held += values[count++]!
  return { means, scales, directions: Array.from({ length: count }, (_, v) => Array.from(vectors.subarray(v * d, v * d + d))) }
}

/**
 * Mean distance of rows from what the kept directions can say about them; compare with that of chunks of the reference (mean ± 3 σ).
 * @formula mean ‖z - VVᵀz‖₂ over standardised rows z
 * @range 0..∞, grows when the relations between columns change
 * @source NannyML DataReconstructionDriftCalculator
 * @equals sklearn PCA inverse_transform error
 */
export const reconstructionError = ({ means, scales, directions }: Reconstruction, rows: Matrix, level = 0.95): Result => {
  const d = means.length
  if (rows.columns !== d) throw new InvalidArgument('rows', `has ${rows.columns} columns, expected ${d}`)
  finite('rows', rows.values)
  const n = rowsOf(rows)
  if (n === 0) return notDefined('no rows')
  const errors = new Float64Array(n)
  for (let i = 0; i < n; i += 1) {
    const z = means.map((centre, c) => (rows.values[i * d + c]! - centre) / scales[c]!)
    const left = z.slice()
    for (const direction of directions) {
      const along = direction.reduce((total, v, c) => total + v * z[c]!, 0)
      direction.forEach((v, c) => {
        left[c]! -= along * v
      })
    }
    errors[i] = Math.sqrt(left.reduce((total, x) => total + x * x, 0))
  }
  const summary = meanInterval(errors, level)
  return 'undefined' in summary ? summary : estimate(summary.value, n, summary.interval)
}

const columnMeans = (matrix: Matrix): number[] => {
  const n = rowsOf(matrix)
  return Array.from({ length: matrix.columns }, (_, c) => {
    let total = 0
    for (let i = 0; i < n; i += 1) total += matrix.values[i * matrix.columns + c]!
    return total / n
  })
}
