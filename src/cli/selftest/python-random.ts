/**
 * Python's `random.Random(seed)`: MT19937 (Matsumoto, Nishimura 1998) seeded by an array, 53-bit doubles. Published examples of drift detectors are told as
 * such streams; nothing else may draw from it.
 */
export type PythonRandom = {
  random: () => number
  /** `random.choices(options, weights=…, k=…)`. */
  choices: (options: readonly number[], k: number, weights?: readonly number[]) => number[]
}

const N = 624
const M = 397

export const pythonRandom = (seed: number): PythonRandom => {
  const state = seededByArray(seed)
  let at = N
  const bits = (): number => {
    if (at === N) {
      twist(state)
      at = 0
    }
    let y = state[at]!
    at += 1
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }
  const random = (): number => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992
  return {
    random,
    choices: (options, k, weights) =>
      Array.from({ length: k }, () => options[weights === undefined ? Math.floor(random() * options.length) : weighted(weights, random())]!),
  }
}

const weighted = (weights: readonly number[], u: number): number => {
  const total = weights.reduce((a, b) => a + b, 0)
  const sums = weights.map((_, i) => weights.slice(0, i + 1).reduce((a, b) => a + b, 0))
  return sums.findIndex((sum) => sum > u * total)
}

const seededByArray = (seed: number): Uint32Array => {
  const state = new Uint32Array(N)
  state[0] = 19650218
  for (let i = 1; i < N; i += 1) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i
  let i = 1
  const step = (): void => {
    i += 1
    if (i < N) return
    state[0] = state[N - 1]!
    i = 1
  }
  const mixed = (): number => state[i - 1]! ^ (state[i - 1]! >>> 30)
  for (let k = 0; k < N; k += 1) {
    state[i] = (state[i]! ^ Math.imul(mixed(), 1664525)) + seed
    step()
  }
  for (let k = 1; k < N; k += 1) {
    state[i] = (state[i]! ^ Math.imul(mixed(), 1566083941)) - i
    step()
  }
  state[0] = 0x80000000
  return state
}

const twist = (state: Uint32Array): void => {
  for (let k = 0; k < N; k += 1) {
    const y = (state[k]! & 0x80000000) | (state[(k + 1) % N]! & 0x7fffffff)
    state[k] = state[(k + M) % N]! ^ (y >>> 1) ^ ((y & 1) === 1 ? 0x9908b0df : 0)
  }
}
