import { useState } from 'react'
import { api } from '../app/api.ts'
import type { SafeguardReplayAnswer } from '../app/api-types.gen.ts'
import { Badge, StatusPill, type Tone } from '../ui/badge.tsx'
import { Json } from '../ui/code-block.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Form, TextField } from '../ui/form.tsx'
import { percent } from '../ui/format.ts'
import { Notice } from '../ui/notice.tsx'
import { Facts, Page, Panel, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Highlighted } from './highlighted.tsx'

/** The verdict on a past call once more, under the policy that it met then. */
export const Replays = () => {
  const [answer, setAnswer] = useState<SafeguardReplayAnswer | null>(null)
  return (
    <Page
      title="Repeat a verdict"
      lead="A past call whose texts are kept goes through the policy that it met, with its exceptions and the floor as of then."
      back={{ to: '/safeguards', label: 'Safeguards' }}
    >
      <Panel>
        <Form
          submit="Repeat"
          onSubmit={async ({ event }) => {
            setAnswer(await api.post<SafeguardReplayAnswer>('/safeguards/replays', { event }))
          }}
        >
          <TextField name="event" label="Event" mono required placeholder="evt_…" className="max-w-96" />
        </Form>
      </Panel>
      <div aria-live="polite" className="flex flex-col gap-7">
        {answer && <Outcome answer={answer} />}
      </div>
    </Page>
  )
}

const tones: Record<SafeguardReplayAnswer['replay']['findings'][number]['standing'], Tone> = {
  reproduced: 'good',
  moved: 'info',
  hidden: 'neutral',
  lost: 'bad',
}

const Outcome = ({ answer: { replay, bundle } }: { answer: SafeguardReplayAnswer }) => (
  <>
    {replay.identical ? (
      <Notice tone="good" title="The same verdict">
        Every recorded finding came again, at its place and with its confidence, and no other.
      </Notice>
    ) : (
      <Notice tone="warn" title="Not the same in every finding">
        The record holds texts after masking, and several messages as one: findings can move, or be hidden by the mask. What is lost without such a
        reason needs an explanation.
      </Notice>
    )}
    <Facts
      items={[
        ['Recorded', <StatusPill key="recorded" status={replay.recorded_verdict} />],
        ['Repeated', <StatusPill key="repeated" status={replay.verdict} />],
        ['Policy', <DigestChip key="policy" digest={replay.policy_digest} label="digest of the policy" />],
      ]}
    />
    {replay.findings.length + replay.additional.length > 0 && (
      <Section title="Findings">
        <Table
          label="Findings"
          rows={[...replay.findings, ...replay.additional.map((finding) => ({ ...finding, standing: null }))].map((finding, index) => ({
            ...finding,
            index,
          }))}
          rowKey={({ index }) => String(index)}
          columns={[
            { head: 'Found', cell: ({ kind }) => kind },
            { head: 'Detector', cell: ({ detector }) => detector },
            { head: 'On', cell: ({ direction }) => direction },
            { head: 'Action', cell: ({ action }) => <StatusPill status={action} /> },
            { head: 'Confidence', align: 'right', cell: ({ confidence }) => percent(confidence, 0) },
            {
              head: 'Now',
              cell: ({ standing }) =>
                standing === null ? <Badge tone="warn">not recorded</Badge> : <Badge tone={tones[standing]}>{standing}</Badge>,
            },
          ]}
        />
      </Section>
    )}
    {(['input', 'output'] as const).map((direction) => {
      const text = bundle.texts[direction]
      if (text === null) return null
      const spans = [...replay.findings.filter(({ standing }) => standing === 'reproduced'), ...replay.additional]
      return (
        <Section key={direction} title={direction === 'input' ? 'What was sent' : 'What was answered'} note="as the record keeps it">
          <Panel>
            <Highlighted text={text} spans={spans.filter((one) => one.direction === direction).map(({ span, kind }) => ({ ...span, title: kind }))} />
          </Panel>
        </Section>
      )
    })}
    <Json label="the bundle: plimsoll safeguards replay bundle.json repeats it without a server" value={bundle} />
  </>
)
