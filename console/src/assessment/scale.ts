import type { ReportRow } from '../app/api-types.gen.ts'

/** The scale on which a figure is drawn: shares on 0..1, differences from -1 when they can be negative, ratios as far as they reach. */
export const scaleOf = (row: Pick<ReportRow, 'value' | 'interval' | 'threshold'>) => {
  const ends = [row.value, row.interval?.low, row.interval?.high, row.threshold?.at_least, row.threshold?.at_most].filter(
    (end): end is number => typeof end === 'number',
  )
  return { from: Math.min(0, ...ends), to: Math.max(1, ...ends) }
}

export const thresholdText = (threshold: ReportRow['threshold']) => {
  if (threshold?.at_least !== undefined) return `at least ${threshold.at_least}`
  if (threshold?.at_most !== undefined) return `at most ${threshold.at_most}`
  return '–'
}

/** In words, for those who do not see the drawing. */
export const rowText = ({ metric, value, interval, threshold }: ReportRow) =>
  [
    metric.replaceAll('_', ' '),
    value?.toFixed(3) ?? 'undefined',
    interval && `interval ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`,
    threshold && `threshold ${thresholdText(threshold)}`,
  ]
    .filter(Boolean)
    .join(', ')
