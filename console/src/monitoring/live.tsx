import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Metrics } from '../app/api-types.gen.ts'
import { useGet } from '../app/queries.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Filter } from '../ui/filter.tsx'
import { count, milliseconds, money, percent } from '../ui/format.ts'
import { Loaded, Loading } from '../ui/loaded.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Page, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Alerts } from './alerts.tsx'
import { Events } from './events.tsx'
import { type Point, ranges } from './series.ts'
import { useLive } from './use-live.ts'

// The chart library is a third of this page and no other page needs it.
const Charts = lazy(async () => ({ default: (await import('./charts.tsx')).Charts }))

export type LiveSearch = { hours?: string; group_by?: string; endpoint?: string; tab?: string }

const groups = ['endpoint', 'release', 'criticality', 'domain', 'compliance', 'cost_centre']

export const Live = () => {
  const search = useSearch({ from: '/shell/live' })
  const navigate = useNavigate()
  const change = (changed: LiveSearch) => void navigate({ to: '/live', search: { ...search, ...changed }, replace: true })
  return (
    <Page title="Live" lead="Every call leaves one event; minutes of them make these figures. The last hour moves as it happens.">
      <Tabs
        value={search.tab ?? 'traffic'}
        onChange={(tab) => change({ tab })}
        tabs={[
          { id: 'traffic', label: 'Traffic', content: <Traffic search={search} change={change} /> },
          { id: 'alerts', label: 'Alerts & monitors', content: <Alerts /> },
          { id: 'events', label: 'Calls', content: <Events {...(search.endpoint && { endpoint: search.endpoint })} /> },
        ]}
      />
    </Page>
  )
}

type TrafficProps = { search: LiveSearch; change: (changed: LiveSearch) => void }

const rangeOf = (hours = '1') => ranges.find(({ value }) => value === hours) ?? ranges[1]

/** Rounded to the step, so that the address of the read, and with it its place in memory, changes once a step. */
const fromOf = ({ hours, stepSeconds }: (typeof ranges)[number]) => {
  const stepMs = stepSeconds * 1000
  return new Date(Math.floor((Date.now() - hours * 3_600_000) / stepMs) * stepMs).toISOString()
}

const Traffic = ({ search, change }: TrafficProps) => {
  const range = rangeOf(search.hours)
  const filter = { from: fromOf(range), step_seconds: range.stepSeconds, endpoint: search.endpoint }
  const metrics = useGet<Metrics>('/metrics', filter, { refetchEveryMs: 5000 })
  const hour = useLive(range.hours <= 1, search.endpoint)
  const live = hour?.slice(-range.hours * 60) ?? null
  const groupBy = search.group_by ?? 'endpoint'
  const grouped = useGet<Metrics>('/metrics', { ...filter, group_by: groupBy }, { refetchEveryMs: 5000 })
  return (
    <>
      <div className="flex flex-wrap gap-4">
        <Filter label="Time" value={range.value} options={[...ranges]} onChange={(hours) => change({ hours })} />
        {search.endpoint && (
          <Filter
            label="Endpoint"
            value={search.endpoint}
            options={[
              { value: search.endpoint, label: search.endpoint },
              { value: '', label: 'all' },
            ]}
            onChange={() => change({ endpoint: '' })}
          />
        )}
      </div>
      <Loaded query={metrics}>{(loaded) => <Overall metrics={loaded} live={live} />}</Loaded>
      <Section
        title="Side by side"
        actions={
          <Filter
            label="By"
            value={groupBy}
            options={groups.map((value) => ({ value, label: value.replace('_', ' ') }))}
            onChange={(group_by) => change({ group_by })}
          />
        }
      >
        <Loaded query={grouped}>{(loaded) => <Groups metrics={loaded} />}</Loaded>
      </Section>
    </>
  )
}

/** The hour that the live points cover, which may end a minute after what was read. */
const hourOf = (metrics: Metrics, live: Point[]): Metrics => {
  const from = live[0]?.start_at ?? metrics.from
  return { ...metrics, from, to: new Date(Date.parse(live.at(-1)?.start_at ?? metrics.to) + 60_000).toISOString() }
}

/** Where nothing has a price, nothing is known of the cost. */
const costOf = ({ cost_micros, unpriced }: Metrics['series'][number]['total']) =>
  cost_micros === 0 && unpriced > 0 ? 'no price' : money(cost_micros)

const shownMs = (value: number | null) => (value === null ? '–' : milliseconds(value))
const shownRate = (value: number | null) => (value === null ? '–' : percent(value))

const Overall = ({ metrics, live }: { metrics: Metrics; live: Point[] | null }) => {
  const [series] = metrics.series
  if (!series) return <EmptyState title="No calls in this time">Call an endpoint with a key, and its first minute appears here.</EmptyState>
  const { total } = series
  return (
    <>
      <Figures>
        <Figure name="Calls" value={count(total.requests)} />
        <Figure name="Failures" value={shownRate(total.error_rate)} note={`${count(total.errors)} of them`} />
        <Figure name="Refused" value={shownRate(total.refusal_rate)} note={`${count(total.blocked)} by safeguards`} />
        <Figure name="Latency, p95" value={shownMs(total.latency_ms.p95)} note={`median ${shownMs(total.latency_ms.p50)}`} />
        <Figure name="Time to first token, p95" value={shownMs(total.ttft_ms.p95)} note="streams only" />
        <Figure name="Cost" value={costOf(total)} note={`${count(total.input_tokens + total.output_tokens)} tokens`} />
      </Figures>
      <Suspense fallback={<Loading />}>
        <Charts metrics={live ? hourOf(metrics, live) : metrics} points={live ?? series.points} />
      </Suspense>
    </>
  )
}

const Groups = ({ metrics }: { metrics: Metrics }) =>
  metrics.series.length === 0 ? (
    <p className="text-ink-soft">Nothing to compare in this time.</p>
  ) : (
    <Table
      label="Traffic by group"
      rows={metrics.series}
      rowKey={(series) => series.group ?? ''}
      columns={[
        {
          head: 'Group',
          cell: (series) =>
            series.group ?? <span className="text-ink-soft">{metrics.group_by === 'endpoint' ? 'no such endpoint' : 'not said'}</span>,
        },
        { head: 'Calls', align: 'right', cell: ({ total }) => count(total.requests) },
        { head: 'Failures', align: 'right', cell: ({ total }) => shownRate(total.error_rate) },
        { head: 'Refused', align: 'right', cell: ({ total }) => shownRate(total.refusal_rate) },
        { head: 'Blocked', align: 'right', cell: ({ total }) => count(total.blocked) },
        { head: 'p50', align: 'right', cell: ({ total }) => shownMs(total.latency_ms.p50) },
        { head: 'p95', align: 'right', cell: ({ total }) => shownMs(total.latency_ms.p95) },
        { head: 'Tokens', align: 'right', cell: ({ total }) => count(total.input_tokens + total.output_tokens) },
        { head: 'Cost', align: 'right', cell: ({ total }) => costOf(total) },
      ]}
    />
  )
