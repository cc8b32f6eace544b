import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import type { Report, ReportEvaluation, ReportRow, ReportSummary } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { Simulated, StatusPill } from '../ui/badge.tsx'
import { buttonClass, TextLink } from '../ui/button.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Filter } from '../ui/filter.tsx'
import { count, decimal, instant, words } from '../ui/format.ts'
import { Interval } from '../ui/interval.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Facts, Page, Panel, Section } from '../ui/page.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { reportTitle } from './assessments.tsx'
import { rowText, scaleOf, thresholdText } from './scale.ts'

export type ReportSearch = { beside?: string }

export const ReportPage = () => {
  const { id } = useParams({ from: '/shell/assessments/reports/$id' })
  const report = useGet<Report>(`/reports/${id}`)
  return <Loaded query={report}>{(loaded) => <OneReport report={loaded} />}</Loaded>
}

const OneReport = ({ report }: { report: Report }) => {
  const { beside } = useSearch({ from: '/shell/assessments/reports/$id' })
  const other = useGet<Report>(`/reports/${beside}`, {}, { enabled: Boolean(beside) })
  return (
    <Page
      title={reportTitle(report)}
      marks={
        <>
          <StatusPill status={report.verdict} />
          {report.simulated && <Simulated />}
        </>
      }
      lead={`${report.counts.pass} thresholds passed, ${report.counts.fail} failed, ${report.counts.inconclusive} undecided. A threshold is tested against the near end of the interval.`}
      back={{ to: '/assessments', label: 'Assessments' }}
      actions={
        <>
          <Beside report={report} beside={beside ?? ''} />
          <a className={buttonClass()} href={`/api/v1/reports/${report.id}/html`} target="_blank" rel="noreferrer">
            As HTML
          </a>
          <a className={buttonClass()} href={`/api/v1/reports/${report.id}/document`} target="_blank" rel="noreferrer">
            As JSON
          </a>
        </>
      }
    >
      {report.simulated && <Notice tone="warn">The built-in simulator answered. These figures say nothing about a real model.</Notice>}
      {report.evaluations.map((evaluation) => (
        <EvaluationSection
          key={evaluation.id}
          evaluation={evaluation}
          rows={report.rows.filter((row) => row.evaluation === evaluation.id)}
          other={beside ? other.data : undefined}
        />
      ))}
      <Provenance report={report} />
    </Page>
  )
}

/** A reviewer's first question: and how was it before? */
const Beside = ({ report, beside }: { report: Report; beside: string }) => {
  const navigate = useNavigate()
  const reports = useList<ReportSummary>('/reports', { model: report.model.name })
  const others = reports.items.filter((other) => other.id !== report.id && other.suite === report.suite.name && other.model === report.model.name)
  if (others.length === 0) return null
  return (
    <Filter
      label="Beside"
      value={beside}
      options={[
        { value: '', label: 'nothing' },
        ...others.map((other) => ({ value: other.id, label: `version ${other.version}, ${instant(other.created_at)}` })),
      ]}
      onChange={(chosen) =>
        void navigate({ to: '/assessments/reports/$id', params: { id: report.id }, search: chosen ? { beside: chosen } : {}, replace: true })
      }
    />
  )
}

type EvaluationSectionProps = { evaluation: ReportEvaluation; rows: ReportRow[]; other: Report | undefined }

const EvaluationSection = ({ evaluation, rows, other }: EvaluationSectionProps) => {
  const { dataset, items } = evaluation
  return (
    <Section
      title={evaluation.title || words(evaluation.id)}
      note={`${dataset.name} ${dataset.version}, ${count(items.scored)} of ${count(items.total)} items scored${items.errors > 0 ? `, ${count(items.errors)} calls failed` : ''}`}
    >
      <Table
        label={`Figures of ${evaluation.id}`}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[...figureColumns, ...(other ? [besideColumn(other)] : []), ...verdictColumns]}
      />
      {dataset.attribution && (
        <p className="mt-2 text-xs text-ink-soft">
          Data: {dataset.attribution} ({dataset.licence})
        </p>
      )}
      <Examples evaluation={evaluation} />
    </Section>
  )
}

const figureColumns: Column<ReportRow>[] = [
  {
    head: 'Metric',
    cell: (row) => (
      <span id={row.id} className="scroll-mt-4">
        {words(row.metric)}
        {row.group && <span className="ml-1.5 text-ink-soft">{row.group}</span>}
      </span>
    ),
  },
  { head: 'Value', align: 'right', cell: (row) => (row.value === null ? 'undefined' : decimal(row.value)) },
  {
    head: 'Interval',
    width: '30%',
    cell: (row) =>
      row.value !== null && row.interval ? (
        <Interval
          value={row.value}
          low={row.interval.low}
          high={row.interval.high}
          {...scaleOf(row)}
          threshold={row.threshold?.at_least ?? row.threshold?.at_most}
          isMet={row.verdict === 'none' ? undefined : row.verdict === 'pass'}
          label={rowText(row)}
        />
      ) : (
        <span className="text-xs text-ink-soft">{row.explanation}</span>
      ),
  },
  {
    head: 'From, to',
    align: 'right',
    cell: (row) => <span className="whitespace-nowrap">{row.interval ? `${decimal(row.interval.low)} to ${decimal(row.interval.high)}` : '–'}</span>,
  },
  { head: 'n', align: 'right', cell: (row) => count(row.n) },
]

const verdictColumns: Column<ReportRow>[] = [
  { head: 'Threshold', cell: (row) => <span className="whitespace-nowrap">{thresholdText(row.threshold)}</span> },
  {
    head: 'Verdict',
    cell: (row) =>
      row.verdict === 'none' ? (
        <span className="text-ink-soft">–</span>
      ) : (
        <span title={row.explanation}>
          <StatusPill status={row.verdict} />
        </span>
      ),
  },
]

const besideColumn = (other: Report): Column<ReportRow> => ({
  head: `Version ${other.model.version}`,
  align: 'right',
  cell: (row) => {
    const before = other.rows.find(({ id }) => id === row.id)?.value
    if (before == null || row.value === null) return '–'
    const change = row.value - before
    return `${decimal(before)} (${change > 0 ? '+' : ''}${decimal(change)})`
  },
})

const Examples = ({ evaluation }: { evaluation: ReportEvaluation }) =>
  evaluation.examples.length > 0 && (
    <details className="mt-3">
      <summary className="w-fit text-sm font-medium text-deep">Some that went wrong ({evaluation.examples.length})</summary>
      <div className="mt-2 grid gap-3 md:grid-cols-2">
        {evaluation.examples.map((example) => (
          <Panel key={example.item} className="text-xs">
            <p className="mb-1 text-ink-soft">{example.note}</p>
            <p className="line-clamp-6 whitespace-pre-wrap">{example.prompt}</p>
            <p className="mt-2">
              <span className="font-medium">Answer:</span> {example.answer}
            </p>
            <p>
              <span className="font-medium">Expected:</span> {example.expected}
            </p>
          </Panel>
        ))}
      </div>
    </details>
  )

const Provenance = ({ report }: { report: Report }) => (
  <Section title="How it was made" note="Enough to compute every number again.">
    <Facts
      items={[
        ['Report', <DigestChip key="report" digest={report.digest} label="digest of the report" />],
        ['Version', <DigestChip key="version" digest={report.model.manifest_digest} label="digest of the version" />],
        [
          'Suite',
          <span key="suite" className="flex items-center gap-2">
            {report.suite.name} {report.suite.version} <DigestChip digest={report.suite.digest} label="digest of the suite" />
          </span>,
        ],
        [
          'Run',
          <TextLink key="run" to="/assessments/runs/$id" params={{ id: report.run_id }}>
            its items
          </TextLink>,
        ],
        ['Started by', <Who key="who" id={report.created_by} />],
        ['Seed', report.reproduction.seed],
        ['Finished', instant(report.reproduction.finished_at)],
        ['Tokens', `${count(report.reproduction.usage.input_tokens)} in, ${count(report.reproduction.usage.output_tokens)} out`],
      ]}
    />
  </Section>
)
