import { useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../app/api.ts'
import type { Dataset, NewRunInput, Report, ReportSummary, Run, Suite } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { useVersionChoice, VersionFields } from '../registry/version-fields.tsx'
import { Simulated, StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { SelectField, TextArea, type Values } from '../ui/form.tsx'
import { percent } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Page, Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { Datasets } from './datasets.tsx'
import { Suites } from './suites.tsx'

export type AssessmentsSearch = { tab?: string }

export const Assessments = () => {
  const may = useMay()
  const { tab = 'runs' } = useSearch({ from: '/shell/assessments' })
  const navigate = useNavigate()
  return (
    <Page
      title="Assessments"
      lead="What a version can do, and for whom it fails: measured on real data, with intervals, against thresholds that were set before."
      actions={may('developer', 'administrator') && <StartRun />}
    >
      <Tabs
        value={tab}
        onChange={(chosen) => void navigate({ to: '/assessments', search: { tab: chosen }, replace: true })}
        tabs={[
          { id: 'runs', label: 'Runs & reports', content: <RunsAndReports /> },
          { id: 'suites', label: 'Suites', content: <Suites /> },
          { id: 'datasets', label: 'Data sets', content: <Datasets /> },
        ]}
      />
    </Page>
  )
}

const RunsAndReports = () => (
  <>
    <Reports />
    <Runs />
  </>
)

const Reports = () => {
  const reports = useList<ReportSummary>('/reports')
  return (
    <Section title="Reports" note="Never changed: another run is another report.">
      <ListTable
        label="Evaluation reports"
        list={reports}
        rowKey={(report) => report.id}
        empty={<EmptyState title="No report yet">A run that completes leaves one.</EmptyState>}
        columns={[
          {
            head: 'Model version',
            cell: (report) => (
              <TextLink to="/assessments/reports/$id" params={{ id: report.id }}>
                {report.model} {report.version}
              </TextLink>
            ),
          },
          { head: 'Suite', cell: (report) => `${report.suite} ${report.suite_version}` },
          {
            head: 'Verdict',
            cell: (report) => (
              <span className="flex gap-1.5">
                <StatusPill status={report.verdict} />
                {report.simulated && <Simulated />}
              </span>
            ),
          },
          { head: 'Digest', cell: (report) => <DigestChip digest={report.digest} label="digest of the report" /> },
          { head: 'Made', cell: (report) => <When at={report.created_at} /> },
        ]}
      />
    </Section>
  )
}

const Runs = () => {
  const runs = useList<Run>('/runs', {}, { refetchEveryMs: 3000 })
  return (
    <Section title="Runs">
      <ListTable
        label="Evaluation runs"
        list={runs}
        rowKey={(run) => run.id}
        empty={<EmptyState title="No run yet">Start one with a model version and a suite.</EmptyState>}
        columns={[
          {
            head: 'Run',
            cell: (run) => (
              <TextLink to="/assessments/runs/$id" params={{ id: run.id }}>
                {run.model} {run.version}
              </TextLink>
            ),
          },
          { head: 'Suite', cell: (run) => `${run.suite} ${run.suite_version}` },
          {
            head: 'State',
            cell: (run) => (
              <span className="flex gap-1.5">
                <StatusPill status={run.status} />
                {run.simulated && <Simulated />}
              </span>
            ),
          },
          {
            head: 'Items',
            align: 'right',
            cell: ({ progress }) =>
              progress.total > 0 ? `${progress.done} of ${progress.total}, ${percent(progress.done / progress.total, 0)}` : '–',
          },
          { head: 'Started', cell: (run) => <When at={run.started_at ?? run.created_at} /> },
        ]}
      />
    </Section>
  )
}

const bodyOf = (values: Values): NewRunInput => ({
  model: values.model ?? '',
  version: Number(values.version),
  suite: { name: values.suite ?? '' },
  ...(values.predictions && { predictions: { name: values.predictions } }),
  system_prompt: values.system_prompt || null,
})

export const StartRun = ({ start }: { start?: { model: string; version: number } }) => {
  const navigate = useNavigate()
  return (
    <FormDialog
      trigger={start ? 'Assess it' : 'Assess a version'}
      look="primary"
      title="Assess a version"
      lead="It runs in the background, item by item, and survives a restart."
      submit="Start"
      onSubmit={async (values) => {
        const run = await act(api.post<Run>('/runs', bodyOf(values)), 'The assessment has started')
        await navigate({ to: '/assessments/runs/$id', params: { id: run.id } })
      }}
    >
      <RunFields {...(start && { start })} />
    </FormDialog>
  )
}

const RunFields = ({ start }: { start?: { model: string; version: number } }) => {
  const choice = useVersionChoice(start)
  const suites = useList<Suite>('/suites', { limit: 200 })
  const datasets = useList<Dataset>('/datasets', { limit: 200 })
  const names = (items: { name: string }[]) => [...new Set(items.map(({ name }) => name))]
  return (
    <>
      <VersionFields choice={choice} />
      <SelectField
        name="suite"
        label="Suite"
        required
        hint={
          suites.isSuccess && suites.items.length === 0
            ? 'There is none yet: install the examples under Suites.'
            : 'The newest version of it is pinned in the report.'
        }
        options={names(suites.items).map((value) => ({ value, label: value }))}
      />
      <SelectField
        name="predictions"
        label="Data set with predictions"
        hint="Only for suites that score a file of predictions."
        options={[{ value: '', label: 'none: the version answers by itself' }, ...names(datasets.items).map((value) => ({ value, label: value }))]}
      />
      <TextArea
        name="system_prompt"
        label="System prompt"
        rows={3}
        hint="The one that the release will carry, so that what is assessed is what will be served."
      />
    </>
  )
}

export const reportTitle = (report: Pick<Report, 'model' | 'suite'>) => `${report.model.name} ${report.model.version} on ${report.suite.name}`
