import { Action, Actor } from '../audit/audit.tsx'
import { Subject } from '../audit/subject.tsx'
import { TextLink } from '../ui/button.tsx'
import { ReadFailed } from '../ui/loaded.tsx'
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
  if (entries.error && entries.items.length === 0) return <ReadFailed error={entries.error} retry={entries.refetch} />
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
          { head: 'Did', cell: (entry) => <Action action={entry.action} /> },
          { head: 'To', cell: (entry) => <Subject entry={entry} /> },
        ]}
      />
    </Section>
  )
}
