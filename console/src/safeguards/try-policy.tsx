import { useState } from 'react'
import { api } from '../app/api.ts'
import type { AppliedSafeguardPolicy, SafeguardPolicy } from '../app/api-types.gen.ts'
import { StatusPill } from '../ui/badge.tsx'
import { Form, SelectField, TextArea } from '../ui/form.tsx'
import { percent } from '../ui/format.ts'
import { Panel, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Highlighted } from './highlighted.tsx'

type Tried = { text: string; applied: AppliedSafeguardPolicy }

const example = 'Write to anna@example.org or call +49 30 901820. The card is 4111 1111 1111 1111.'

/** What the gateway would do with a text. Nothing of it is stored. */
export const TryPolicy = ({ policy }: { policy: SafeguardPolicy }) => {
  const [tried, setTried] = useState<Tried | null>(null)
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <Panel>
        <Form
          submit="Try"
          onSubmit={async ({ text = '', direction }) => {
            const applied = await api.post<AppliedSafeguardPolicy>(`/safeguards/${policy.name}/apply`, {
              version: policy.version,
              direction,
              texts: [text],
            })
            setTried({ text, applied })
          }}
        >
          <SelectField
            name="direction"
            label="Direction"
            options={[
              { value: 'input', label: 'What a client sends' },
              { value: 'output', label: 'What the model answers' },
            ]}
          />
          <TextArea name="text" label="Text" rows={6} defaultValue={example} required hint="Nothing of this is stored." />
        </Form>
      </Panel>
      <div aria-live="polite">{tried && <Outcome tried={tried} />}</div>
    </div>
  )
}

const Outcome = ({ tried: { text, applied } }: { tried: Tried }) => {
  const [result] = applied.results
  if (!result) return null
  return (
    <Section title="Outcome" note={`in ${(applied.micros / 1000).toFixed(2)} ms`} actions={<StatusPill status={result.verdict} />}>
      <Panel className="mb-3">
        <Highlighted text={text} spans={result.findings.map(({ span, kind }) => ({ ...span, title: kind }))} />
      </Panel>
      <Panel className="mb-3">
        <p className="mb-1 text-xs text-ink-soft">{result.verdict === 'block' ? 'Blocked; what stood before the match' : 'What goes on'}</p>
        <p className="break-words whitespace-pre-wrap">{result.text || '–'}</p>
      </Panel>
      {result.findings.length > 0 && (
        <Table
          label="Findings"
          rows={result.findings}
          rowKey={(finding) => `${finding.span.start}-${finding.kind}`}
          columns={[
            { head: 'Found', cell: (finding) => finding.kind },
            { head: 'Detector', cell: (finding) => finding.detector },
            { head: 'Action', cell: (finding) => <StatusPill status={finding.action} /> },
            { head: 'Enforced', cell: (finding) => (finding.enforced ? 'yes' : 'only detected') },
            { head: 'Confidence', align: 'right', cell: (finding) => percent(finding.confidence, 0) },
          ]}
        />
      )}
    </Section>
  )
}
