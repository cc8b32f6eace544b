import { checkNumber, type Numbers } from '../columns.ts'
import { normalDensity, normalQuantile, normalSurvival } from '../numeric/distributions.ts'
import { InvalidArgument } from '../result.ts'

export type Spending = 'obrien-fleming' | 'pocock'

/** The bound on |z| at each planned look, and the error spent up to it. */
export type GroupBound = { information: number; z: number; spent: number }

const GRID = 2000

/**
 * Two-sided bounds for a few planned looks, at shares of the final sample: reject at the first |z| above its bound.
 * @formula Lan-DeMets spending, half the error on each side: 2(2 - 2Φ(z_{α/4}/√t)) or α ln(1+(e-1)t); bounds by integrating over the paths that went on (Armitage et al. 1969)
 * @range z above 0
 * @source Lan, DeMets 1983
 * @equals ldbounds (R): 4.8769 3.3569 2.6803 2.2898 2.0310 for five O'Brien-Fleming looks at α = .05
 */
export const groupSequentialBounds = (
  information: Numbers,
  { alpha = 0.05, spending = 'obrien-fleming' }: { alpha?: number; spending?: Spending } = {},
): GroupBound[] => {
  checkNumber('alpha', alpha, 1e-9, 0.5)
  const spent = Array.from(information, (t, k) => {
    if (!(t > (k === 0 ? 0 : information[k - 1]!) && t <= 1))
      throw new InvalidArgument('information', `must rise from above 0 to at most 1, look ${k} is ${t}`)
    return spending === 'obrien-fleming' ? 4 * normalSurvival(normalQuantile(1 - alpha / 4) / Math.sqrt(t)) : alpha * Math.log(1 + (Math.E - 1) * t)
  })
  let density: Path | null = null
  return Array.from(information, (t, k) => {
    const share = spent[k]! - (k === 0 ? 0 : spent[k - 1]!)
    const step = t - (k === 0 ? 0 : information[k - 1]!)
    const bound = density === null ? normalQuantile(1 - share / 2) * Math.sqrt(t) : boundFor(density, step, share)
    if (k + 1 < information.length) density = advance(density, step, bound)
    return { information: t, z: bound / Math.sqrt(t), spent: spent[k]! }
  })
}

/** Density of the score over -edge..edge for those that went on, at equal steps. */
type Path = { edge: number; values: Float64Array }

/** Chance to be beyond ±bound at the next look. */
const exitChance = ({ edge, values }: Path, step: number, bound: number): number => {
  const scale = Math.sqrt(step)
  return integrate(edge, values, (u) => normalSurvival((bound - u) / scale) + normalSurvival((bound + u) / scale))
}

const boundFor = (path: Path, step: number, share: number): number => {
  let low = 0
  let high = path.edge + 12 * Math.sqrt(step)
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2
    if (exitChance(path, step, middle) > share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const advance = (path: Path | null, step: number, edge: number): Path => {
  const scale = Math.sqrt(step)
  const values = new Float64Array(GRID + 1)
  // the bounds are symmetric, and so is the density
  for (let i = 0; i <= GRID / 2; i += 1) {
    const x = -edge + (2 * edge * i) / GRID
    const at = path === null ? normalDensity(x / scale) / scale : integrate(path.edge, path.values, (u) => normalDensity((x - u) / scale) / scale)
    values[i] = at
    values[GRID - i] = at
  }
  return { edge, values }
}

/** Simpson's rule of density times f. */
const integrate = (edge: number, values: Float64Array, f: (u: number) => number): number => {
  const step = (2 * edge) / GRID
  let total = 0
  for (let i = 0; i <= GRID; i += 1) {
    const weight = i === 0 || i === GRID ? 1 : i % 2 === 1 ? 4 : 2
    total += weight * values[i]! * f(-edge + i * step)
  }
  return (total * step) / 3
}
