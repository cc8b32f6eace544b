import { api } from '../app/api.ts'
import type { Connection, NewVersionInput } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField, type Values } from '../ui/form.tsx'

/** Numbers as numbers, text as text; the server checks the rest and names the field. */
const parametersOf = (values: Values) => {
  const other = values.other?.trim() ? (JSON.parse(values.other) as Record<string, string>) : {}
  return {
    ...(values.temperature && { temperature: Number(values.temperature) }),
    ...(values.max_tokens && { max_tokens: Number(values.max_tokens) }),
    ...other,
  }
}

const bodyOf = (values: Values): NewVersionInput => ({
  description: values.description ?? '',
  hosted: {
    connection: values['hosted.connection'] ?? '',
    upstream_model: values['hosted.upstream_model'] ?? '',
    snapshot: values['hosted.snapshot'] || null,
    parameters: parametersOf(values),
  },
})

export const NewHostedVersion = ({ model }: { model: string }) => {
  const connections = useList<Connection>('/connections')
  return (
    <FormDialog
      trigger="Add a hosted version"
      look="primary"
      title={`A new version of ${model}`}
      lead="A model that a provider hosts, with the parameters that every call will carry."
      submit="Add the version"
      onSubmit={(values) => act(api.post(`/models/${model}/versions`, bodyOf(values)), 'The version is registered')}
    >
      <SelectField
        name="hosted.connection"
        label="Connection"
        hint="Connections are made in Settings."
        options={connections.items
          .filter((connection) => connection.enabled)
          .map(({ name, simulated }) => ({ value: name, label: simulated ? `${name} (simulated)` : name }))}
      />
      <div className="grid grid-cols-2 gap-4">
        <TextField name="hosted.upstream_model" label="Model at the provider" required mono />
        <TextField name="hosted.snapshot" label="Snapshot" mono hint="The provider's own dated revision." />
        <TextField name="temperature" label="Temperature" type="number" step="any" min={0} />
        <TextField name="max_tokens" label="Most tokens" type="number" min={1} />
      </div>
      <TextArea name="other" label="Other parameters" mono rows={2} placeholder='{"seed": 7}' hint="JSON, optional." />
      <TextArea name="description" label="What is new" rows={2} />
    </FormDialog>
  )
}
