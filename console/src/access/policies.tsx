import { useState } from 'react'
import { api, ifMatch } from '../app/api.ts'
import type { AccessAnswer, AccessPolicy, AccessPolicyCheck, Key } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge } from '../ui/badge.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Dialog, FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Form, SelectField, TextArea, TextField } from '../ui/form.tsx'
import { words } from '../ui/format.ts'
import { EmptyState, Notice } from '../ui/notice.tsx'
import { Panel, Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'

/** Who may call what, as Cedar text, with a place to ask before anybody calls. */
export const AccessPolicies = ({ endpoints }: { endpoints: string[] }) => {
  const may = useMay()
  const isAdministrator = may('administrator')
  const policies = useList<AccessPolicy>('/access-policies')
  return (
    <>
      <Section
        title="Access policies"
        note="Cedar: a call is allowed when one permits it and none forbids it."
        actions={isAdministrator && <WritePolicy />}
      >
        <ListTable
          label="Access policies"
          list={policies}
          rowKey={(policy) => policy.name}
          empty={<EmptyState title="No policy is in force" />}
          columns={[
            {
              head: 'Policy',
              cell: (policy) => (
                <span className="flex items-center gap-2 font-medium">
                  {policy.name} {policy.built_in && <Badge>built in</Badge>}
                </span>
              ),
            },
            { head: 'What it says', cell: (policy) => policy.description },
            { head: 'Version', align: 'right', cell: (policy) => policy.version },
            { head: 'Digest', cell: (policy) => <DigestChip digest={policy.digest} label="digest of the policy" /> },
            {
              head: 'Actions',
              hideHead: true,
              align: 'right',
              cell: (policy) => <PolicyActions policy={policy} mayChange={isAdministrator && !policy.built_in} />,
            },
          ]}
        />
      </Section>
      {may('administrator', 'developer', 'responder', 'auditor') && <Simulate endpoints={endpoints} />}
    </>
  )
}

const PolicyActions = ({ policy, mayChange }: { policy: AccessPolicy; mayChange: boolean }) => (
  <span className="flex justify-end gap-2">
    <Dialog trigger="Show" look="quiet" title={policy.name} lead={policy.description} wide>
      {() => <CodeBlock label="Cedar" text={policy.source} />}
    </Dialog>
    {mayChange && <WritePolicy policy={policy} />}
  </span>
)

const example = `forbid (principal, action, resource)\nwhen { resource has criticality && resource.criticality == "critical" && !(principal has owner) };`

/** What Cedar finds wrong is said with its line before anything is saved. */
const checked = async (name: string, source: string) => {
  const { errors } = await api.post<AccessPolicyCheck>('/access-policies/check', { name, source })
  const [first] = errors
  if (first) throw new Error(`${first.line === null ? '' : `Line ${first.line}: `}${first.message}`)
}

const WritePolicy = ({ policy }: { policy?: AccessPolicy }) => (
  <FormDialog
    trigger={policy ? 'Edit' : 'Write a policy'}
    look={policy ? 'quiet' : 'primary'}
    title={policy ? policy.name : 'Write an access policy'}
    lead="In force at once, for every call from then on."
    submit="Check and save"
    wide
    onSubmit={async ({ name: typed, source = '', description }) => {
      const name = policy?.name ?? typed ?? ''
      await checked(name, source)
      return act(api.put(`/access-policies/${name}`, { source, description }, ifMatch(policy?.version)), 'The policy is in force')
    }}
  >
    {!policy && <TextField name="name" label="Name" mono required />}
    <TextField name="description" label="What it says" defaultValue={policy?.description} />
    <TextArea name="source" label="Cedar" mono rows={12} required defaultValue={policy?.source ?? example} />
  </FormDialog>
)

const Simulate = ({ endpoints }: { endpoints: string[] }) => {
  const keys = useList<Key>('/keys', { limit: 200 })
  const [answer, setAnswer] = useState<AccessAnswer | null>(null)
  if (keys.items.length === 0 || endpoints.length === 0) return null
  return (
    <Section title="Would this call be let through?" note="Judged as the gateway would now; nothing is called.">
      <Panel>
        <Form
          submit="Ask"
          onSubmit={async ({ key_id, action, endpoint, remote_ip }) =>
            setAnswer(await api.post<AccessAnswer>('/access-policies/simulate', { key_id, action, endpoint, ...(remote_ip && { remote_ip }) }))
          }
        >
          <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
            <SelectField name="key_id" label="Key" options={keys.items.map(({ id, name }) => ({ value: id, label: name }))} />
            <SelectField name="action" label="Action" options={['invoke', 'stream', 'embed'].map((value) => ({ value, label: value }))} />
            <SelectField name="endpoint" label="Endpoint" options={endpoints.map((value) => ({ value, label: value }))} />
            <TextField name="remote_ip" label="From the address" mono placeholder="127.0.0.1" />
          </div>
        </Form>
        <div aria-live="polite">{answer && <Answer answer={answer} />}</div>
      </Panel>
    </Section>
  )
}

const Answer = ({ answer }: { answer: AccessAnswer }) => (
  <div className="mt-3">
    <Notice
      tone={answer.decision === 'allow' ? 'good' : 'bad'}
      title={answer.decision === 'allow' ? 'It would be let through' : `It would be refused${answer.code ? `: ${words(answer.code)}` : ''}`}
    >
      {answer.policies.length > 0 ? `Decided by ${answer.policies.join(', ')}.` : 'No policy permits it.'}
    </Notice>
  </div>
)
