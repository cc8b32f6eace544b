import { cx } from './cx.ts'

type IntervalProps = {
  value: number
  low: number
  high: number /** Ends of the scale. */
  from: number
  to: number
  threshold?: number | undefined
  isMet?: boolean | undefined
  label: string
}

/** A figure with its interval on a scale, and the bound that it must clear: what the gate looks at is the near end of the whisker. */
export const Interval = ({ value, low, high, from, to, threshold, isMet, label }: IntervalProps) => {
  // A little room at both ends, so that a whisker at the end of the scale is not taken for one that is cut off.
  const place = (x: number) => `${(1.5 + Math.min(1, Math.max(0, (x - from) / (to - from || 1))) * 97).toFixed(2)}%`
  const colour = isMet === undefined ? 'text-deep' : isMet ? 'text-starboard' : 'text-port'
  return (
    <svg role="img" aria-label={label} className={cx('h-5 w-full min-w-28', colour)}>
      <line x1="0" x2="100%" y1="10" y2="10" stroke="var(--rule)" />
      <line x1={place(low)} x2={place(high)} y1="10" y2="10" stroke="currentColor" strokeWidth="3" />
      <line x1={place(low)} x2={place(low)} y1="6" y2="14" stroke="currentColor" strokeWidth="1.5" />
      <line x1={place(high)} x2={place(high)} y1="6" y2="14" stroke="currentColor" strokeWidth="1.5" />
      <circle cx={place(value)} cy="10" r="3.5" fill="currentColor" />
      {threshold !== undefined && (
        <line x1={place(threshold)} x2={place(threshold)} y1="1" y2="19" stroke="var(--ink)" strokeDasharray="2 2" strokeWidth="1.5" />
      )}
    </svg>
  )
}
