import { betaRegularised, gammaLower, gammaUpper } from './gamma.ts'

export const normalCdf = (z: number): number => (z < 0 ? 0.5 * gammaUpper(0.5, (z * z) / 2) : 0.5 + 0.5 * gammaLower(0.5, (z * z) / 2))

/** P(Z > z), exact in the far tail. */
export const normalSurvival = (z: number): number => normalCdf(-z)

export const normalDensity = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)

/** Inverse of the normal distribution: Acklam's rational start, then Halley steps to full precision. */
export const normalQuantile = (p: number): number => {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN
  if (p > 0.5) return -normalQuantile(1 - p)
  let z = acklam(p)
  for (let i = 0; i < 2; i += 1) {
    const u = (normalCdf(z) - p) / normalDensity(z)
    z -= u / (1 + (z * u) / 2)
  }
  return z
}

const acklam = (p: number): number => {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p))
    return (
      (((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    )
  }
  const q = p - 0.5
  const r = q * q
  return (
    ((((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r + 1.38357751867269e2) * r - 3.066479806614716e1) * r +
      2.506628277459239) *
      q) /
    (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r + 6.680131188771972e1) * r - 1.328068155288572e1) * r + 1)
  )
}

export const chiSquareSurvival = (x: number, df: number): number => (x <= 0 ? 1 : gammaUpper(df / 2, x / 2))

/** P(|T| > |t|). */
export const studentTwoSided = (t: number, df: number): number => {
  const square = t * t
  return betaRegularised(df / (df + square), df / 2, 0.5, square / (df + square))
}

/** P(X <= k) for X ~ Binomial(n, p). */
export const binomialCdf = (k: number, n: number, p: number): number => (k < 0 ? 0 : k >= n ? 1 : betaRegularised(1 - p, n - k, k + 1, p))

/** P(X >= k), exact in the far tail. */
export const binomialSurvival = (k: number, n: number, p: number): number => (k <= 0 ? 1 : k > n ? 0 : betaRegularised(p, k, n - k + 1))

export const poissonCdf = (k: number, mean: number): number => (k < 0 ? 0 : gammaUpper(Math.floor(k) + 1, mean))

export const betaQuantile = (p: number, a: number, b: number): number =>
  !(p >= 0 && p <= 1) ? NaN : p === 0 ? 0 : p === 1 ? 1 : solveIncreasing((x) => betaRegularised(x, a, b) - p, 0, 1)

export const chiSquareQuantile = (p: number, df: number): number => {
  if (!(p >= 0 && p <= 1 && df > 0)) return NaN
  if (p === 0) return 0
  if (p === 1) return Infinity
  let high = Math.max(1, df)
  while (gammaLower(df / 2, high / 2) < p) high *= 2
  return solveIncreasing((x) => (p > 0.5 ? 1 - p - gammaUpper(df / 2, x / 2) : gammaLower(df / 2, x / 2) - p), 0, high)
}

export const studentQuantile = (p: number, df: number): number => {
  if (!(p >= 0 && p <= 1 && df > 0)) return NaN
  if (p === 0.5) return 0
  if (p === 1) return Infinity
  if (p < 0.5) return -studentQuantile(1 - p, df)
  let high = 2
  while (studentTwoSided(high, df) / 2 > 1 - p) high *= 2
  return solveIncreasing((t) => 1 - p - studentTwoSided(t, df) / 2, 0, high)
}

/** Root of an increasing function between low and high: Illinois steps kept inside the bracket by bisection, to the last digits. */
export const solveIncreasing = (f: (x: number) => number, low: number, high: number): number => {
  let a = low
  let b = high
  let fa = f(a)
  let fb = f(b)
  if (fa >= 0) return a
  if (fb <= 0) return b
  for (let i = 0; i < 400; i += 1) {
    let x = i % 3 === 2 ? (a + b) / 2 : (a * fb - b * fa) / (fb - fa)
    if (!(x > a && x < b)) x = (a + b) / 2
    if (!(x > a && x < b)) break
    const fx = f(x)
    if (fx === 0) return x
    if (fx < 0) {
      a = x
      fa = fx
      fb /= 2
    } else {
      b = x
      fb = fx
      fa /= 2
    }
    if (b - a <= 4e-16 * Math.abs(b)) break
  }
  return (a + b) / 2
}
