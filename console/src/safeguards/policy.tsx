import { useParams } from '@tanstack/react-router'
import type { SafeguardPolicy } from '../app/api-types.gen.ts'
import { useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge } from '../ui/badge.tsx'
import { DiffView } from '../ui/diff-view.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Page, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { PolicyForm } from './edit-policy.tsx'
import { RuleTable } from './rule-table.tsx'
import { SimulatePolicy } from './simulate-policy.tsx'
import { TestPolicy } from './test-policy.tsx'
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
          ...(may('developer', 'approver', 'responder', 'administrator')
            ? [{ id: 'test', label: 'Test', content: <TestPolicy policy={policy} /> }]
            : []),
          ...(may('developer', 'responder', 'administrator')
            ? [{ id: 'simulate', label: 'Simulate', content: <SimulatePolicy key={policy.version} policy={policy} /> }]
            : []),
          { id: 'versions', label: 'Versions', count: versions.items.length, content: <Versions versions={versions.items} /> },
          ...(may('developer', 'administrator') ? [edit] : []),
        ]}
      />
    </Page>
  )
}

const Rules = ({ policy: { document } }: { policy: SafeguardPolicy }) => (
  <>
    <RuleTable title="On input" rules={document.input} />
    <RuleTable title="On output" rules={document.output} />
    {document.overrides?.map(({ tags, effect, input, output }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: overrides have no identity but their place.
      <section key={index} aria-label={`Override ${index + 1}`} className="rounded-lg border border-dashed border-rule-strong p-4">
        <p className="mb-3 text-sm">
          {effect === 'add' ? 'Also for calls with ' : 'Instead, for calls whose key or endpoint carries '}
          {Object.entries(tags).map(([name, value]) => (
            <span key={name} className="mr-1.5 inline-block">
              <Badge>
                {name.replace('_', ' ')} {value}
              </Badge>
            </span>
          ))}
        </p>
        <div className="flex flex-col gap-5">
          {input.length > 0 && <RuleTable title={`Override ${index + 1}, on input`} rules={input} />}
          {output.length > 0 && <RuleTable title={`Override ${index + 1}, on output`} rules={output} />}
          {input.length + output.length === 0 && <p className="text-sm text-ink-soft">No rules of this policy; the floor holds.</p>}
        </div>
      </section>
    ))}
  </>
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
