import { api } from '../app/api.ts'
import type { Alert, Monitor, NewMonitorInput } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Simulated, StatusPill } from '../ui/badge.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, TextField, type Values } from '../ui/form.tsx'
import { count, words } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { figureOf, impacts, metricNames } from './metric-names.ts'

export const Alerts = () => {
  const may = useMay()
  const alerts = useList<Alert>('/alerts', {}, { refetchEveryMs: 5000 })
  return (
    <>
      <Section title="Alerts">
        <ListTable
          label="Alerts"
          list={alerts}
          rowKey={(alert) => alert.id}
          empty={<EmptyState title="No alert has fired">The sea is calm.</EmptyState>}
          columns={[
            {
              head: 'Monitor',
              cell: (alert) => (
                <span className="flex items-center gap-2 font-medium">
                  {alert.monitor_name}
                  {alert.details.simulated && <Simulated />}
                </span>
              ),
            },
            { head: 'State', cell: (alert) => <StatusPill status={alert.state} /> },
            {
              head: 'What was seen',
              cell: ({ details }) =>
                `${words(details.metric)} ${figureOf(details.metric, details.value)}, ${details.comparator} ${figureOf(details.metric, details.threshold)}, in ${count(details.count)} calls`,
            },
            { head: 'Where', cell: ({ details }) => details.endpoint ?? 'all endpoints' },
            { head: 'Fired', cell: (alert) => <When at={alert.fired_at} /> },
            {
              head: 'Actions',
              hideHead: true,
              align: 'right',
              cell: (alert) =>
                may('responder', 'administrator') &&
                alert.acknowledged_at === null &&
                alert.state === 'firing' && (
                  <ActButton look="quiet" does={() => api.post(`/alerts/${alert.id}/acknowledge`)}>
                    Acknowledge
                  </ActButton>
                ),
            },
          ]}
        />
      </Section>
      <Monitors />
    </>
  )
}

const Monitors = () => {
  const may = useMay()
  const monitors = useList<Monitor>('/monitors', {}, { refetchEveryMs: 5000 })
  const add = may('developer', 'responder', 'administrator') && <NewMonitor />
  return (
    <Section title="Monitors" note="A breach opens an incident; its severity comes from impact and criticality." actions={add}>
      <ListTable
        label="Monitors"
        list={monitors}
        rowKey={(monitor) => monitor.id}
        empty={<EmptyState title="Nobody keeps watch yet" action={add} />}
        columns={[
          { head: 'Monitor', cell: (monitor) => <span className="font-medium">{monitor.name}</span> },
          {
            head: 'Rule',
            cell: (monitor) =>
              `${words(monitor.metric)} ${monitor.comparator} ${figureOf(monitor.metric, monitor.threshold)} over ${monitor.window_minutes} min`,
          },
          { head: 'Where', cell: (monitor) => monitor.endpoint ?? 'all endpoints' },
          { head: 'Impact', cell: (monitor) => words(monitor.impact) },
          { head: 'Now', align: 'right', cell: (monitor) => (monitor.last_value === null ? '–' : figureOf(monitor.metric, monitor.last_value)) },
          { head: 'State', cell: (monitor) => <StatusPill status={monitor.firing_alert ? 'firing' : monitor.enabled ? 'active' : 'off'} /> },
        ]}
      />
    </Section>
  )
}

const bodyOf = (values: Values): NewMonitorInput => ({
  name: values.name ?? '',
  metric: values.metric as NewMonitorInput['metric'],
  comparator: values.comparator as NewMonitorInput['comparator'],
  threshold: Number(values.threshold),
  window_minutes: Number(values.window_minutes),
  min_count: Number(values.min_count),
  impact: values.impact as NonNullable<NewMonitorInput['impact']>,
  endpoint: values.endpoint || null,
})

const NewMonitor = () => (
  <FormDialog
    trigger="Set a watch"
    look="primary"
    title="A new monitor"
    submit="Set the watch"
    onSubmit={(values) => act(api.post('/monitors', bodyOf(values)), 'The watch is set')}
  >
    <TextField name="name" label="Name" required mono placeholder="too-many-errors" />
    <SelectField name="metric" label="What is watched" options={metricNames.map((value) => ({ value, label: words(value) }))} />
    <div className="grid grid-cols-2 gap-4">
      <SelectField
        name="comparator"
        label="It is wrong when"
        options={[
          { value: 'above', label: 'above' },
          { value: 'below', label: 'below' },
        ]}
      />
      <TextField name="threshold" label="Threshold" type="number" step="any" required hint="Rates from 0 to 1, times in ms." />
      <TextField name="window_minutes" label="Over minutes" type="number" min={1} max={1440} defaultValue="5" />
      <TextField name="min_count" label="With calls, at least" type="number" min={0} defaultValue="20" />
      <TextField name="endpoint" label="Only the endpoint" mono hint="Empty for all." />
      <SelectField name="impact" label="What a breach would mean" options={impacts.map((value) => ({ value, label: words(value) }))} />
    </div>
  </FormDialog>
)
