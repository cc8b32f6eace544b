import { checkLevel, checkNumber, type Numbers, sameLength } from '../columns.ts'
import { chiSquareQuantile } from '../numeric/distributions.ts'
import { estimate, InvalidArgument, notDefined, type Result } from '../result.ts'

/** `laplace` adds ½ to every bin; `floor` is Evidently's: an empty bin counts as `floorValue`. */
export type PsiOptions = { zeros?: 'laplace' | 'floor'; floorValue?: number }

/**
 * Population stability index between counts of the same bins.
 * @formula Σ (p-q) ln(p/q); with `laplace` p = (c+½)/(m+K/2)
 * @range 0..∞, lower is steadier; compare with psiThreshold, not with the folklore 0.1 and 0.25
 * @source Lewis 1994; Yurdakul 2018 for the null distribution
 * @equals the formula in numpy; with zeros 'floor' Evidently's psi on the same bins
 */
export const psi = (reference: Numbers, current: Numbers, { zeros = 'laplace', floorValue = 1e-4 }: PsiOptions = {}): Result => {
  const [m, n] = checkBins(reference, current)
  if (m === 0 || n === 0) return notDefined('a sample is empty')
  const k = reference.length
  const share = (count: number, total: number): number =>
    zeros === 'laplace' ? (count + 0.5) / (total + k / 2) : Math.max(count / total, count === 0 ? floorValue : 0)
  let value = 0
  for (let i = 0; i < k; i += 1) {
    const p = share(reference[i]!, m)
    const q = share(current[i]!, n)
    value += (p - q) * Math.log(p / q)
  }
  return estimate(value, m + n)
}

/**
 * The PSI that unchanged data of these sizes exceeds with probability α: bins need an expected count of 5.
 * @formula χ²_{K-1, 1-α} (1/m + 1/n)
 * @range 0..∞
 * @source Yurdakul 2018
 * @equals simulation (false alarms .011 to .015 at α = .01)
 */
export const psiThreshold = (bins: number, m: number, n: number, alpha = 0.01): Result => {
  checkLevel(alpha)
  checkNumber('m', m, 0)
  checkNumber('n', n, 0)
  if (bins < 2) return notDefined('fewer than two bins')
  if (m === 0 || n === 0) return notDefined('a sample is empty')
  return estimate(chiSquareQuantile(1 - alpha, bins - 1) * (1 / m + 1 / n), m + n)
}

/** Sizes of both samples; throws on a negative count. */
export const checkBins = (reference: Numbers, current: Numbers): [number, number] => {
  sameLength('current', current, reference.length)
  const total = (argument: string, counts: Numbers): number => {
    let sum = 0
    for (let i = 0; i < counts.length; i += 1) {
      const count = counts[i]!
      if (!(count >= 0 && count < Infinity)) throw new InvalidArgument(argument, `must hold finite counts, bin ${i} is ${count}`)
      sum += count
    }
    return sum
  }
  return [total('reference', reference), total('current', current)]
}
