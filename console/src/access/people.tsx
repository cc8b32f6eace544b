import { useState } from 'react'
import { api, ifMatch } from '../app/api.ts'
import type { Key, NewPersonInput, OneTimeLink, Person } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Badge, StatusPill } from '../ui/badge.tsx'
import { Button, TextLink } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Dialog, FormDialog } from '../ui/dialog.tsx'
import { CheckField, Choices, Form, TextField, type Values } from '../ui/form.tsx'
import { instant } from '../ui/format.ts'
import { EmptyState, Notice } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

type Role = NewPersonInput['roles'][number]

const roles: [Role, string][] = [
  ['administrator', 'runs the server, invites people; decides about no release'],
  ['developer', 'registers, assesses, documents and asks for approval'],
  ['approver', 'signs off or refuses, in the capacities below'],
  ['responder', 'suspends, rolls back, works on incidents'],
  ['auditor', 'reads everything, exports the log'],
]

const listed = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
const rightsOf = (values: Values) => ({ roles: listed(values.roles) as Role[], capacities: listed(values.capacities) })

export const People = () => {
  const isAdministrator = useMay()('administrator')
  const people = useList<Person>('/principals', { limit: 200 })
  return (
    <Section title="People" actions={isAdministrator && <Invite />}>
      <ListTable
        label="People"
        list={people}
        rowKey={(person) => person.id}
        empty={<EmptyState title="Nobody yet" />}
        columns={[
          { head: 'Name', cell: (person) => <span className="font-medium">{person.name}</span> },
          { head: 'E-mail', cell: (person) => person.email },
          {
            head: 'Roles',
            cell: (person) => (
              <span className="flex flex-wrap gap-1">
                {person.roles.map((role) => (
                  <Badge key={role}>{role}</Badge>
                ))}
                {person.capacities.map((capacity) => (
                  <Badge key={capacity} tone="info">
                    {capacity}
                  </Badge>
                ))}
              </span>
            ),
          },
          { head: 'State', cell: (person) => <StatusPill status={person.status} /> },
          { head: 'Last sign-in', cell: (person) => <When at={person.last_sign_in_at} /> },
          { head: 'Actions', hideHead: true, align: 'right', cell: (person) => isAdministrator && <Actions person={person} /> },
        ]}
      />
    </Section>
  )
}

const RightsFields = ({ person }: { person?: Person }) => (
  <>
    <Choices legend="Roles">
      {roles.map(([role, hint]) => (
        <CheckField key={role} name="roles" value={role} label={role} hint={hint} defaultChecked={person?.roles.includes(role)} />
      ))}
    </Choices>
    <TextField
      name="capacities"
      label="Capacities of an approver"
      placeholder="risk, legal"
      defaultValue={person?.capacities.join(', ')}
      hint="Approval policies ask for them by these words."
    />
  </>
)

const Invite = () => {
  const [link, setLink] = useState<OneTimeLink | null>(null)
  return (
    <Dialog trigger="Invite a person" look="primary" title="Invite a person" wide={link !== null}>
      {(close) =>
        link ? (
          <LinkToGive
            link={link}
            onDone={() => {
              setLink(null)
              close()
            }}
          />
        ) : (
          <Form
            submit="Make the invitation"
            onSubmit={async (values) => {
              const invited = await act(
                api.post<{ link: OneTimeLink }>('/principals', { name: values.name, email: values.email, ...rightsOf(values) }),
              )
              setLink(invited.link)
            }}
          >
            <TextField name="name" label="Name" required />
            <TextField name="email" label="E-mail" type="email" required />
            <RightsFields />
          </Form>
        )
      }
    </Dialog>
  )
}

const LinkToGive = ({ link, onDone }: { link: OneTimeLink; onDone: () => void }) => (
  <div className="flex flex-col gap-4">
    <Notice tone="warn" title="Give this link to the person yourself">
      It works once, until {instant(link.expires_at)}, and is not shown again.
    </Notice>
    <CodeBlock label="One-time link" text={location.origin + link.path} />
    <div className="flex justify-end">
      <Button look="primary" onClick={onDone}>
        Done
      </Button>
    </div>
  </div>
)

const Actions = ({ person }: { person: Person }) => {
  const isDisabled = person.status === 'disabled'
  return (
    <span className="flex justify-end gap-2">
      <NewLink person={person} />
      <FormDialog
        trigger="Edit"
        look="quiet"
        title={person.name}
        lead="A change of rights holds from the next request on."
        submit="Save"
        onSubmit={(values) =>
          act(api.patch(`/principals/${person.id}`, { name: values.name, ...rightsOf(values) }, ifMatch(person.revision)), 'Saved')
        }
      >
        <TextField name="name" label="Name" required defaultValue={person.name} />
        <RightsFields person={person} />
      </FormDialog>
      {isDisabled ? (
        <ActButton look="quiet" does={() => api.post(`/principals/${person.id}/enable`)}>
          Enable
        </ActButton>
      ) : (
        <Disable person={person} />
      )}
    </span>
  )
}

const Disable = ({ person }: { person: Person }) => (
  <FormDialog
    trigger="Disable"
    look="quiet"
    submitLook="danger"
    title={`Disable ${person.name}`}
    lead="Sessions and open links end at once; what was signed stays signed."
    submit="Disable"
    onSubmit={() => act(api.post(`/principals/${person.id}/disable`), `${person.name} is disabled`)}
  >
    <KeysThatStay person={person} />
  </FormDialog>
)

/** An application does not stop because somebody left; whoever disables a person decides about the keys as well. */
const KeysThatStay = ({ person }: { person: Person }) => {
  const keys = useList<Key>('/keys', { limit: 200, status: 'active', owner: person.id })
  if (keys.items.length === 0) return null
  return (
    <Notice tone="warn" title={keys.items.length === 1 ? 'One API key goes on working' : `${keys.items.length} API keys go on working`}>
      <p>{keys.items.map(({ name }) => name).join(', ')}</p>
      <p>
        Applications call with them. Revoke what should stop under <TextLink to="/endpoints">Endpoints & keys</TextLink>.
      </p>
    </Notice>
  )
}

const NewLink = ({ person }: { person: Person }) => {
  const [link, setLink] = useState<OneTimeLink | null>(null)
  return (
    <Dialog
      trigger="New link"
      look="quiet"
      title={`A new link for ${person.name}`}
      lead="For a forgotten password or an invitation that has lapsed. Whoever opens it becomes this person, so the log says who made it."
      wide={link !== null}
    >
      {(close) =>
        link ? (
          <LinkToGive
            link={link}
            onDone={() => {
              setLink(null)
              close()
            }}
          />
        ) : (
          <Form submit="Make the link" onSubmit={async () => setLink(await act(api.post<OneTimeLink>(`/principals/${person.id}/sign-in-link`)))}>
            {null}
          </Form>
        )
      }
    </Dialog>
  )
}
