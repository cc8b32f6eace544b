import type { ReactNode } from 'react'
import { cx } from './cx.ts'

const looks = {
  info: 'border-deep bg-shallow',
  warn: 'border-buff bg-buff-tint',
  bad: 'border-port bg-port-tint',
  good: 'border-starboard bg-starboard-tint',
}

export const Notice = ({
  tone = 'info',
  title,
  children,
  live = false,
}: {
  tone?: keyof typeof looks
  title?: string
  children?: ReactNode
  live?: boolean
}) => (
  <div role={live ? 'alert' : undefined} className={cx('rounded-md border-l-3 px-3.5 py-2.5 text-sm text-ink', looks[tone])}>
    {title && <p className="font-semibold">{title}</p>}
    {children}
  </div>
)

export const EmptyState = ({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) => (
  <div className="rounded-lg border border-dashed border-rule-strong px-6 py-9 text-center">
    <p className="text-base font-medium">{title}</p>
    {children && <div className="mx-auto mt-1 max-w-[60ch] text-ink-soft">{children}</div>}
    {action && <div className="mt-4 flex justify-center gap-2">{action}</div>}
  </div>
)
