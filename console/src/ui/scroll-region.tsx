import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** What may be wider than the page scrolls by itself, and can be reached and scrolled with the keyboard. */
export const ScrollRegion = ({ label, className, children }: { label: string; className?: string; children: ReactNode }) => (
  // `relative`: hidden text for screen readers is placed absolutely, and would widen the page from outside of what scrolls.
  // biome-ignore lint/a11y/noNoninteractiveTabindex: axe demands it (scrollable-region-focusable).
  <section aria-label={label} tabIndex={0} className={cx('relative overflow-x-auto [scrollbar-width:thin]', className)}>
    {children}
  </section>
)
