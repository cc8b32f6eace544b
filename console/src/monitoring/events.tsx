import { useMayReadKeys } from '../access/keys.tsx'
import { Who } from '../access/who.tsx'
import type { InferenceEvent, Key } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, Simulated, type Tone } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { count, instant, milliseconds, money } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Facts, Panel } from '../ui/page.tsx'
import { ListTable, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export const Events = ({ endpoint }: { endpoint?: string }) => {
  const events = useList<InferenceEvent>('/events', { endpoint }, { refetchEveryMs: 5000 })
  return (
    <ListTable
      label="Calls"
      list={events}
      rowKey={(event) => event.id}
      empty={<EmptyState title="No call yet">Call an endpoint with a key: each call appears here within a second or two.</EmptyState>}
      columns={[
        { head: 'When', cell: (event) => <When at={event.at} /> },
        {
          head: 'Endpoint',
          cell: (event) => (
            <span className="flex items-center gap-2 whitespace-nowrap">
              <span className="max-w-56 truncate" title={event.endpoint}>
                {event.endpoint || '–'}
              </span>
              {event.simulated && <Simulated />}
            </span>
          ),
        },
        { head: 'Outcome', cell: (event) => <Outcome event={event} /> },
        { head: 'Release', cell: (event) => event.release && <DigestChip digest={event.release} label="digest of the release" /> },
        { head: 'Caller', cell: (event) => <Caller event={event} /> },
        { head: 'Tokens', align: 'right', cell: (event) => count(event.input_tokens + event.output_tokens) },
        { head: 'Latency', align: 'right', cell: (event) => <span className="whitespace-nowrap">{milliseconds(event.latency_ms)}</span> },
        { head: 'Findings', align: 'right', cell: (event) => event.findings.length || '–' },
        { head: 'More', hideHead: true, align: 'right', cell: (event) => <EventDialog event={event} /> },
      ]}
    />
  )
}

/** The key by its name, for who may know of keys; else the person it belongs to. */
const Caller = ({ event }: { event: Pick<InferenceEvent, 'key_id' | 'principal'> }) => {
  const keys = useList<Key>('/keys', { limit: 200 }, { enabled: useMayReadKeys() })
  const key = keys.items.find(({ id }) => id === event.key_id)
  return <span className="whitespace-nowrap">{key ? key.name : <Who id={event.principal} />}</span>
}

const toneOfStatus = (status: number): Tone => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad')

const Outcome = ({ event }: { event: InferenceEvent }) => (
  <Badge tone={toneOfStatus(event.status)}>
    {event.status} {event.code ?? event.finish_reason ?? event.operation}
  </Badge>
)

const EventDialog = ({ event }: { event: InferenceEvent }) => (
  <Dialog trigger="Details" look="quiet" title="One call" lead={instant(event.at)} wide>
    {() => (
      <div className="flex flex-col gap-4">
        <Facts
          items={[
            [
              'Request',
              <code key="id" className="font-mono text-xs">
                {event.request_id}
              </code>,
            ],
            ['Outcome', <Outcome key="outcome" event={event} />],
            ['Answered by', event.source],
            ['Upstream', event.upstream_model && `${event.upstream_model} by ${event.connection}`],
            ['First token', event.ttft_ms === null ? null : milliseconds(event.ttft_ms)],
            ['Latency', milliseconds(event.latency_ms)],
            ['Tokens', `${count(event.input_tokens)} in, ${count(event.output_tokens)} out`],
            ['Cost', event.cost_micros === null ? 'price unknown' : money(event.cost_micros)],
            [
              'Tags',
              Object.entries(event.tags)
                .filter(([, value]) => value)
                .map(([name, value]) => `${name}=${value}`)
                .join(', ') || null,
            ],
            [
              'Caller',
              <span key="caller">
                <Caller event={event} />, of <Who id={event.principal} />
              </span>,
            ],
            [
              'Release',
              event.release && (
                <span key="release" className="flex gap-2">
                  <TextLink to="/releases/$digest" params={{ digest: event.release }}>
                    its page
                  </TextLink>
                  <DigestChip digest={event.release} label="digest of the release" />
                </span>
              ),
            ],
          ]}
        />
        {event.findings.length > 0 && (
          <Table
            label="Findings"
            rows={event.findings}
            rowKey={(finding) => `${finding.direction}-${finding.span.start}-${finding.kind}`}
            columns={[
              { head: 'Found', cell: (finding) => finding.kind },
              { head: 'In', cell: (finding) => finding.direction },
              { head: 'Action', cell: (finding) => `${finding.action}${finding.enforced ? '' : ' (only detected)'}` },
              { head: 'Place', align: 'right', cell: (finding) => `${finding.span.start} to ${finding.span.end}` },
              { head: 'Policy', cell: (finding) => <DigestChip digest={finding.policy_digest} label="digest of the policy" /> },
            ]}
          />
        )}
        <Content id={event.id} />
      </div>
    )}
  </Dialog>
)

/** Lists leave the texts out; one call has them, for who may read them and as long as they are kept. */
const Content = ({ id }: { id: string }) => {
  const mayRead = useMay()('administrator', 'developer', 'responder', 'auditor')
  const event = useGet<InferenceEvent>(`/events/${id}`, {}, { enabled: mayRead })
  if (!mayRead) return <p className="text-ink-soft">Your roles do not open the texts of calls.</p>
  return (
    <Loaded query={event}>
      {({ content }) =>
        content ? (
          <div className="grid gap-3 md:grid-cols-2">
            <Text title="Prompt, masked" text={content.input} />
            <Text title="Answer, masked" text={content.output} />
          </div>
        ) : (
          <p className="text-ink-soft">No text of this call is kept: it was refused before it was read, or the retention policy keeps none.</p>
        )
      }
    </Loaded>
  )
}

const Text = ({ title, text }: { title: string; text: string | null }) => (
  <Panel>
    <p className="mb-1 text-xs text-ink-soft">{title}</p>
    <p className="break-words whitespace-pre-wrap">{text ?? '–'}</p>
  </Panel>
)
