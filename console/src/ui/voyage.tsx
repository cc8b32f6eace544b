import { cx } from './cx.ts'
import { Mark } from './mark.tsx'

export type Leg = { name: string; state: 'done' | 'here' | 'ahead' | 'stopped'; note?: string | undefined }

const looks: Record<Leg['state'], string> = {
  done: 'text-starboard',
  here: 'text-light',
  ahead: 'text-rule-strong',
  stopped: 'text-port',
}
const spoken: Record<Leg['state'], string> = { done: 'done', here: 'now', ahead: 'ahead', stopped: 'stopped' }

/** How far a release has come: each leg a load line, the next one lit. */
export const Voyage = ({ legs, label }: { legs: Leg[]; label: string }) => (
  <ol aria-label={label} className="grid gap-y-3 rounded-lg border border-rule bg-surface p-4 sm:auto-cols-fr sm:grid-flow-col">
    {legs.map((leg) => (
      <li key={leg.name} aria-current={leg.state === 'here' ? 'step' : undefined} className="relative flex gap-3 sm:block">
        <span className={cx('flex items-center', looks[leg.state])}>
          <Mark size={22} />
          <span aria-hidden className="hidden h-px flex-1 bg-current sm:block [li:last-child_&]:hidden" />
        </span>
        <span className="block pr-3 sm:mt-1.5">
          <span className={cx('block text-sm font-semibold', leg.state === 'ahead' && 'text-ink-soft')}>{leg.name}</span>
          <span className="sr-only">{spoken[leg.state]}. </span>
          {leg.note && <span className="block text-xs text-ink-soft">{leg.note}</span>}
        </span>
      </li>
    ))}
  </ol>
)
