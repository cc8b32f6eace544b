import { dawidSkene } from '../agreement/dawid-skene.ts'
import { fleissKappa, gwetAc } from '../agreement/kappa.ts'
import { krippendorffAlpha } from '../agreement/krippendorff.ts'
import { classifierDrift } from '../drift/classifier.ts'
import { kolmogorovSmirnov } from '../drift/kolmogorov.ts'
import { maximumMeanDiscrepancy } from '../drift/mmd.ts'
import { driftReport } from '../drift/report.ts'
import { fairnessFrame } from '../fairness/frame.ts'
import { consistency, flipTest } from '../fairness/individual.ts'
import { bootstrapMean } from '../uncertainty/bootstrap.ts'
import { pairedPermutationTest } from '../uncertainty/permutation.ts'

/**
 * What is worth a thread of its own and can go there: functions of data alone. (A model or a statistic given as a function cannot cross; who has one
 * calls the library from a worker of his own.)
 */
export const heavy = {
  bootstrapMean,
  classifierDrift,
  consistency,
  dawidSkene,
  driftReport,
  fairnessFrame,
  fleissKappa,
  flipTest,
  gwetAc,
  kolmogorovSmirnov,
  krippendorffAlpha,
  maximumMeanDiscrepancy,
  pairedPermutationTest,
} as const

export type Heavy = typeof heavy
export type HeavyName = keyof Heavy

/** The argument that takes the signal and reports progress; the others run to their end, and are stopped with their thread. */
export const runningArgument: Partial<Record<HeavyName, number>> = {
  bootstrapMean: 1,
  classifierDrift: 2,
  consistency: 3,
  dawidSkene: 1,
  driftReport: 1,
  fleissKappa: 2,
  flipTest: 3,
  gwetAc: 1,
  krippendorffAlpha: 1,
  maximumMeanDiscrepancy: 2,
  pairedPermutationTest: 2,
}
