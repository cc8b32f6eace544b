import { checkCount, checkNumber } from '../columns.ts'
import { estimate, notDefined, type Result } from '../result.ts'
import { criticalZ } from './proportion.ts'

/** What a detector was found to be on labelled rows. */
export type DetectorQuality = { sensitivity: number; sensitivityN: number; specificity: number; specificityN: number }

/**
 * True rate behind a detector that errs: attack success as a judge sees it, corrected for the judge's misses and false alarms. The interval carries the
 * uncertainty of all three.
 * @formula (p + Sp - 1)/(Se + Sp - 1), clipped to 0..1; interval after adding z²/2 to the sample and one to each class of the validation
 * @range 0..1
 * @source Rogan, Gladen 1978; Lang, Reiczigel 2014 for the interval
 * @equals the published formulas in numpy
 */
export const roganGladen = (positives: number, n: number, quality: DetectorQuality, level = 0.95): Result => {
  checkCount('n', n)
  checkCount('positives', positives, 0, n)
  checkNumber('sensitivity', quality.sensitivity, 0, 1)
  checkNumber('specificity', quality.specificity, 0, 1)
  checkCount('sensitivityN', quality.sensitivityN, 1)
  checkCount('specificityN', quality.specificityN, 1)
  if (n === 0) return notDefined('no rows')
  const youden = quality.sensitivity + quality.specificity - 1
  if (youden <= 0) return notDefined('the detector is no better than chance')
  return estimate(clip((positives / n + quality.specificity - 1) / youden), n, langReiczigel(positives, n, quality, level))
}

const langReiczigel = (positives: number, n: number, quality: DetectorQuality, level: number) => {
  const z = criticalZ(level)
  const size = n + z * z
  const p = (positives + (z * z) / 2) / size
  const se = (quality.sensitivityN * quality.sensitivity + 1) / (quality.sensitivityN + 2)
  const sp = (quality.specificityN * quality.specificity + 1) / (quality.specificityN + 2)
  const youden = se + sp - 1
  if (youden <= 0) return null
  const prevalence = (p + sp - 1) / youden
  const shift = 2 * z * z * ((prevalence * se * (1 - se)) / quality.sensitivityN - ((1 - prevalence) * sp * (1 - sp)) / quality.specificityN)
  const spread =
    (p * (1 - p)) / size + (prevalence ** 2 * se * (1 - se)) / quality.sensitivityN + ((1 - prevalence) ** 2 * sp * (1 - sp)) / quality.specificityN
  const half = (z * Math.sqrt(spread)) / youden
  return { low: clip(prevalence + shift - half), high: clip(prevalence + shift + half), level, method: 'lang-reiczigel' }
}

const clip = (x: number): number => Math.min(1, Math.max(0, x))
