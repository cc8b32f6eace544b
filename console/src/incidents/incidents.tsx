import { useNavigate } from '@tanstack/react-router'
import { api } from '../app/api.ts'
import type { Endpoint, Incident, NewIncidentInput } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { impacts } from '../monitoring/metric-names.ts'
import { Simulated, StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { CheckField, SelectField, TextArea, TextField, type Values } from '../ui/form.tsx'
import { words } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { Runbooks } from './runbooks.tsx'

export const Incidents = () => {
  const may = useMay()
  const incidents = useList<Incident>('/incidents', {}, { refetchEveryMs: 5000 })
  return (
    <Page
      title="Incidents"
      lead="Raised by an alert or by a person; ranked by impact and criticality; worked on in the open."
      actions={may('developer', 'approver', 'responder', 'administrator') && <OpenIncident />}
    >
      <ListTable
        label="Incidents"
        list={incidents}
        rowKey={(incident) => incident.id}
        empty={<EmptyState title="No incident so far">A monitor that fires opens one by itself.</EmptyState>}
        columns={[
          { head: 'Severity', cell: (incident) => <StatusPill status={incident.severity} /> },
          {
            head: 'Incident',
            cell: (incident) => (
              <span className="flex items-center gap-2">
                <TextLink to="/incidents/$id" params={{ id: incident.id }}>
                  {incident.title}
                </TextLink>
                {incident.simulated && <Simulated />}
              </span>
            ),
          },
          { head: 'State', cell: (incident) => <StatusPill status={incident.state} /> },
          { head: 'Endpoint', cell: (incident) => incident.endpoint ?? '–' },
          { head: 'Commander', cell: (incident) => incident.roles.commander ?? <span className="text-ink-soft">nobody yet</span> },
          { head: 'Opened', cell: (incident) => <When at={incident.opened_at} /> },
        ]}
      />
      <Runbooks />
    </Page>
  )
}

export const OpenIncident = () => {
  const navigate = useNavigate()
  const endpoints = useList<Endpoint>('/endpoints', { limit: 200 })
  return (
    <FormDialog
      trigger="Report an incident"
      look="alarm"
      title="Report an incident"
      lead="Whoever sees something says so. The severity follows from what you say."
      submit="Report it"
      onSubmit={async (values) => {
        const incident = await act(api.post<Incident>('/incidents', bodyOf(values, endpoints.items)), 'The incident is open')
        await navigate({ to: '/incidents/$id', params: { id: incident.id } })
      }}
    >
      <TextField name="title" label="What happens" required maxLength={200} />
      <TextArea name="description" label="What you saw" rows={3} />
      <div className="grid grid-cols-2 gap-4">
        <SelectField
          name="endpoint"
          label="Endpoint"
          options={[{ value: '', label: 'none in particular' }, ...endpoints.items.map(({ name }) => ({ value: name, label: name }))]}
        />
        <SelectField name="impact" label="Impact" options={impacts.map((value) => ({ value, label: words(value) }))} />
      </div>
      <CheckField name="vulnerable_group" label="A vulnerable group is affected" />
      <CheckField name="wide_reach" label="More than one in a hundred users is affected" />
    </FormDialog>
  )
}

/** The endpoint's own tags say how critical it is; its release is what a responder will want to stop. */
const bodyOf = (values: Values, endpoints: Endpoint[]): NewIncidentInput => {
  const endpoint = endpoints.find(({ name }) => name === values.endpoint)
  return {
    title: values.title ?? '',
    description: values.description ?? '',
    endpoint: endpoint?.name ?? null,
    release: endpoint?.targets[0]?.release ?? null,
    impact: values.impact as NewIncidentInput['impact'],
    criticality: endpoint?.tags.criticality ?? null,
    compliance: endpoint?.tags.compliance ?? null,
    vulnerable_group: values.vulnerable_group !== undefined,
    wide_reach: values.wide_reach !== undefined,
  }
}
