const HALF_LOG_TWO_PI = 0.9189385332046728

/** Stirling's remainder: ln Γ(x+1) - ((x+½) ln x - x + ½ ln 2π), the small number that keeps large factorials exact (Loader 2000). */
export const stirlingError = (x: number): number => {
  if (x <= 15) return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI
  const y = 1 / (x * x)
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360360) * y) * y) * y) * y) * y) / x
}

/** ln Γ(x) for x > 0: Stirling's series above 16, the recurrence below. */
export const logGamma = (x: number): number => {
  if (x === 1 || x === 2) return 0
  let product = 1
  let y = x
  while (y < 16) {
    product *= y
    y += 1
  }
  const z = 1 / (y * y)
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360360 - z / 156) * z) * z) * z) * z) * z) / y
  return (y - 0.5) * Math.log(y) - y + HALF_LOG_TWO_PI + series - Math.log(product)
}

/** x ln(x/m) + m - x without cancellation when x is near m (Loader 2000). */
const deviance = (x: number, m: number): number => {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x
  const v = (x - m) / (x + m)
  let total = (x - m) * v
  let term = 2 * x * v
  for (let j = 1; j < 1000; j += 1) {
    term *= v * v
    const next = total + term / (2 * j + 1)
    if (next === total) break
    total = next
  }
  return total
}

/** Poisson mass at a real x > 0 with mean m > 0: m^x e^-m / Γ(x+1). */
export const poissonMass = (x: number, m: number): number => {
  if (x === 0) return Math.exp(-m)
  return Math.exp(-stirlingError(x) - deviance(x, m)) / Math.sqrt(2 * Math.PI * x)
}

/** Binomial mass at real 0 <= x <= n; `q` is 1 - p, given apart because 1 - p may have lost digits. */
export const binomialMass = (x: number, n: number, p: number, q: number = 1 - p): number => {
  if (p === 0) return x === 0 ? 1 : 0
  if (q === 0) return x === n ? 1 : 0
  if (x === 0) return Math.exp(n * Math.log1p(-p))
  if (x === n) return Math.exp(n * Math.log(p))
  const log = stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q)
  return Math.exp(log) * Math.sqrt(n / (2 * Math.PI * x * (n - x)))
}

/** Regularised lower incomplete gamma P(a, x). */
export const gammaLower = (a: number, x: number): number =>
  x <= 0 ? 0 : x === Infinity ? 1 : x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x)

/** Regularised upper incomplete gamma Q(a, x), exact in the far tail. */
export const gammaUpper = (a: number, x: number): number =>
  x <= 0 ? 1 : x === Infinity ? 0 : x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x)

const gammaSeries = (a: number, x: number): number => {
  let term = 1
  let total = 1
  for (let k = 1; k < 100_000; k += 1) {
    term *= x / (a + k)
    total += term
    if (term < total * 1e-17) break
  }
  return poissonMass(a, x) * total
}

/** Lentz's continued fraction. */
const gammaFraction = (a: number, x: number): number => {
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let i = 1; i < 100_000; i += 1) {
    const an = -i * (i - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 1e-16) break
  }
  return poissonMass(a, x) * a * h
}

/** Regularised incomplete beta I_x(a, b); `y` is 1 - x, given apart when it is known more exactly. */
export const betaRegularised = (x: number, a: number, b: number, y: number = 1 - x): number => {
  // the fraction below would never settle
  if (Number.isNaN(x + a + b)) return NaN
  if (x <= 0) return 0
  if (y <= 0) return 1
  return x < (a + 1) / (a + b + 2) ? betaFraction(x, a, b, y) : 1 - betaFraction(y, b, a, x)
}

const betaFraction = (x: number, a: number, b: number, y: number): number => {
  // x^a y^b / (a B(a, b)), by the binomial mass so that large a and b keep their digits
  const front = (binomialMass(a, a + b, x, y) * b) / (a + b)
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (Math.abs(d) < 1e-300 ? 1e-300 : d)
  let h = d
  for (let m = 1; m < 100_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guard(1 + even * d)
    c = guard(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guard(1 + odd * d)
    c = guard(1 + odd / c)
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 1e-16) break
  }
  return front * h
}

const guard = (x: number): number => (Math.abs(x) < 1e-300 ? 1e-300 : x)
