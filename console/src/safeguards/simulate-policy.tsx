import { useState } from 'react'
import { api } from '../app/api.ts'
import type { SafeguardPolicy, SafeguardSimulation } from '../app/api-types.gen.ts'
import { StatusPill } from '../ui/badge.tsx'
import { Figure, Figures } from '../ui/figure.tsx'
import { Form, SelectField, TextField } from '../ui/form.tsx'
import { count } from '../ui/format.ts'
import { Notice } from '../ui/notice.tsx'
import { Panel, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { CostLine } from './figures.tsx'

/** What this version would have said about calls that have happened, and whose texts are still kept. */
export const SimulatePolicy = ({ policy }: { policy: SafeguardPolicy }) => {
  const [simulation, setSimulation] = useState<SafeguardSimulation | null>(null)
  const baselines = Array.from({ length: policy.version - 1 }, (_, index) => String(policy.version - 1 - index))
  return (
    <>
      <Panel>
        <Form
          submit="Simulate"
          onSubmit={async ({ baseline, endpoint, limit }) => {
            const asked = {
              version: policy.version,
              limit: Number(limit),
              ...(baseline && { baseline_version: Number(baseline) }),
              ...(endpoint && { endpoint }),
            }
            setSimulation(await api.post<SafeguardSimulation>(`/safeguards/${policy.name}/simulations`, asked))
          }}
        >
          <div className="grid gap-4 sm:grid-cols-3">
            <SelectField
              name="baseline"
              label="Compared with"
              options={[
                { value: '', label: 'the verdicts that were recorded' },
                ...baselines.map((version) => ({ value: version, label: `version ${version}, on the same texts` })),
              ]}
            />
            <TextField name="endpoint" label="Endpoint" mono placeholder="every endpoint" />
            <TextField name="limit" label="Calls, the newest first" type="number" min={1} max={2000} defaultValue={500} />
          </div>
        </Form>
      </Panel>
      <div aria-live="polite" className="flex flex-col gap-7">
        {simulation && <Outcome simulation={simulation} />}
      </div>
    </>
  )
}

const Outcome = ({ simulation }: { simulation: SafeguardSimulation }) => {
  const looked = simulation.calls - simulation.without_text
  return (
    <>
      <Section title="Outcome" note={looked > 0 && <CostLine cost={simulation.cost} texts={looked} noun="call" />}>
        <Figures>
          <Figure name="Calls" value={count(simulation.calls)} note={simulation.has_more ? 'there are older ones' : undefined} />
          <Figure name="Without a text" value={count(simulation.without_text)} note="nothing is known of them" />
          <Figure name="Blocks gained" value={count(simulation.blocks_gained)} />
          <Figure name="Blocks lost" value={count(simulation.blocks_lost)} />
        </Figures>
      </Section>
      {looked === 0 ? (
        <Notice tone="warn" title="No call with a text">
          Texts are kept as the retention of events says; without them there is nothing to simulate on.
        </Notice>
      ) : (
        <Section title="From verdict to verdict">
          <Table
            label="Verdicts before and after"
            rows={simulation.matrix}
            rowKey={({ before, after }) => `${before} ${after}`}
            columns={[
              { head: simulation.baseline === 'recorded' ? 'Recorded' : 'Compared version', cell: ({ before }) => <StatusPill status={before} /> },
              { head: 'This version', cell: ({ after }) => <StatusPill status={after} /> },
              { head: 'Calls', align: 'right', cell: ({ calls }) => count(calls) },
            ]}
          />
        </Section>
      )}
      {simulation.endpoints.length > 1 && (
        <Section title="By endpoint">
          <Table
            label="Blocks by endpoint"
            rows={simulation.endpoints}
            rowKey={({ endpoint }) => endpoint}
            columns={[
              { head: 'Endpoint', cell: ({ endpoint }) => endpoint },
              { head: 'Calls', align: 'right', cell: ({ calls }) => count(calls) },
              { head: 'Blocked before', align: 'right', cell: ({ blocked_before }) => count(blocked_before) },
              { head: 'Blocked now', align: 'right', cell: ({ blocked_after }) => count(blocked_after) },
            ]}
          />
        </Section>
      )}
      {simulation.changed.length > 0 && (
        <Section title="Calls with another verdict" note="the first hundred">
          <Table
            label="Changed calls"
            rows={simulation.changed}
            rowKey={({ event }) => event}
            columns={[
              { head: 'Call', cell: ({ event }) => <span className="font-mono text-xs">{event}</span> },
              { head: 'At', cell: ({ at }) => <When at={at} /> },
              { head: 'Endpoint', cell: ({ endpoint }) => endpoint },
              { head: 'Before', cell: ({ before }) => <StatusPill status={before} /> },
              { head: 'After', cell: ({ after }) => <StatusPill status={after} /> },
              { head: 'For', cell: ({ kinds }) => kinds.join(', ') },
            ]}
          />
        </Section>
      )}
      <Notice title="What these figures cannot show">
        <ul className="list-disc pl-4">
          {simulation.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </Notice>
    </>
  )
}
