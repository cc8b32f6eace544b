import { useNavigate, useSearch } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import type { AuditCheckpoint, AuditEntry } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { count } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Page, Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export type AuditFilter = { action?: string; subject_id?: string; actor?: string }

const rooms = ['registry', 'assessment', 'documentation', 'governance', 'access', 'safeguards', 'monitoring', 'incidents', 'feedback']

export const Audit = () => {
  const may = useMay()
  const filter = useSearch({ from: '/shell/audit' })
  const entries = useList<AuditEntry>('/audit', filter)
  return (
    <Page
      title="Audit"
      lead="Every change, in a log that cannot be changed unnoticed: a Merkle tree whose checkpoints are signed."
      actions={
        may('auditor', 'administrator') && (
          <a className={buttonClass('plain')} href="/api/v1/audit/export" download>
            Export for verification
          </a>
        )
      }
    >
      <Checkpoint />
      <Section title="Entries" actions={<RoomFilter filter={filter} />}>
        <ListTable
          label="Audit entries"
          list={entries}
          rowKey={(entry) => String(entry.seq)}
          empty={<EmptyState title="No entry matches" />}
          columns={[
            { head: 'No.', align: 'right', cell: (entry) => entry.seq },
            { head: 'When', cell: (entry) => <When at={entry.at} /> },
            { head: 'Who', cell: (entry) => <Actor actor={entry.actor} /> },
            { head: 'Did', cell: (entry) => <code className="font-mono text-xs">{entry.action}</code> },
            {
              head: 'To',
              cell: (entry) => (
                <span className="text-ink-soft">
                  {entry.subject.kind} <code className="font-mono text-xs text-ink">{entry.subject.id}</code>
                </span>
              ),
            },
            { head: 'Details', cell: (entry) => <Details details={entry.details} /> },
          ]}
        />
      </Section>
    </Page>
  )
}

export const Actor = ({ actor }: { actor: AuditEntry['actor'] }) => (
  <span className="flex items-center gap-1.5 whitespace-nowrap">
    {actor.name === actor.id ? <Who id={actor.id} /> : actor.name}
    {actor.kind !== 'person' && <Badge>{actor.kind}</Badge>}
  </span>
)

const Details = ({ details }: { details: AuditEntry['details'] }) => {
  const entries = Object.entries(details)
  if (entries.length === 0) return <span className="text-ink-soft">–</span>
  return (
    <details>
      <summary className="max-w-72 truncate text-ink-soft">{entries.map(([name]) => name).join(', ')}</summary>
      <pre className="mt-1 max-w-96 font-mono text-xs break-all whitespace-pre-wrap">{JSON.stringify(details, null, 2)}</pre>
    </details>
  )
}

const RoomFilter = ({ filter }: { filter: AuditFilter }) => {
  const navigate = useNavigate()
  return (
    <label className="flex items-center gap-2 text-sm text-ink-soft">
      Room
      <select
        className="h-8 rounded-md border border-rule-strong bg-surface px-2 text-ink"
        value={filter.action ?? ''}
        onChange={(event) => void navigate({ to: '/audit', search: event.target.value ? { ...filter, action: event.target.value } : {} })}
      >
        <option value="">all</option>
        {rooms.map((room) => (
          <option key={room} value={`${room}.`}>
            {room}
          </option>
        ))}
      </select>
    </label>
  )
}

const Checkpoint = () => {
  const checkpoint = useGet<AuditCheckpoint>('/audit/checkpoint')
  if (!checkpoint.data) return null
  const { size, note, verifier_key: key } = checkpoint.data
  return (
    <Section
      title="Newest checkpoint"
      note={`It covers ${count(size)} entries. Keep a copy elsewhere: a log that was rebuilt or cut short cannot match it.`}
    >
      <div className="grid gap-3 lg:grid-cols-2">
        <CodeBlock label="Signed note" text={note ?? 'No checkpoint has been signed yet.'} />
        <CodeBlock label="Verify an export offline" text={`npx plimsoll audit verify audit.jsonl \\\n  --public-key '${key}'`} />
      </div>
    </Section>
  )
}
