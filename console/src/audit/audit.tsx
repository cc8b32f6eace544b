import { useNavigate, useSearch } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import type { AuditCheckpoint, AuditEntry } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, buttonClass, TextLink } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Filter } from '../ui/filter.tsx'
import { count, instant, sentence, words } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { EmptyState, Notice } from '../ui/notice.tsx'
import { Page, Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { Subject } from './subject.tsx'

export type AuditFilter = { action?: string; subject_kind?: string; subject_id?: string; actor?: string }

/** As the server decides it (docs/permissions.md, `audit.read` and `audit.export`). */
const mayRead = ['administrator', 'approver', 'responder', 'auditor'] as const
const rooms = ['registry', 'assessment', 'documentation', 'governance', 'access', 'safeguards', 'monitoring', 'incidents', 'feedback']

export const Audit = () => {
  const may = useMay()
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
      {may(...mayRead) ? <Log /> : <NotYours />}
    </Page>
  )
}

/** Who may not read the log is told who may, and where their own records are. */
const NotYours = () => (
  <Notice title="Your roles do not open the log">
    <p>
      It is read by administrators, approvers, responders and auditors. An administrator gives roles under{' '}
      <TextLink to="/settings">Settings</TextLink>.
    </p>
    <p className="mt-1">
      What was decided about your own work is on its page: who signed a release and on what conditions on{' '}
      <TextLink to="/releases">its release</TextLink>, what happened in an incident on <TextLink to="/incidents">its timeline</TextLink>.
    </p>
  </Notice>
)

const Log = () => {
  const filter = useSearch({ from: '/shell/audit' })
  const entries = useList<AuditEntry>('/audit', filter)
  return (
    <>
      <Checkpoint />
      <Section title="Entries" actions={<RoomFilter filter={filter} />}>
        <Narrowed filter={filter} />
        <ListTable
          label="Audit entries"
          list={entries}
          rowKey={(entry) => String(entry.seq)}
          empty={<EmptyState title="No entry matches" />}
          columns={[
            { head: 'No.', align: 'right', cell: (entry) => entry.seq },
            { head: 'When', cell: (entry) => <When at={entry.at} /> },
            { head: 'Who', cell: (entry) => <Actor actor={entry.actor} /> },
            { head: 'Did', cell: (entry) => <Action action={entry.action} /> },
            { head: 'To', cell: (entry) => <Subject entry={entry} /> },
            { head: 'Details', cell: (entry) => <Details entry={entry} /> },
          ]}
        />
      </Section>
    </>
  )
}

/** A key writes its owner's id where a person's name would stand. */
export const Actor = ({ actor }: { actor: AuditEntry['actor'] }) => (
  <span className="flex items-center gap-1.5 whitespace-nowrap">
    {actor.name === actor.id || actor.name.startsWith('per_') ? <Who id={actor.name} /> : actor.name}
    {actor.kind !== 'person' && <Badge>{actor.kind === 'key' && actor.name.startsWith('per_') ? 'API key' : actor.kind}</Badge>}
  </span>
)

export const Action = ({ action }: { action: string }) => {
  const [room = '', verb = action] = action.split('.')
  return (
    <span className="whitespace-nowrap" title={action}>
      {sentence(verb)} <span className="text-ink-soft">in {room}</span>
    </span>
  )
}

const Details = ({ entry: { at, action, subject, details } }: { entry: AuditEntry }) => (
  <details>
    <summary className="max-w-56 truncate text-ink-soft">
      {Object.keys(details)
        .map((name) => words(name))
        .join(', ') || 'whole entry'}
    </summary>
    <pre className="mt-1 max-w-96 font-mono text-xs break-all whitespace-pre-wrap">
      {`${instant(at)}\n${action}\n${subject.kind} ${subject.id}\n${JSON.stringify(details, null, 2)}`}
    </pre>
    <TextLink to="/audit" search={{ subject_kind: subject.kind, subject_id: subject.id }}>
      All about it
    </TextLink>
  </details>
)

const Narrowed = ({ filter }: { filter: AuditFilter }) => {
  const navigate = useNavigate()
  const { subject_kind: kind, subject_id: id, actor } = filter
  if (!id && !actor) return null
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-3 text-ink-soft">
      {id && (
        <span>
          Only about {kind ?? ''} <code className="font-mono text-xs break-all text-ink">{id}</code>
        </span>
      )}
      {actor && (
        <span>
          Only by <Who id={actor} />
        </span>
      )}
      <Button look="quiet" onClick={() => void navigate({ to: '/audit', search: {} })}>
        Show all
      </Button>
    </p>
  )
}

const RoomFilter = ({ filter: { action, ...rest } }: { filter: AuditFilter }) => {
  const navigate = useNavigate()
  return (
    <Filter
      label="Room"
      value={action ?? ''}
      options={[{ value: '', label: 'all' }, ...rooms.map((room) => ({ value: `${room}.`, label: room }))]}
      onChange={(chosen) => void navigate({ to: '/audit', search: chosen ? { ...rest, action: chosen } : rest, replace: true })}
    />
  )
}

const Checkpoint = () => {
  const checkpoint = useGet<AuditCheckpoint>('/audit/checkpoint')
  return (
    <Loaded query={checkpoint}>
      {({ size, note, verifier_key: key }) => (
        <Section
          title="Newest checkpoint"
          note={`It covers ${count(size)} entries. Keep a copy elsewhere: a log that was rebuilt or cut short cannot match it.`}
        >
          <div className="grid gap-3 lg:grid-cols-2">
            <CodeBlock label="Signed note" text={note ?? 'No checkpoint has been signed yet.'} />
            <CodeBlock label="Verify an export offline" text={`npx plimsoll audit verify audit.jsonl \\\n  --public-key '${key}'`} />
          </div>
        </Section>
      )}
    </Loaded>
  )
}
