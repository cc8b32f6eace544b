import { binary, checkWeights, encode, type Labels, type Numbers, sameLength } from '../columns.ts'
import { InvalidArgument } from '../result.ts'
import type { Share } from '../uncertainty/difference.ts'

/** Confusion counts of one group; weights make them fractions. */
export type GroupCell = { group: number | string | boolean; tp: number; fp: number; fn: number; tn: number }

export type GroupInput = { labels: Labels; predictions: Labels; groups: Labels; weights?: Numbers }

/**
 * The one pass over the rows that every group metric stands on: TP, FP, FN, TN by group, groups in ascending order.
 * @formula Σ w·1[group, y, ŷ]
 * @range 0..Σw
 * @source Fairlearn MetricFrame; Aequitas
 * @equals fairlearn.metrics.MetricFrame(count, …).by_group
 */
export const countByGroup = ({ labels, predictions, groups, weights }: GroupInput): GroupCell[] => {
  const y = binary('labels', labels)
  const p = binary('predictions', predictions)
  sameLength('predictions', predictions, y.length)
  sameLength('groups', groups, y.length)
  const w = checkWeights(weights, y.length)
  const { codes, names } = encode('groups', groups)
  const flat = new Float64Array(names.length * 4)
  if (w === null) for (let i = 0; i < y.length; i += 1) flat[codes[i]! * 4 + y[i]! * 2 + p[i]!]! += 1
  else for (let i = 0; i < y.length; i += 1) flat[codes[i]! * 4 + y[i]! * 2 + p[i]!]! += w[i]!
  return names.map((group, g) => ({ group, tn: flat[g * 4]!, fp: flat[g * 4 + 1]!, fn: flat[g * 4 + 2]!, tp: flat[g * 4 + 3]! }))
}

/** Rates as successes out of n, so that each has its interval. */
export const rates = {
  selectionRate: ({ tp, fp, fn, tn }: GroupCell): Share => ({ successes: tp + fp, n: tp + fp + fn + tn }),
  baseRate: ({ tp, fp, fn, tn }: GroupCell): Share => ({ successes: tp + fn, n: tp + fp + fn + tn }),
  accuracy: ({ tp, fp, fn, tn }: GroupCell): Share => ({ successes: tp + tn, n: tp + fp + fn + tn }),
  truePositiveRate: ({ tp, fn }: GroupCell): Share => ({ successes: tp, n: tp + fn }),
  falsePositiveRate: ({ fp, tn }: GroupCell): Share => ({ successes: fp, n: fp + tn }),
  trueNegativeRate: ({ fp, tn }: GroupCell): Share => ({ successes: tn, n: fp + tn }),
  falseNegativeRate: ({ tp, fn }: GroupCell): Share => ({ successes: fn, n: tp + fn }),
  precision: ({ tp, fp }: GroupCell): Share => ({ successes: tp, n: tp + fp }),
  negativePredictiveValue: ({ tn, fn }: GroupCell): Share => ({ successes: tn, n: tn + fn }),
  falseDiscoveryRate: ({ tp, fp }: GroupCell): Share => ({ successes: fp, n: tp + fp }),
  falseOmissionRate: ({ tn, fn }: GroupCell): Share => ({ successes: fn, n: tn + fn }),
} as const

export type RateName = keyof typeof rates

/** Counts may come ready-made (a published table, a rollup) instead of rows. */
export const checkCells = (cells: readonly GroupCell[]): void => {
  for (const cell of cells) {
    for (const key of ['tp', 'fp', 'fn', 'tn'] as const) {
      if (!(cell[key] >= 0 && cell[key] < Infinity))
        throw new InvalidArgument(`cells.${key}`, `must be finite and not negative in group ${String(cell.group)}`)
    }
  }
}
