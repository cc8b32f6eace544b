import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { cx } from './cx.ts'

type PageProps = {
  title: string
  lead?: ReactNode
  marks?: ReactNode
  actions?: ReactNode
  back?: { to: string; label: string }
  children: ReactNode
}

/** Every page: where am I, what is it, what can I do here, closed by the graduated border of a chart. */
export const Page = ({ title, lead, marks, actions, back, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Plimsoll`
  }, [title])
  return (
    <div className="mx-auto w-full max-w-[1180px] px-5 pt-5 pb-16 lg:px-8">
      <header className="flex flex-wrap items-end gap-x-6 gap-y-3 pb-4">
        <div className="min-w-0 flex-1 basis-80">
          {back && (
            <Link to={back.to} className="text-xs font-medium text-deep hover:underline">
              ← {back.label}
            </Link>
          )}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
            {marks}
          </div>
          {lead && <div className="mt-1 max-w-[96ch] text-sm text-pretty text-ink-soft">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      <div aria-hidden className="chart-scale mb-6" />
      <div className="flex flex-col gap-7">{children}</div>
    </div>
  )
}

type SectionProps = { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode; className?: string }

export const Section = ({ title, note, actions, children, className }: SectionProps) => (
  <section className={cx('min-w-0', className)} aria-label={title}>
    <div className="mb-2 flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
      <h2 className="text-base font-semibold">{title}</h2>
      {note && <div className="text-sm text-ink-soft">{note}</div>}
      {actions && <div className="ml-auto flex flex-wrap gap-2">{actions}</div>}
    </div>
    {children}
  </section>
)

export const Panel = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className={cx('rounded-lg border border-rule bg-surface p-4', className)}>{children}</div>
)

/** Facts about one thing, as a definition list; an absent fact is shown as absent. */
export const Facts = ({ items, columns = 2 }: { items: [string, ReactNode][]; columns?: 1 | 2 | 3 }) => (
  <dl
    className={cx(
      'grid gap-x-8 rounded-lg border border-rule bg-surface px-4 py-2',
      columns === 2 && 'md:grid-cols-2',
      columns === 3 && 'md:grid-cols-2 lg:grid-cols-3',
    )}
  >
    {items.map(([term, value]) => (
      <div key={term} className="flex min-w-0 gap-3 py-1.5">
        <dt className="w-32 shrink-0 text-ink-soft">{term}</dt>
        <dd className="min-w-0 break-words">{value === false || value == null ? <span className="text-ink-soft">–</span> : value}</dd>
      </div>
    ))}
  </dl>
)
