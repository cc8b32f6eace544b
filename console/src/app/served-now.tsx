import { Targets } from '../governance/targets.tsx'
import { TextLink } from '../ui/button.tsx'
import { count, milliseconds, percent } from '../ui/format.ts'
import { ReadFailed } from '../ui/loaded.tsx'
import { Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import type { Endpoint, Metrics } from './api-types.gen.ts'
import { useGet, useList } from './queries.ts'

/** Each endpoint with what it answers with and how it behaved in the last hour. */
export const ServedNow = () => {
  const endpoints = useList<Endpoint>('/endpoints', { limit: 200 }, { refetchEveryMs: 10_000 })
  const metrics = useGet<Metrics>('/metrics', { group_by: 'endpoint' }, { refetchEveryMs: 10_000 })
  const totalOf = (name: string) => metrics.data?.series.find(({ group }) => group === name)?.total
  if (endpoints.error && endpoints.items.length === 0) return <ReadFailed error={endpoints.error} retry={endpoints.refetch} />
  if (endpoints.items.length === 0) return null
  return (
    <Section title="Served now" note="Traffic of the last hour.">
      <Table
        label="Endpoints"
        rows={endpoints.items}
        rowKey={(endpoint) => endpoint.id}
        columns={[
          {
            head: 'Endpoint',
            cell: (endpoint) => (
              <TextLink to="/endpoints/$name" params={{ name: endpoint.name }}>
                {endpoint.name}
              </TextLink>
            ),
          },
          { head: 'Serves', cell: (endpoint) => <Targets targets={endpoint.targets} /> },
          { head: 'Calls', align: 'right', cell: ({ name }) => count(totalOf(name)?.requests ?? 0) },
          { head: 'Failures', align: 'right', cell: ({ name }) => shown(totalOf(name)?.error_rate, percent) },
          { head: 'Refused', align: 'right', cell: ({ name }) => shown(totalOf(name)?.refusal_rate, percent) },
          { head: 'p95', align: 'right', cell: ({ name }) => shown(totalOf(name)?.latency_ms.p95, milliseconds) },
        ]}
      />
    </Section>
  )
}

const shown = (value: number | null | undefined, format: (value: number) => string) => (value == null ? '–' : format(value))
