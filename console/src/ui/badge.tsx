import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { words } from './format.ts'

export type Tone = 'neutral' | 'good' | 'bad' | 'warn' | 'info' | 'now'

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-soft',
  good: 'bg-starboard-tint text-starboard',
  bad: 'bg-port-tint text-port',
  warn: 'bg-buff-tint text-buff',
  info: 'bg-shallow text-deep',
  now: 'bg-light-tint text-light',
}

export const Badge = ({ tone = 'neutral', children, title }: { tone?: Tone; children: ReactNode; title?: string | undefined }) => (
  <span title={title} className={cx('inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap', tones[tone])}>
    {children}
  </span>
)

/** Whatever the built-in simulator touched says so, everywhere, in the same way. */
export const Simulated = () => (
  <span
    title="Answered by the built-in simulator: no real model was called."
    className="inline-flex h-5 items-center rounded-sm border border-dashed border-light px-1.5 text-xs font-medium text-light"
  >
    simulated
  </span>
)

/** One word, one colour, in every room. A word that is missing here is neutral. */
const tonesByStatus: Record<string, Tone> = {
  approved: 'good',
  serving: 'good',
  passed: 'good',
  pass: 'good',
  succeeded: 'good',
  completed: 'good',
  active: 'good',
  resolved: 'good',
  published: 'good',
  verified: 'good',
  ok: 'good',
  accepted: 'good',
  met: 'good',
  ready: 'good',
  complete: 'good',
  suspended: 'bad',
  refused: 'bad',
  rejected: 'bad',
  failed: 'bad',
  fail: 'bad',
  revoked: 'bad',
  blocked: 'bad',
  block: 'bad',
  critical: 'bad',
  high: 'bad',
  sev1: 'bad',
  sev2: 'bad',
  withdrawn: 'bad',
  breached: 'bad',
  firing: 'bad',
  missing: 'bad',
  expired: 'warn',
  expiring: 'warn',
  medium: 'warn',
  pending: 'warn',
  in_review: 'warn',
  review: 'warn',
  open: 'warn',
  sev3: 'warn',
  flagged: 'warn',
  flag: 'warn',
  inconclusive: 'warn',
  escalated: 'warn',
  overdue: 'warn',
  mitigating: 'warn',
  undefined: 'warn',
  running: 'info',
  queued: 'info',
  acknowledged: 'info',
  masked: 'info',
  mask: 'info',
  mitigated: 'info',
  draft: 'neutral',
  proposed: 'info',
  invited: 'info',
  cancelling: 'info',
}

const glyphs: Record<Tone, string> = { good: '●', bad: '■', warn: '▲', info: '◆', neutral: '○', now: '◆' }

export const toneOf = (status: string): Tone => tonesByStatus[status.toLowerCase()] ?? 'neutral'

/** The shape of the glyph says the same as the colour, for those who do not see the colour. */
export const StatusPill = ({ status }: { status: string }) => {
  const tone = toneOf(status)
  return (
    <Badge tone={tone}>
      <span aria-hidden className="text-[0.5rem] leading-none">
        {glyphs[tone]}
      </span>
      {words(status)}
    </Badge>
  )
}
