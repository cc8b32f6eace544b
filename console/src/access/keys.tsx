import { useState } from 'react'
import { api } from '../app/api.ts'
import type { Key, KeyWithCredential, NewKeyInput } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, StatusPill } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Dialog, ReasonDialog } from '../ui/dialog.tsx'
import { CheckField, Choices, Form, SelectField, TextField, type Values } from '../ui/form.tsx'
import { count } from '../ui/format.ts'
import { EmptyState, Notice } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { Who } from './who.tsx'

/** Who may read keys, as the server decides it (`access.read-keys`). */
export const useMayReadKeys = () => useMay()('administrator', 'developer', 'responder', 'auditor')

export const Keys = ({ endpoints }: { endpoints: string[] }) => (useMayReadKeys() ? <AllKeys endpoints={endpoints} /> : null)

const AllKeys = ({ endpoints }: { endpoints: string[] }) => {
  const may = useMay()
  const keys = useList<Key>('/keys')
  const mayCreate = may('developer', 'administrator')
  const create = mayCreate && <CreateKey endpoints={endpoints} />
  return (
    <Section title="API keys" note="Each is shown once and kept as an HMAC; it ends by itself." actions={create}>
      <ListTable
        label="API keys"
        list={keys}
        rowKey={(key) => key.id}
        empty={<EmptyState title="No API key yet" action={create} />}
        columns={[
          { head: 'Key', cell: (key) => <span className="font-medium">{key.name}</span> },
          { head: 'Of', cell: (key) => <Who id={key.owner} /> },
          { head: 'Secrets', cell: (key) => <span className="font-mono text-xs">{key.secrets.map(({ hint }) => `…${hint}`).join(' ')}</span> },
          {
            head: 'May',
            cell: (key) => (
              <span className="flex flex-wrap gap-1">
                {key.actions.map((action) => (
                  <Badge key={action}>{action}</Badge>
                ))}
              </span>
            ),
          },
          { head: 'Endpoints', cell: (key) => key.endpoints.map((name) => (name === '*' ? 'all' : name)).join(', ') },
          { head: 'Limits', cell: (key) => <Limits limits={key.limits} /> },
          { head: 'State', cell: (key) => <StatusPill status={key.status} /> },
          { head: 'Ends', cell: (key) => <When at={key.revoked_at ?? key.expires_at} /> },
          {
            head: 'Actions',
            hideHead: true,
            align: 'right',
            cell: (key) =>
              key.status !== 'revoked' && <Actions apiKey={key} mayRotate={mayCreate} mayRevoke={may('developer', 'responder', 'administrator')} />,
          },
        ]}
      />
    </Section>
  )
}

const Limits = ({ limits }: { limits: Key['limits'] }) => {
  const parts = [
    limits.requests_per_minute !== null && `${count(limits.requests_per_minute)} calls/min`,
    limits.tokens_per_day !== null && `${count(limits.tokens_per_day)} tokens/day`,
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(', ') : <span className="text-ink-soft">none</span>
}

const Actions = ({ apiKey, mayRotate, mayRevoke }: { apiKey: Key; mayRotate: boolean; mayRevoke: boolean }) => (
  <span className="flex justify-end gap-2">
    {mayRotate && <RotateKey apiKey={apiKey} />}
    {mayRevoke && (
      <ReasonDialog
        trigger="Revoke"
        look="quiet"
        submitLook="danger"
        title={`Revoke ${apiKey.name}`}
        lead="For ever, and within a second. Calls with it are refused from then on."
        submit="Revoke"
        onReason={(reason) => act(api.post(`/keys/${apiKey.id}/revoke`, { reason }), `${apiKey.name} is revoked`)}
      />
    )}
  </span>
)

const listed = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
const numberOrNull = (text: string | undefined) => (text ? Number(text) : null)

const bodyOf = (values: Values): NewKeyInput => ({
  name: values.name ?? '',
  endpoints: listed(values.endpoints),
  actions: listed(values.actions) as NonNullable<NewKeyInput['actions']>,
  limits: { requests_per_minute: numberOrNull(values['limits.requests_per_minute']), tokens_per_day: numberOrNull(values['limits.tokens_per_day']) },
  networks: listed(values.networks),
  expires_in_days: Number(values.expires_in_days),
})

const CreateKey = ({ endpoints }: { endpoints: string[] }) => {
  const [made, setMade] = useState<KeyWithCredential | null>(null)
  return (
    <Dialog trigger="Create a key" look="primary" title={made ? 'Copy the key now' : 'Create an API key'} wide>
      {(close) =>
        made ? (
          <Shown
            made={made}
            onDone={() => {
              setMade(null)
              close()
            }}
          />
        ) : (
          <Form submit="Create the key" onSubmit={async (values) => setMade(await act(api.post<KeyWithCredential>('/keys', bodyOf(values))))}>
            <TextField name="name" label="Name" required placeholder="shop backend" />
            <SelectField
              name="endpoints"
              label="Endpoint"
              options={[...endpoints.map((value) => ({ value, label: value })), { value: '*', label: 'every endpoint' }]}
            />
            <Choices legend="It may">
              <div className="flex gap-6">
                {['invoke', 'stream', 'embed'].map((action) => (
                  <CheckField key={action} name="actions" value={action} label={action} defaultChecked />
                ))}
              </div>
            </Choices>
            <div className="grid grid-cols-3 gap-4">
              <TextField name="limits.requests_per_minute" label="Calls a minute" type="number" min={1} hint="Empty for no limit." />
              <TextField name="limits.tokens_per_day" label="Tokens a day" type="number" min={1} hint="Empty for no limit." />
              <TextField name="expires_in_days" label="Ends after days" type="number" min={1} max={365} defaultValue="30" required />
            </div>
            <TextField name="networks" label="Only from these networks" mono placeholder="10.0.0.0/8, 2001:db8::/32" hint="Empty for any address." />
          </Form>
        )
      }
    </Dialog>
  )
}

const RotateKey = ({ apiKey }: { apiKey: Key }) => {
  const [made, setMade] = useState<KeyWithCredential | null>(null)
  return (
    <Dialog
      trigger="Rotate"
      look="quiet"
      title={made ? 'Copy the new secret now' : `Rotate ${apiKey.name}`}
      lead={made ? undefined : 'The old secret keeps working for the overlap, so that callers can change over.'}
      wide={made !== null}
    >
      {(close) =>
        made ? (
          <Shown
            made={made}
            onDone={() => {
              setMade(null)
              close()
            }}
          />
        ) : (
          <Form
            submit="Rotate"
            onSubmit={async ({ hours }) =>
              setMade(await act(api.post<KeyWithCredential>(`/keys/${apiKey.id}/rotate`, { overlap_seconds: Math.round(Number(hours) * 3600) })))
            }
          >
            <TextField name="hours" label="Overlap in hours" type="number" min={0} max={720} step="any" defaultValue="24" required />
          </Form>
        )
      }
    </Dialog>
  )
}

const Shown = ({ made, onDone }: { made: KeyWithCredential; onDone: () => void }) => (
  <div className="flex flex-col gap-4">
    <Notice tone="warn" title="It is shown this once">
      Only an HMAC of it is kept. Whoever loses it makes another.
    </Notice>
    <CodeBlock label="API key" text={made.credential} />
    <CodeBlock label="Try it" text={curlOf(made)} />
    <div className="flex justify-end">
      <Button look="primary" onClick={onDone}>
        I have copied it
      </Button>
    </div>
  </div>
)

const curlOf = ({ key, credential }: KeyWithCredential) => {
  const model = key.endpoints.find((name) => name !== '*') ?? 'ENDPOINT'
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Good morning' }] })
  return `curl ${location.origin}/v1/chat/completions \\\n  -H 'authorization: Bearer ${credential}' \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`
}
