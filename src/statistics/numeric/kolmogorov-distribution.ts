import { binomialMass } from './gamma.ts'

/** P(D_n > x) of one sample of n: the regions of Simard and L'Ecuyer 2011, as scipy's kstwo. */
export const kolmogorovFinite = (n: number, x: number): number => {
  if (x >= 1) return 0
  if (n * x <= 0.5) return 1
  const square = n * x * x
  if (square >= 370) return 0
  if (x >= 0.5 || square >= (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * smirnov(n, x))
  // small D: the series loses digits that the matrix keeps; past 2,000 rows the matrix costs seconds and the p-value is 1 to six digits
  const isSmall = n <= 140 || (n <= 2000 && n * x ** 1.5 <= 1.4)
  return 1 - (isSmall ? durbin(n, x) : pelzGood(n, x))
}

/** P(D⁺_n > x) exactly: x Σ C(n,j)(x+j/n)^{j-1}(1-x-j/n)^{n-j} (Birnbaum, Tingey 1951). */
const smirnov = (n: number, x: number): number => {
  let total = 0
  for (let j = 0; j <= Math.floor(n * (1 - x)); j += 1) {
    const p = x + j / n
    if (p < 1) total += binomialMass(j, n, p) / p
  }
  return x * total
}

/** P(D_n ≤ x) by the matrix power of Durbin (Marsaglia, Tsang, Wang 2003). */
const durbin = (n: number, x: number): number => {
  const k = Math.floor(n * x) + 1
  const m = 2 * k - 1
  const h = k - n * x
  const matrix = new Float64Array(m * m)
  for (let i = 0; i < m; i += 1) for (let j = 0; j < m; j += 1) matrix[i * m + j] = i - j + 1 >= 0 ? 1 : 0
  for (let i = 0; i < m; i += 1) {
    matrix[i * m]! -= h ** (i + 1)
    matrix[(m - 1) * m + i]! -= h ** (m - i)
  }
  matrix[(m - 1) * m]! += 2 * h - 1 > 0 ? (2 * h - 1) ** m : 0
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j < m; j += 1) for (let g = 1; g <= i - j + 1; g += 1) matrix[i * m + j]! /= g
  }
  // n!/n^n goes in one factor a step: each of the n multiplications brings i/n
  let row = new Float64Array(m)
  row[k - 1] = 1
  for (let i = 1; i <= n; i += 1) {
    const next = new Float64Array(m)
    for (let r = 0; r < m; r += 1) if (row[r] !== 0) for (let c = 0; c < m; c += 1) next[c]! += (row[r]! * matrix[r * m + c]! * i) / n
    row = next
  }
  return row[k - 1]!
}

/** P(D_n ≤ x) by the series in 1/√n of Pelz and Good 1976. */
const pelzGood = (n: number, x: number): number => {
  const z = Math.sqrt(n) * x
  const z2 = z * z
  const z4 = z2 * z2
  const z6 = z4 * z2
  const pi2 = Math.PI ** 2
  const q = Math.exp(-pi2 / 8 / z2)
  const terms = [0, 0, 0, 0]
  const last = Math.ceil((16 * z) / Math.PI)
  for (let k = last; k >= 1; k -= 1) {
    const m2 = (2 * k - 1) ** 2
    const power = q ** m2
    terms[0]! += power
    terms[1]! += power * (-z2 + (pi2 / 4) * m2)
    terms[2]! += power * (6 * z6 + 2 * z4 + ((2 * z4 - 5 * z2) * pi2 * m2) / 4 + (pi2 ** 2 * (1 - 2 * z2) * m2 ** 2) / 16)
    terms[3]! +=
      power *
      (-30 * z6 -
        90 * z4 ** 2 +
        (pi2 * (135 * z4 - 96 * z6) * m2) / 4 +
        (pi2 ** 2 * (-60 * z2 + 212 * z4) * m2 ** 2) / 16 +
        (pi2 ** 3 * (5 - 30 * z2) * m2 ** 3) / 64)
  }
  let second = 0
  let third = 0
  const wide = Math.exp(-pi2 / 2 / z2)
  for (let k = 1; k <= last; k += 1) {
    const power = wide ** (k * k) * k * k
    second += power
    third += power * (3 * z2 - pi2 * k * k)
  }
  const root = Math.sqrt(2 * Math.PI)
  const k0 = (terms[0]! * root) / z
  const k1 = (terms[1]! * root) / (6 * z4)
  const k2 = (terms[2]! * root) / (72 * z6 * z) - (second * pi2 * root) / (36 * z2 * z)
  const k3 = (terms[3]! * root) / (6480 * z6 * z4) + (third * pi2 * root) / (216 * z6)
  return k0 + k1 / Math.sqrt(n) + k2 / n + k3 / (n * Math.sqrt(n))
}
