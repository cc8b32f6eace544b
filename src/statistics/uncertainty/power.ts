import { checkNumber } from '../columns.ts'
import { normalCdf, normalQuantile } from '../numeric/distributions.ts'
import { notDefined, type Undefined } from '../result.ts'
import { cohenH } from './effect-size.ts'

export type PowerOptions = { alpha?: number /** Size of the second group over that of the first. */; ratio?: number }

/**
 * Chance that a two-sided z test finds a standardised effect with n rows in the first group.
 * @formula Φ(|d|√(n r/(1+r)) - z_{α/2}) + the other tail
 * @range 0..1
 * @source Cohen 1988
 * @equals statsmodels NormalIndPower().power
 */
export const normalPower = (effect: number, n: number, { alpha = 0.05, ratio = 1 }: PowerOptions = {}): number => {
  check({ alpha, ratio })
  checkNumber('effect', effect)
  checkNumber('n', n, 0)
  const z = normalQuantile(1 - alpha / 2)
  const shift = effect * Math.sqrt((n * ratio) / (1 + ratio))
  return normalCdf(shift - z) + normalCdf(-shift - z)
}

/**
 * Rows of the first group needed to find a standardised effect, not rounded; the far tail is counted too.
 * @formula the n at which normalPower is the power asked
 * @range above 0
 * @source Cohen 1988
 * @equals statsmodels NormalIndPower().solve_power
 */
export const normalSampleSize = (effect: number, power = 0.8, options: PowerOptions = {}): number | Undefined => {
  checkNumber('power', power, 0.001, 0.999999)
  if (effect === 0) return notDefined('no sample finds an effect of 0')
  if (power <= (options.alpha ?? 0.05)) return notDefined('a power not above alpha needs no sample')
  let low = 0
  let high = 1
  while (normalPower(effect, high, options) < power) high *= 2
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i += 1) {
    const middle = (low + high) / 2
    if (normalPower(effect, middle, options) < power) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Rows per group needed to tell two proportions apart, on the arcsine scale.
 * @formula normalSampleSize of Cohen's h
 * @range above 0
 * @source Cohen 1988
 * @equals statsmodels NormalIndPower().solve_power(proportion_effectsize(p₁, p₂))
 */
export const proportionSampleSize = (first: number, second: number, power = 0.8, options: PowerOptions = {}): number | Undefined =>
  normalSampleSize(cohenH(first, second), power, options)

/**
 * Rows needed for an interval of a proportion no wider than ± half, at the worst or at a given proportion.
 * @formula z² p(1-p)/half²
 * @range above 0
 * @source Cochran 1963
 * @equals statsmodels samplesize_confint_proportion
 */
export const precisionSampleSize = (half: number, proportion = 0.5, level = 0.95): number => {
  checkNumber('half', half, 1e-9, 1)
  checkNumber('proportion', proportion, 0, 1)
  checkNumber('level', level, 1e-9, 1 - 1e-12)
  return (normalQuantile(0.5 + level / 2) ** 2 * proportion * (1 - proportion)) / half ** 2
}

const check = ({ alpha, ratio }: Required<PowerOptions>): void => {
  checkNumber('alpha', alpha, 1e-12, 1 - 1e-12)
  checkNumber('ratio', ratio, 1e-9, 1e9)
}
