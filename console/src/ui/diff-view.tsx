import { cx } from './cx.ts'
import { type DiffLine, diffLines } from './diff.ts'
import { ScrollRegion } from './scroll-region.tsx'

const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '−' }
const looks: Record<DiffLine['kind'], string> = { same: 'text-ink-soft', added: 'bg-starboard-tint text-ink', removed: 'bg-port-tint text-ink' }
const spoken: Record<DiffLine['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' }

export const DiffView = ({ label, before, after }: { label: string; before: string; after: string }) => {
  const lines = diffLines(before, after)
  if (lines.every((line) => line.kind === 'same')) return <p className="text-ink-soft">No differences.</p>
  return (
    <ScrollRegion label={label} className="max-h-128 overflow-y-auto rounded-lg border border-rule bg-surface py-1 font-mono text-xs leading-5">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a finished difference never move.
        <div key={index} className={cx('flex min-w-fit px-3 whitespace-pre-wrap', looks[line.kind])}>
          <span aria-hidden className="w-5 shrink-0 select-none">
            {signs[line.kind]}
          </span>
          <span className="sr-only">{spoken[line.kind]}</span>
          <span>{line.text || ' '}</span>
        </div>
      ))}
    </ScrollRegion>
  )
}
