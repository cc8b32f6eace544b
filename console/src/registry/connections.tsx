import { api, ifMatch } from '../app/api.ts'
import type { Connection, ConnectionTest } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Simulated, StatusPill } from '../ui/badge.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/form.tsx'
import { milliseconds } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { tell, warn } from '../ui/toast.tsx'

/** Where prompts may go: providers with their sealed credentials. */
export const Connections = () => {
  const isAdministrator = useMay()('administrator')
  const connections = useList<Connection>('/connections')
  return (
    <Section title="Connections" note="Credentials are sealed at rest and never shown again." actions={isAdministrator && <NewConnection />}>
      <ListTable
        label="Connections"
        list={connections}
        rowKey={(connection) => connection.id}
        empty={<EmptyState title="No connection" />}
        columns={[
          {
            head: 'Name',
            cell: (connection) => (
              <span className="flex items-center gap-2 font-medium">
                {connection.name} {connection.simulated && <Simulated />}
              </span>
            ),
          },
          { head: 'Provider', cell: (connection) => connection.provider },
          { head: 'Address', cell: (connection) => <code className="font-mono text-xs">{connection.base_url ?? '–'}</code> },
          {
            head: 'Credentials',
            cell: (connection) =>
              connection.has_credentials ? `sealed${connection.credentials_hint ? ` …${connection.credentials_hint}` : ''}` : 'none',
          },
          { head: 'State', cell: (connection) => <StatusPill status={connection.enabled ? 'active' : 'off'} /> },
          {
            head: 'Actions',
            hideHead: true,
            align: 'right',
            cell: (connection) => <Actions connection={connection} isAdministrator={isAdministrator} />,
          },
        ]}
      />
    </Section>
  )
}

const probe = async ({ name }: Connection) => {
  const result = await api.post<ConnectionTest>(`/connections/${name}/test`)
  if (result.ok) tell(`${name} answers`, `${result.models.length} models in ${milliseconds(result.latency_ms)}`)
  else warn(`${name} does not answer`, result.problem ?? '')
}

const Actions = ({ connection, isAdministrator }: { connection: Connection; isAdministrator: boolean }) => {
  const mayTest = useMay()('administrator', 'developer')
  const path = `/connections/${connection.name}`
  const change = (body: object) => api.patch(path, body, ifMatch(connection.revision))
  return (
    <span className="flex justify-end gap-2">
      {mayTest && (
        <ActButton look="quiet" does={() => probe(connection)}>
          Test
        </ActButton>
      )}
      {isAdministrator && !connection.simulated && (
        <>
          <FormDialog
            trigger="Replace credentials"
            look="quiet"
            title={`New credentials for ${connection.name}`}
            submit="Seal and save"
            onSubmit={({ credentials }) => act(change({ credentials }), 'The credentials are replaced')}
          >
            <TextField name="credentials" label="Credentials" type="password" required autoComplete="new-password" />
          </FormDialog>
          <ActButton look="quiet" does={() => change({ enabled: !connection.enabled })}>
            {connection.enabled ? 'Switch off' : 'Switch on'}
          </ActButton>
        </>
      )}
    </span>
  )
}

const NewConnection = () => (
  <FormDialog
    trigger="Connect a provider"
    look="primary"
    title="Connect a provider"
    lead="Any service that speaks the OpenAI protocol. The address is part of what people approve, so it cannot be edited later."
    submit="Connect"
    onSubmit={({ name, base_url, credentials, description }) =>
      act(
        api.post('/connections', { name, provider: 'openai-compatible', base_url, credentials: credentials || null, description }),
        `${name} is connected`,
      )
    }
  >
    <TextField name="name" label="Name" required mono placeholder="acme" />
    <TextField name="base_url" label="Address" type="url" required mono placeholder="https://api.example.com/v1" />
    <TextField
      name="credentials"
      label="Credentials"
      type="password"
      autoComplete="new-password"
      hint="Sealed with the master key; nobody can read them back."
    />
    <TextField name="description" label="Description" />
  </FormDialog>
)
