import { api } from '../app/api.ts'
import type { Incident, TimelineEntry } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Form, TextArea } from '../ui/form.tsx'
import { clockTime, words } from '../ui/format.ts'
import { Panel } from '../ui/page.tsx'

const tones: Record<TimelineEntry['kind'], Tone> = {
  opened: 'bad',
  alert: 'bad',
  state: 'info',
  severity: 'warn',
  role: 'neutral',
  note: 'neutral',
  step: 'info',
  mitigation: 'good',
  notification: 'neutral',
  'post-mortem': 'good',
}

/** Oldest first: it is read as a story. Nothing in it can be changed. */
export const Timeline = ({ incident }: { incident: Incident }) => {
  const may = useMay()
  const timeline = useList<TimelineEntry>(`/incidents/${incident.id}/timeline`, { limit: 100 }, { refetchEveryMs: 3000 })
  const entries = timeline.items.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1))
  return (
    <>
      <ol className="relative ml-2 border-l border-rule-strong">
        {entries.map((entry) => (
          <li key={entry.id} className="relative pb-4 pl-5">
            <span aria-hidden className="absolute top-2.5 left-0 h-px w-3 bg-rule-strong" />
            <p className="flex flex-wrap items-center gap-2">
              <Badge tone={tones[entry.kind]}>{words(entry.kind)}</Badge>
              <Facts entry={entry} />
              <span className="text-xs text-ink-soft">
                {entry.actor}, {clockTime(entry.at)}
              </span>
            </p>
            <p className="mt-0.5 max-w-[80ch] break-words whitespace-pre-wrap">{entry.text}</p>
          </li>
        ))}
      </ol>
      {timeline.hasNextPage && <Button onClick={() => void timeline.fetchNextPage()}>Show more</Button>}
      {may('developer', 'approver', 'responder', 'administrator') && (
        <Panel className="max-w-2xl">
          <Form submit="Add the note" resetAfter onSubmit={({ text }) => act(api.post(`/incidents/${incident.id}/notes`, { text }))}>
            <TextArea name="text" label="Note" required rows={2} hint="For whoever reads this at three in the morning." />
          </Form>
        </Panel>
      )}
    </>
  )
}

const Facts = ({ entry }: { entry: TimelineEntry }) => {
  const { from, to, phase, kind } = entry.data
  if (entry.kind === 'state' && typeof from === 'string' && typeof to === 'string')
    return <span className="text-sm font-medium">{`${from} → ${to}`}</span>
  if (typeof phase === 'string' && typeof kind === 'string') return <span className="text-sm font-medium">{`${words(kind)}, ${phase}`}</span>
  return null
}
