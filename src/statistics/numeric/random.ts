import { InvalidArgument } from '../result.ts'
import { poissonMass } from './gamma.ts'

/** A seeded generator: the same seed gives the same stream on every machine. Not for secrets. */
export type Random = {
  /** 32 random bits. */
  bits: () => number
  /** In [0, 1), 53 bits. */
  uniform: () => number
  /** In 0..bound-1, without bias. */
  integer: (bound: number) => number
  /** The same, one after another, into the whole array: half the time of as many calls. */
  fill: (rows: Uint32Array, bound: number) => void
  normal: () => number
  binomial: (n: number, p: number) => number
}

/** xoshiro128** (Blackman, Vigna 2021) seeded through splitmix32. */
export const createRandom = (seed: number): Random => {
  if (!Number.isSafeInteger(seed)) throw new InvalidArgument('seed', `must be a whole number, got ${seed}`)
  let [a, b, c, d] = seedWords(seed)
  const bits = (): number => {
    const x = Math.imul(b, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  const uniform = (): number => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992
  const integer = (bound: number): number => {
    if (bound > 2097152) return Math.floor(uniform() * bound)
    // Lemire's multiply and reject; the 53-bit product is exact below a bound of 2^21, above it 53 uniform bits leave a bias under 2^-32
    let x = bits()
    let low = Math.imul(x, bound) >>> 0
    if (low < bound) {
      const threshold = 4294967296 % bound
      while (low < threshold) {
        x = bits()
        low = Math.imul(x, bound) >>> 0
      }
    }
    return (x * bound - low) * 2 ** -32
  }
  const fill = (rows: Uint32Array, bound: number): void => {
    if (bound > 2097152) {
      for (let i = 0; i < rows.length; i += 1) rows[i] = integer(bound)
      return
    }
    const threshold = 4294967296 % bound
    // the state in locals: written back once
    let [p, q, r, s] = [a, b, c, d]
    for (let i = 0; i < rows.length; ) {
      const y = Math.imul(q, 5)
      const x = Math.imul((y << 7) | (y >>> 25), 9) >>> 0
      const t = q << 9
      r ^= p
      s ^= q
      q ^= r
      p ^= s
      r ^= t
      s = (s << 11) | (s >>> 21)
      const low = Math.imul(x, bound) >>> 0
      if (low < threshold) continue
      rows[i] = (x * bound - low) * 2 ** -32
      i += 1
    }
    ;[a, b, c, d] = [p, q, r, s]
  }
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { bits, uniform, integer, fill, normal, binomial: (n, p) => drawBinomial(n, p, uniform) }
}

const seedWords = (seed: number): [number, number, number, number] => {
  let state = (seed ^ Math.imul(Math.floor(seed / 4294967296), 0x9e3779b9)) >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) | 0
  }
  return [next(), next(), next(), next()]
}

/** Exact for every n: inversion from zero when n·p is small, else inversion from the mode outwards. */
const drawBinomial = (n: number, p: number, uniform: () => number): number => {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - drawBinomial(n, 1 - p, uniform)
  return n * p < 10 ? invertFromZero(n, p, uniform()) : invertFromMode(n, p, uniform())
}

const invertFromZero = (n: number, p: number, u: number): number => {
  const odds = p / (1 - p)
  let mass = Math.exp(n * Math.log1p(-p))
  let left = u
  let k = 0
  while (left > mass && k < n) {
    left -= mass
    k += 1
    mass *= ((n - k + 1) / k) * odds
  }
  return k
}

/** Walks mode, mode+1, mode-1, …: some √(n·p·q) steps. */
const invertFromMode = (n: number, p: number, u: number): number => {
  const odds = p / (1 - p)
  const mode = Math.floor((n + 1) * p)
  let left = u - modeMass(n, p, mode)
  let up = mode
  let down = mode
  let upMass = u - left
  let downMass = upMass
  while (left > 0) {
    if (up >= n && down <= 0) break
    if (up < n) {
      up += 1
      upMass *= ((n - up + 1) / up) * odds
      left -= upMass
      if (left <= 0) return up
    }
    if (down > 0) {
      downMass *= down / ((n - down + 1) * odds)
      down -= 1
      left -= downMass
      if (left <= 0) return down
    }
  }
  return mode
}

/** The mass at the mode; cached because a bootstrap draws many times with one n and p. */
let cached = { n: -1, p: -1, mass: 0 }
const modeMass = (n: number, p: number, mode: number): number => {
  if (cached.n !== n || cached.p !== p) {
    // Poisson masses cancel to the binomial: C(n,k) p^k q^(n-k) = Po(k; np) Po(n-k; nq) / Po(n; n)
    cached = { n, p, mass: (poissonMass(mode, n * p) * poissonMass(n - mode, n * (1 - p))) / poissonMass(n, n) }
  }
  return cached.mass
}

/** Fisher-Yates, in place. */
export const shuffle = (values: { length: number; [i: number]: number }, random: Random): void => {
  for (let i = values.length - 1; i > 0; i -= 1) {
    const j = random.integer(i + 1)
    const held = values[i]!
    values[i] = values[j]!
    values[j] = held
  }
}
