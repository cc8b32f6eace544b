import { useParams } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import { api } from '../app/api.ts'
import type { Run, RunItem } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useRunEvents } from '../app/run-events.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Simulated, StatusPill } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { count, milliseconds } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { EmptyState, Notice } from '../ui/notice.tsx'
import { Facts, Page, Panel, Section } from '../ui/page.tsx'
import { ProgressBar } from '../ui/progress.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export const RunPage = () => {
  const { id } = useParams({ from: '/shell/assessments/runs/$id' })
  const run = useGet<Run>(`/runs/${id}`)
  return <Loaded query={run}>{(loaded) => <OneRun run={loaded} />}</Loaded>
}

const isOver = ({ status }: Pick<Run, 'status'>) => status === 'completed' || status === 'failed' || status === 'cancelled'

const phases = { waiting: 'Waiting for its turn', items: 'Asking the model, item by item', scoring: 'Computing metrics and intervals', done: 'Done' }

const OneRun = ({ run: read }: { run: Run }) => {
  const followed = useRunEvents<Run>(isOver(read) ? undefined : read.id, isOver)
  const run = isOver(read) ? read : { ...read, ...followed }
  const { progress } = run
  return (
    <Page
      title={`${run.model} ${run.version} on ${run.suite}`}
      marks={
        <>
          <StatusPill status={run.status} />
          {run.simulated && <Simulated />}
        </>
      }
      back={{ to: '/assessments', label: 'Assessments' }}
      actions={<Actions run={run} />}
    >
      {run.problem && (
        <Notice tone="bad" title="It failed">
          {run.problem}
        </Notice>
      )}
      <Panel>
        <div aria-live="polite">
          <ProgressBar
            label={phases[progress.phase]}
            done={progress.done}
            total={progress.total || null}
            etaMs={progress.eta_seconds === null ? null : progress.eta_seconds * 1000}
          />
        </div>
        <p className="mt-2 text-xs text-ink-soft">
          {progress.per_second !== null && `${progress.per_second.toFixed(1)} items a second · `}
          {count(progress.errors)} failed calls
        </p>
      </Panel>
      <Facts
        items={[
          ['Version', <DigestChip key="version" digest={run.manifest_digest} label="digest of the version" />],
          [
            'Suite',
            <span key="suite" className="flex items-center gap-2">
              {run.suite} {run.suite_version} <DigestChip digest={run.suite_digest} label="digest of the suite" />
            </span>,
          ],
          ['Predictions', run.predictions && `${run.predictions.name} ${run.predictions.version}`],
          ['Seed', run.seed],
          ['Started by', <Who key="who" id={run.created_by} />],
          ['Started', <When key="started" at={run.started_at} />],
          ['Finished', <When key="finished" at={run.finished_at} />],
          ['System prompt', run.system_prompt && <span className="line-clamp-3 whitespace-pre-wrap">{run.system_prompt}</span>],
        ]}
      />
      <Items run={run} />
    </Page>
  )
}

const Actions = ({ run }: { run: Run }) => {
  const may = useMay()
  const mayRun = may('developer', 'administrator')
  return (
    <>
      {mayRun && (run.status === 'queued' || run.status === 'running') && (
        <ActButton does={() => api.post(`/runs/${run.id}/cancel`)}>Cancel</ActButton>
      )}
      {mayRun && (run.status === 'failed' || run.status === 'cancelled') && (
        <ActButton does={() => api.post(`/runs/${run.id}/resume`)}>Resume</ActButton>
      )}
      {run.report && (
        <ButtonLink look="primary" to="/assessments/reports/$id" params={{ id: run.report.id }}>
          Read the report
        </ButtonLink>
      )}
    </>
  )
}

const Items = ({ run }: { run: Run }) => {
  const items = useList<RunItem>(`/runs/${run.id}/items`, {}, { refetchEveryMs: isOver(run) ? 0 : 3000 })
  return (
    <Section title="Items">
      <ListTable
        label="Items of the run"
        list={items}
        rowKey={(item) => `${item.evaluation}-${item.item}`}
        empty={<EmptyState title="No item is answered yet" />}
        columns={[
          { head: 'Item', cell: (item) => <code className="font-mono text-xs">{item.item}</code> },
          { head: 'Evaluation', cell: (item) => item.evaluation },
          { head: 'Answer', cell: (item) => <span className="line-clamp-2 max-w-[60ch]">{item.error ?? item.output ?? '–'}</span> },
          { head: 'Tokens', align: 'right', cell: (item) => count(item.input_tokens + item.output_tokens) },
          { head: 'Latency', align: 'right', cell: (item) => milliseconds(item.latency_ms) },
        ]}
      />
    </Section>
  )
}
