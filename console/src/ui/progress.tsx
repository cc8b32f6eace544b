import { duration } from './format.ts'

/** Done of total, with the estimate in words; without a total it only says that it moves. */
export const ProgressBar = ({
  label,
  done,
  total,
  etaMs,
}: {
  label: string
  done: number
  total: number | null
  etaMs?: number | null | undefined
}) => {
  const share = total ? Math.min(1, done / total) : 0
  return (
    <div>
      <div className="mb-1 flex flex-wrap justify-between gap-x-4 text-sm">
        <span className="font-medium">{label}</span>
        <span className="text-ink-soft tabular-nums">
          {total === null ? `${done} done` : `${done} of ${total}`}
          {etaMs != null && etaMs > 0 && ` · about ${duration(etaMs)} left`}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        className="h-2 overflow-hidden rounded-full bg-sunken inset-ring inset-ring-rule"
      >
        <div className="h-full rounded-full bg-deep transition-[width] duration-300" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  )
}
