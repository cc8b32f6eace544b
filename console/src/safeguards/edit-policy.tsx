import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../app/api.ts'
import type { NewSafeguardPolicyDocumentInput, SafeguardPolicy } from '../app/api-types.gen.ts'
import { act } from '../app/queries.ts'
import { Form, TextArea, TextField } from '../ui/form.tsx'
import { Page } from '../ui/page.tsx'
import { type Override, Overrides } from './overrides.tsx'
import { RuleList } from './rule-editor.tsx'
import { newRule } from './rules.ts'

const firstDocument: NewSafeguardPolicyDocumentInput = { input: [newRule('pii')], output: [newRule('pii')] }

export const NewPolicy = () => (
  <Page title="A new safeguard policy" lead="Rules for what goes in and for what comes out." back={{ to: '/safeguards', label: 'Safeguards' }}>
    <PolicyForm policy={null} />
  </Page>
)

const withOverrides = ({ overrides: _, ...document }: NewSafeguardPolicyDocumentInput, overrides: Override[]): NewSafeguardPolicyDocumentInput =>
  overrides.length === 0 ? document : { ...document, overrides }

/** Saving makes the next version; releases keep the version that they were approved with. */
export const PolicyForm = ({ policy }: { policy: SafeguardPolicy | null }) => {
  const navigate = useNavigate()
  const [document, setDocument] = useState<NewSafeguardPolicyDocumentInput>(policy?.document ?? firstDocument)
  return (
    <Form
      submit={policy ? `Save as version ${policy.version + 1}` : 'Create the policy'}
      onSubmit={async (values) => {
        const saved = await act(
          api.post<SafeguardPolicy>('/safeguards', { name: policy?.name ?? values.name, description: values.description, document }),
          'The policy is saved',
        )
        await navigate({ to: '/safeguards/$name', params: { name: saved.name } })
      }}
    >
      {!policy && <TextField name="name" label="Name" required mono placeholder="customer-data" className="max-w-96" />}
      <TextArea name="description" label="What it protects" rows={2} defaultValue={policy?.description} />
      <div className="grid gap-6 lg:grid-cols-2">
        <RuleList title="On input" direction="input" rules={document.input ?? []} onChange={(input) => setDocument({ ...document, input })} />
        <RuleList title="On output" direction="output" rules={document.output ?? []} onChange={(output) => setDocument({ ...document, output })} />
      </div>
      <Overrides overrides={document.overrides ?? []} onChange={(overrides) => setDocument(withOverrides(document, overrides))} />
    </Form>
  )
}
