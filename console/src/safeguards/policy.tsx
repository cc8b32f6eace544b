import { useParams } from '@tanstack/react-router'
import type { SafeguardPolicy } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, StatusPill } from '../ui/badge.tsx'
import { DiffView } from '../ui/diff-view.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Page, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { PolicyForm } from './edit-policy.tsx'
import { detectorNames, type Rule, ruleText } from './rules.ts'
import { TryPolicy } from './try-policy.tsx'

export const PolicyPage = () => {
  const { name } = useParams({ from: '/shell/safeguards/$name' })
  const query = useGet<SafeguardPolicy>(`/safeguards/${name}`)
  return <Loaded query={query}>{(policy) => <OnePolicy policy={policy} />}</Loaded>
}

const OnePolicy = ({ policy }: { policy: SafeguardPolicy }) => {
  const may = useMay()
  const versions = useList<SafeguardPolicy>(`/safeguards/${policy.name}/versions`)
  const edit = { id: 'edit', label: 'Edit', content: <PolicyForm key={policy.version} policy={policy} /> }
  return (
    <Page
      title={policy.name}
      lead={policy.description}
      marks={
        <>
          <Badge>version {policy.version}</Badge>
          <DigestChip digest={policy.digest} label="digest of the policy" />
        </>
      }
      back={{ to: '/safeguards', label: 'Safeguards' }}
    >
      <Tabs
        tabs={[
          { id: 'rules', label: 'Rules', content: <Rules policy={policy} /> },
          { id: 'try', label: 'Try it', content: <TryPolicy policy={policy} /> },
          { id: 'versions', label: 'Versions', count: versions.items.length, content: <Versions versions={versions.items} /> },
          ...(may('developer', 'administrator') ? [edit] : []),
        ]}
      />
    </Page>
  )
}

const Rules = ({ policy }: { policy: SafeguardPolicy }) => (
  <>
    <RuleTable title="On input" rules={policy.document.input} />
    <RuleTable title="On output" rules={policy.document.output} />
  </>
)

const RuleTable = ({ title, rules }: { title: string; rules: Rule[] }) => (
  <Section title={title}>
    {rules.length === 0 ? (
      <p className="text-ink-soft">No rules: everything passes.</p>
    ) : (
      <Table
        label={title}
        rows={rules.map((rule, index) => ({ rule, index }))}
        rowKey={({ index }) => String(index)}
        columns={[
          { head: 'Detector', cell: ({ rule }) => detectorNames[rule.detector] },
          { head: 'Looks for', cell: ({ rule }) => <span className="line-clamp-2">{ruleText(rule)}</span> },
          { head: 'Action', cell: ({ rule }) => <StatusPill status={rule.action} /> },
          { head: 'Mode', cell: ({ rule }) => rule.mode },
        ]}
      />
    )}
  </Section>
)

const pretty = (policy: SafeguardPolicy | undefined) => (policy ? JSON.stringify(policy.document, null, 2) : '')

const Versions = ({ versions }: { versions: SafeguardPolicy[] }) => (
  <>
    <Table
      label="Versions"
      rows={versions}
      rowKey={(version) => version.id}
      columns={[
        { head: 'Version', cell: (version) => version.version },
        { head: 'Digest', cell: (version) => <DigestChip digest={version.digest} label="digest of the policy" /> },
        { head: 'Written', cell: (version) => <When at={version.created_at} /> },
      ]}
    />
    {versions.length > 1 && (
      <Section title={`What changed from version ${versions[1]?.version} to ${versions[0]?.version}`}>
        <DiffView label="Changes of the policy" before={pretty(versions[1])} after={pretty(versions[0])} />
      </Section>
    )}
  </>
)
