import { Actor } from '../audit/audit.tsx'
import { TextLink } from '../ui/button.tsx'
import { sentence } from '../ui/format.ts'
import { Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import type { AuditEntry } from './api-types.gen.ts'
import { useList } from './queries.ts'
import { useMay } from './session.ts'

/** The last changes, for those who may read the log. */
export const Lately = () => {
  const mayRead = useMay()('administrator', 'auditor', 'approver', 'responder')
  const entries = useList<AuditEntry>('/audit', { limit: 8 }, { refetchEveryMs: 10_000, enabled: mayRead })
  if (entries.items.length === 0) return null
  return (
    <Section title="Lately" actions={<TextLink to="/audit">All of it</TextLink>}>
      <Table
        label="The last changes"
        rows={entries.items.slice(0, 8)}
        rowKey={(entry) => String(entry.seq)}
        columns={[
          { head: 'When', width: '9rem', cell: (entry) => <When at={entry.at} /> },
          { head: 'Who', cell: (entry) => <Actor actor={entry.actor} /> },
          { head: 'Did', cell: (entry) => sentence(entry.action.split('.').at(-1) ?? '') },
          { head: 'In', cell: (entry) => <span className="text-ink-soft">{entry.action.split('.')[0]}</span> },
          { head: 'To', cell: (entry) => <code className="font-mono text-xs">{entry.subject.id.slice(0, 34)}</code> },
        ]}
      />
    </Section>
  )
}
