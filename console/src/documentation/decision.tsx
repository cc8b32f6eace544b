import { useParams } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import { api } from '../app/api.ts'
import type { Decision, DecisionContent, DecisionVersion } from '../app/api-types.gen.ts'
import { act, useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, StatusPill } from '../ui/badge.tsx'
import { buttonClass } from '../ui/button.tsx'
import { ReasonDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Facts, Page, Panel, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { DecisionEditor } from './decision-editor.tsx'

export const DecisionPage = () => {
  const { id } = useParams({ from: '/shell/decisions/$id' })
  const decision = useGet<Decision>(`/decisions/${id}`)
  return <Loaded query={decision}>{(loaded) => <OneDecision decision={loaded} />}</Loaded>
}

const OneDecision = ({ decision }: { decision: Decision }) => {
  const may = useMay()
  const mayWrite = may('developer', 'approver', 'administrator')
  const edit = { id: 'edit', label: 'Edit', content: <DecisionEditor key={decision.version} decision={decision} /> }
  return (
    <Page
      title={decision.title}
      back={{ to: '/cards', label: 'Cards & decisions' }}
      marks={
        <>
          <StatusPill status={decision.status} />
          <Badge>version {decision.version}</Badge>
        </>
      }
      actions={
        <>
          <a className={buttonClass()} href={`/api/v1/decisions/${decision.id}/export`}>
            As Markdown
          </a>
          {mayWrite && <Settling decision={decision} />}
        </>
      }
    >
      <Tabs
        tabs={[
          { id: 'read', label: 'Read', content: <Reading decision={decision} /> },
          ...(mayWrite && decision.status === 'proposed' ? [edit] : []),
          { id: 'versions', label: 'Versions', count: decision.version, content: <Versions id={decision.id} /> },
        ]}
      />
    </Page>
  )
}

const Settling = ({ decision }: { decision: Decision }) => {
  const settle = (status: string, told: string) => (reason: string) => act(api.post(`/decisions/${decision.id}/status`, { status, reason }), told)
  if (decision.status === 'proposed') {
    return (
      <>
        <ReasonDialog trigger="Reject" title="Reject this decision" submit="Reject" onReason={settle('rejected', 'The decision is rejected')} />
        <ReasonDialog
          trigger="Accept"
          look="primary"
          title="Accept this decision"
          lead="Its text can then no longer be changed."
          submit="Accept"
          onReason={settle('accepted', 'The decision is accepted')}
        />
      </>
    )
  }
  if (decision.status !== 'accepted') return null
  return (
    <ReasonDialog
      trigger="Deprecate"
      title="Deprecate this decision"
      submit="Deprecate"
      onReason={settle('deprecated', 'The decision is deprecated')}
    />
  )
}

const Reading = ({ decision }: { decision: Decision }) => {
  const { content } = decision
  return (
    <>
      <Facts
        items={[
          ['Digest', <DigestChip key="digest" digest={decision.digest} label="digest of the decision" />],
          ['Who decides', content.decision_makers.join(', ') || null],
          ['Look at it again', <When key="review" at={decision.review_by} />],
          ['Proposed', <When key="at" at={decision.created_at} />],
        ]}
      />
      <Section title="Context and question">
        <p className="max-w-[72ch] whitespace-pre-wrap">{content.context}</p>
      </Section>
      {content.drivers.length > 0 && (
        <Section title="What matters">
          <Bullets items={content.drivers} />
        </Section>
      )}
      <Section title="Options">
        <div className="grid gap-4 md:grid-cols-2">
          {content.options.map((option) => (
            <OptionPanel key={option.title} option={option} isChosen={content.outcome?.option === option.title} />
          ))}
        </div>
      </Section>
      {content.outcome && (
        <Section title={`Outcome: ${content.outcome.option}`}>
          <p className="mb-2 max-w-[72ch] whitespace-pre-wrap">{content.outcome.reasons}</p>
          <ForAndAgainst good={content.outcome.good} bad={content.outcome.bad} />
        </Section>
      )}
      {content.dissent.length > 0 && (
        <Section title="Dissent">
          <Bullets items={content.dissent.map(({ by, text }) => `${by}: ${text}`)} />
        </Section>
      )}
    </>
  )
}

const Bullets = ({ items }: { items: string[] }) => (
  <ul className="list-disc pl-5">
    {items.map((item) => (
      <li key={item}>{item}</li>
    ))}
  </ul>
)

const OptionPanel = ({ option, isChosen }: { option: DecisionContent['options'][number]; isChosen: boolean }) => (
  <Panel>
    <p className="mb-1 flex items-center gap-2 font-semibold">
      {option.title} {isChosen && <Badge tone="good">chosen</Badge>}
    </p>
    <p className="mb-2 whitespace-pre-wrap">{option.description}</p>
    <ForAndAgainst good={option.good} bad={option.bad} />
  </Panel>
)

const ForAndAgainst = ({ good, bad }: { good: string[]; bad: string[] }) => (
  <ul>
    {good.map((item) => (
      <li key={`+${item}`}>
        <span className="font-medium text-starboard">For:</span> {item}
      </li>
    ))}
    {bad.map((item) => (
      <li key={`-${item}`}>
        <span className="font-medium text-port">Against:</span> {item}
      </li>
    ))}
  </ul>
)

const Versions = ({ id }: { id: string }) => {
  const { items } = useList<DecisionVersion>(`/decisions/${id}/versions`)
  return (
    <Table
      label="Versions of the decision"
      rows={items}
      rowKey={(version) => String(version.version)}
      columns={[
        { head: 'Version', cell: (version) => version.version },
        { head: 'Status', cell: (version) => <StatusPill status={version.status} /> },
        { head: 'Reason', cell: (version) => version.reason || '–' },
        { head: 'By', cell: (version) => <Who id={version.created_by} /> },
        { head: 'When', cell: (version) => <When at={version.created_at} /> },
      ]}
    />
  )
}
