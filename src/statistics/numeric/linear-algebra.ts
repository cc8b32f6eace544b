/** Square matrices are row-major Float64Arrays of size n². */

/** Lower Cholesky factor of a symmetric positive definite matrix, or null when it is not one. */
export const cholesky = (matrix: Float64Array, n: number): Float64Array | null => {
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let total = matrix[i * n + j]!
      for (let k = 0; k < j; k += 1) total -= lower[i * n + k]! * lower[j * n + k]!
      if (i !== j) lower[i * n + j] = total / lower[j * n + j]!
      else if (total > 0) lower[i * n + i] = Math.sqrt(total)
      else return null
    }
  }
  return lower
}

/** x with A x = b, A given by its Cholesky factor. */
export const solveCholesky = (lower: Float64Array, n: number, b: Float64Array): Float64Array => {
  const x = b.slice()
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < i; k += 1) x[i]! -= lower[i * n + k]! * x[k]!
    x[i]! /= lower[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) x[i]! -= lower[k * n + i]! * x[k]!
    x[i]! /= lower[i * n + i]!
  }
  return x
}

export type Eigen = { values: Float64Array /** Row v is the vector of value v. */; vectors: Float64Array }

/** Eigenvalues, largest first, and vectors of a symmetric matrix by Jacobi's rotations: for some 200 columns. */
export const symmetricEigen = (matrix: Float64Array, n: number): Eigen => {
  const a = matrix.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i += 1) v[i * n + i] = 1
  for (let round = 0; round < 100; round += 1) {
    let off = 0
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) off += a[p * n + q]! ** 2
    if (off < 1e-300) break
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, v, n, p, q)
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!)
  const values = Float64Array.from(order, (i) => a[i * n + i]!)
  const vectors = new Float64Array(n * n)
  order.forEach((column, row) => {
    for (let k = 0; k < n; k += 1) vectors[row * n + k] = v[k * n + column]!
  })
  return { values, vectors }
}

const rotate = (a: Float64Array, v: Float64Array, n: number, p: number, q: number): void => {
  const apq = a[p * n + q]!
  if (apq === 0) return
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let k = 0; k < n; k += 1) {
    const [akp, akq] = [a[k * n + p]!, a[k * n + q]!]
    a[k * n + p] = c * akp - s * akq
    a[k * n + q] = s * akp + c * akq
  }
  for (let k = 0; k < n; k += 1) {
    const [apk, aqk] = [a[p * n + k]!, a[q * n + k]!]
    a[p * n + k] = c * apk - s * aqk
    a[q * n + k] = s * apk + c * aqk
    const [vkp, vkq] = [v[k * n + p]!, v[k * n + q]!]
    v[k * n + p] = c * vkp - s * vkq
    v[k * n + q] = s * vkp + c * vkq
  }
}
