import { useParams } from '@tanstack/react-router'
import { api } from '../app/api.ts'
import type { Incident, SeverityInputs } from '../app/api-types.gen.ts'
import { act, useGet } from '../app/queries.ts'
import { useMay, useSession } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Badge, Simulated, StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { ReasonDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { words } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { PostMortemTab } from './post-mortem.tsx'
import { RunbookSteps } from './runbook-steps.tsx'
import { Timeline } from './timeline.tsx'

export const IncidentPage = () => {
  const { id } = useParams({ from: '/shell/incidents/$id' })
  const incident = useGet<Incident>(`/incidents/${id}`, {}, { refetchEveryMs: 3000 })
  return <Loaded query={incident}>{(loaded) => <OneIncident incident={loaded} />}</Loaded>
}

const openStates: Incident['state'][] = ['suspected', 'declared', 'contained', 'monitoring']

const OneIncident = ({ incident }: { incident: Incident }) => {
  const may = useMay()
  const isOpen = openStates.includes(incident.state)
  const mayRespond = may('responder', 'administrator')
  return (
    <Page
      title={incident.title}
      marks={
        <>
          <StatusPill status={incident.severity} />
          <StatusPill status={incident.state} />
          {incident.simulated && <Simulated />}
        </>
      }
      back={{ to: '/incidents', label: 'Incidents' }}
      actions={mayRespond && <States incident={incident} />}
    >
      {mayRespond && isOpen && <StopHarm incident={incident} />}
      <Facts
        items={[
          [
            'Endpoint',
            incident.endpoint && (
              <TextLink key="endpoint" to="/endpoints/$name" params={{ name: incident.endpoint }}>
                {incident.endpoint}
              </TextLink>
            ),
          ],
          [
            'Release',
            incident.release && (
              <span key="release" className="flex items-center gap-2">
                <TextLink to="/releases/$digest" params={{ digest: incident.release }}>
                  its page
                </TextLink>
                <DigestChip digest={incident.release} label="digest of the release" />
              </span>
            ),
          ],
          [
            'Opened',
            <span key="opened">
              <When at={incident.opened_at} /> by {incident.opened_by}
            </span>,
          ],
          ['Contained', <When key="contained" at={incident.contained_at} />],
          ['Resolved', <When key="resolved" at={incident.resolved_at} />],
          ['Acknowledge in', incident.targets.acknowledge_minutes === null ? null : `${incident.targets.acknowledge_minutes} min`],
          ['Severity from', <SeverityText key="severity" inputs={incident.assessment.inputs} />],
          ['Roles', <Roles key="roles" incident={incident} mayAssign={mayRespond && isOpen} />],
        ]}
      />
      <Tabs
        tabs={[
          { id: 'timeline', label: 'Timeline', content: <Timeline incident={incident} /> },
          { id: 'runbooks', label: 'Runbooks', content: <RunbookSteps incident={incident} mayRun={mayRespond && isOpen} /> },
          { id: 'post-mortem', label: 'Post-mortem', content: <PostMortemTab incident={incident} /> },
        ]}
      />
    </Page>
  )
}

/** One click and one sentence. */
const StopHarm = ({ incident }: { incident: Incident }) => {
  const path = `/incidents/${incident.id}`
  return (
    <Section title="Stop the harm" note="Every process obeys within a second.">
      <div className="flex flex-wrap gap-2">
        {incident.release && (
          <>
            <ReasonDialog
              trigger="Suspend the release"
              look="danger"
              title="Suspend the release"
              submit="Suspend"
              onReason={(reason) => act(api.post(`${path}/suspend-release`, { reason }), 'The release is suspended')}
            />
            <ReasonDialog
              trigger="Restore the release"
              title="Restore the release"
              submit="Restore"
              onReason={(reason) => act(api.post(`${path}/restore-release`, { reason }), 'The release is restored')}
            />
          </>
        )}
        {incident.endpoint && (
          <ReasonDialog
            trigger="Roll the endpoint back"
            title="Roll the endpoint back"
            lead="To the last approved release that may be served."
            submit="Roll back"
            onReason={(reason) => act(api.post(`${path}/rollback-endpoint`, { reason }), 'The endpoint is rolled back')}
          />
        )}
      </div>
    </Section>
  )
}

type State = Incident['state']

const next: Record<State, { to: State; label: string }[]> = {
  suspected: [
    { to: 'resolved', label: 'Dismiss' },
    { to: 'declared', label: 'Declare' },
  ],
  declared: [
    { to: 'contained', label: 'Contained' },
    { to: 'resolved', label: 'Resolve' },
  ],
  contained: [
    { to: 'monitoring', label: 'Watch it' },
    { to: 'resolved', label: 'Resolve' },
  ],
  monitoring: [
    { to: 'declared', label: 'Open again' },
    { to: 'resolved', label: 'Resolve' },
  ],
  resolved: [
    { to: 'declared', label: 'Open again' },
    { to: 'reviewed', label: 'Reviewed' },
  ],
  reviewed: [],
}

const States = ({ incident }: { incident: Incident }) => (
  <>
    {next[incident.state].map(({ to, label }) => (
      <ReasonDialog
        key={to}
        trigger={label}
        title={`${label}: ${incident.title}`}
        submit={label}
        label="What is known"
        onReason={(reason) => act(api.post(`/incidents/${incident.id}/state`, { state: to, reason }), `The incident is ${to}`)}
      />
    ))}
  </>
)

const SeverityText = ({ inputs }: { inputs: SeverityInputs }) => (
  <span className="flex flex-wrap gap-1">
    <Badge>{words(inputs.impact)}</Badge>
    <Badge>criticality {inputs.criticality ?? 'unknown'}</Badge>
    {inputs.compliance && <Badge>{inputs.compliance}</Badge>}
    {inputs.vulnerable_group && <Badge>vulnerable group</Badge>}
    {inputs.wide_reach && <Badge>wide reach</Badge>}
    {inputs.lowered_because && <Badge title={inputs.lowered_because}>lowered by a person</Badge>}
  </span>
)

const Roles = ({ incident, mayAssign }: { incident: Incident; mayAssign: boolean }) => {
  const me = useSession()?.person
  const held = Object.entries(incident.roles)
  return (
    <span className="flex flex-wrap items-center gap-2">
      {held.map(([role, person]) => (
        <Badge key={role} tone="info">
          {words(role)} <span className="font-normal">{person}</span>
        </Badge>
      ))}
      {held.length === 0 && <span className="text-ink-soft">nobody yet</span>}
      {mayAssign && me && incident.roles.commander !== me.name && (
        <ActButton look="quiet" does={() => api.put(`/incidents/${incident.id}/roles/commander`, { person: me.name })}>
          I take command
        </ActButton>
      )}
    </span>
  )
}
