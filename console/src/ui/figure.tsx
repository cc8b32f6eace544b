import type { ReactNode } from 'react'

/** One large figure with its name; the row of them opens a page of measurements. */
export const Figure = ({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) => (
  <div className="min-w-0 border-l-2 border-rule-strong pl-3">
    <dt className="text-xs text-ink-soft">{name}</dt>
    <dd className="text-lg font-semibold tabular-nums">{value}</dd>
    {note && <dd className="text-xs text-ink-soft">{note}</dd>}
  </div>
)

export const Figures = ({ children }: { children: ReactNode }) => (
  <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">{children}</dl>
)
