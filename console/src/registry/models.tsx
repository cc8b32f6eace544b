import { useNavigate } from '@tanstack/react-router'
import { api } from '../app/api.ts'
import type { Model } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/form.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { TagList } from './tag-list.tsx'

export const Models = () => {
  const may = useMay()
  const models = useList<Model>('/models')
  const register = may('developer', 'administrator') ? <RegisterModel /> : null
  return (
    <Page
      title="Models"
      lead="What you answer for: each model with its versions, their parts by digest, and where they come from."
      actions={register}
    >
      <ListTable
        label="Models"
        list={models}
        rowKey={(model) => model.id}
        empty={
          <EmptyState title="No model is registered yet" action={register}>
            Register one to begin: a model that a provider hosts, or files of your own.
          </EmptyState>
        }
        columns={[
          {
            head: 'Model',
            cell: (model) => (
              <TextLink to="/models/$name" params={{ name: model.name }}>
                {model.name}
              </TextLink>
            ),
          },
          { head: 'Description', cell: (model) => <span className="line-clamp-1">{model.description || '–'}</span> },
          { head: 'Tags', cell: (model) => <TagList tags={model.tags} /> },
          { head: 'Registered', cell: (model) => <When at={model.created_at} /> },
        ]}
      />
    </Page>
  )
}

const RegisterModel = () => {
  const navigate = useNavigate()
  return (
    <FormDialog
      trigger="Register a model"
      look="primary"
      title="Register a model"
      lead="The name is what versions, releases and people refer to; it stays."
      submit="Register"
      onSubmit={async (values) => {
        const model = await act(api.post<Model>('/models', { name: values.name, description: values.description }), `${values.name} is registered`)
        await navigate({ to: '/models/$name', params: { name: model.name } })
      }}
    >
      <TextField
        name="name"
        label="Name"
        required
        mono
        placeholder="support-assistant"
        hint="Lower-case letters, digits, dot, dash and underscore."
      />
      <TextArea name="description" label="What it is for" rows={3} />
    </FormDialog>
  )
}
