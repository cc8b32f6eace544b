import { Keys } from '../access/keys.tsx'
import { Limits } from '../access/limits.tsx'
import { AccessPolicies } from '../access/policies.tsx'
import { api } from '../app/api.ts'
import type { Endpoint, NewEndpointInput } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField, type Values } from '../ui/form.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Page, Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { TagText } from './tag-text.tsx'
import { Targets } from './targets.tsx'

export const Endpoints = () => {
  const may = useMay()
  const endpoints = useList<Endpoint>('/endpoints', { limit: 200 }, { refetchEveryMs: 5000 })
  const names = endpoints.items.map(({ name }) => name)
  const create = may('developer', 'administrator') && <NewEndpoint />
  return (
    <Page
      title="Endpoints & keys"
      lead="An endpoint is the name that clients send as model. It answers only while it points to an approved release that is in force."
    >
      <Section title="Endpoints" actions={create}>
        <ListTable
          label="Endpoints"
          list={endpoints}
          rowKey={(endpoint) => endpoint.id}
          empty={
            <EmptyState title="No endpoint yet" action={create}>
              It may exist before its release is approved; until then it refuses every call.
            </EmptyState>
          }
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
            { head: 'Tags', cell: (endpoint) => <TagText tags={endpoint.tags} /> },
            { head: 'Changed', cell: (endpoint) => <When at={endpoint.updated_at} /> },
          ]}
        />
      </Section>
      <Keys endpoints={names} />
      <AccessPolicies endpoints={names} />
      <Limits />
    </Page>
  )
}

export const tagsOf = (values: Values): NonNullable<NewEndpointInput['tags']> => ({
  criticality: (values['tags.criticality'] || null) as 'low' | null,
  domain: values['tags.domain'] || null,
  compliance: values['tags.compliance'] || null,
  cost_centre: values['tags.cost_centre'] || null,
})

export const EndpointFields = ({ endpoint }: { endpoint?: Endpoint }) => (
  <>
    <TextArea name="description" label="What it is for" rows={2} defaultValue={endpoint?.description} />
    <div className="grid grid-cols-2 gap-4">
      <SelectField
        name="tags.criticality"
        label="Criticality"
        defaultValue={endpoint?.tags.criticality ?? ''}
        options={[{ value: '', label: 'not said' }, ...['low', 'medium', 'high', 'critical'].map((value) => ({ value, label: value }))]}
        hint="With the impact it makes the severity of an incident."
      />
      <TextField name="tags.domain" label="Business domain" mono defaultValue={endpoint?.tags.domain ?? ''} />
      <TextField name="tags.compliance" label="Compliance" mono defaultValue={endpoint?.tags.compliance ?? ''} />
      <TextField name="tags.cost_centre" label="Cost centre" mono defaultValue={endpoint?.tags.cost_centre ?? ''} />
    </div>
    <SelectField
      name="visibility"
      label="Who may know of it"
      defaultValue={endpoint?.visibility ?? 'project'}
      options={[
        { value: 'project', label: 'every key of the project' },
        { value: 'scoped', label: 'only keys that name it' },
      ]}
    />
  </>
)

const NewEndpoint = () => (
  <FormDialog
    trigger="Create an endpoint"
    look="primary"
    title="Create an endpoint"
    submit="Create"
    onSubmit={(values) =>
      act(
        api.post('/endpoints', { name: values.name, description: values.description, visibility: values.visibility, tags: tagsOf(values) }),
        `${values.name} is created`,
      )
    }
  >
    <TextField name="name" label="Name" required mono placeholder="support" hint="Clients send it as model." />
    <EndpointFields />
  </FormDialog>
)
