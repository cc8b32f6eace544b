import { useState } from 'react'
import { api, ifMatch } from '../app/api.ts'
import type { SafeguardFloor, SafeguardFloorDocumentInput } from '../app/api-types.gen.ts'
import { act, useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge } from '../ui/badge.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Form, TextArea } from '../ui/form.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { RuleList } from './rule-editor.tsx'
import { RuleTable } from './rule-table.tsx'

export const FloorPage = () => {
  const query = useGet<SafeguardFloor>('/safeguards/floor')
  return <Loaded query={query}>{(floor) => <Floor floor={floor} />}</Loaded>
}

const Floor = ({ floor }: { floor: SafeguardFloor }) => {
  const may = useMay()
  const edit = { id: 'edit', label: 'Edit', content: <FloorForm key={floor.version} floor={floor} /> }
  return (
    <Page
      title="The organisation's floor"
      lead="Rules under every policy of every project, also where a release has no policy. A project can be stricter, never weaker: its exceptions do not reach these."
      marks={
        floor.version > 0 && (
          <>
            <Badge>version {floor.version}</Badge>
            <DigestChip digest={floor.digest} label="digest of the floor" />
          </>
        )
      }
      back={{ to: '/safeguards', label: 'Safeguards' }}
    >
      <Tabs
        tabs={[
          {
            id: 'rules',
            label: 'Rules',
            content: (
              <>
                {floor.version === 0 ? (
                  <Notice title="No floor yet">Each project's policy says alone what is masked and blocked.</Notice>
                ) : (
                  <p className="max-w-[96ch] text-sm text-ink-soft">
                    {floor.reason} · set {floor.created_at && <When at={floor.created_at} />}
                  </p>
                )}
                <RuleTable title="On input" rules={floor.document.input} none="Nothing is required." />
                <RuleTable title="On output" rules={floor.document.output} none="Nothing is required." />
              </>
            ),
          },
          { id: 'versions', label: 'Versions', content: <Versions /> },
          ...(may('administrator') ? [edit] : []),
        ]}
      />
    </Page>
  )
}

const FloorForm = ({ floor }: { floor: SafeguardFloor }) => {
  const [document, setDocument] = useState<SafeguardFloorDocumentInput>(floor.document)
  return (
    <Form
      submit={`Put version ${floor.version + 1} in force`}
      onSubmit={async ({ reason }) => {
        await act(api.put<SafeguardFloor>('/safeguards/floor', { document, reason }, ifMatch(floor.version)), 'The floor is in force')
      }}
    >
      <Notice tone="warn">
        It holds at once, for all projects and for releases that were approved before: they keep what they bind, and these rules come on top.
      </Notice>
      <div className="grid gap-6 lg:grid-cols-2">
        <RuleList title="On input" direction="input" rules={document.input ?? []} onChange={(input) => setDocument({ ...document, input })} />
        <RuleList title="On output" direction="output" rules={document.output ?? []} onChange={(output) => setDocument({ ...document, output })} />
      </div>
      <TextArea name="reason" label="Why" rows={2} required hint="A law, a decision, an incident. It stays in the audit log." />
    </Form>
  )
}

const Versions = () => {
  const versions = useList<SafeguardFloor>('/safeguards/floor/versions')
  return (
    <ListTable
      label="Versions of the floor"
      list={versions}
      rowKey={({ version }) => String(version)}
      empty={<p className="text-ink-soft">None yet.</p>}
      columns={[
        { head: 'Version', cell: ({ version }) => version },
        { head: 'Why', cell: ({ reason }) => <span className="line-clamp-2">{reason}</span> },
        { head: 'Digest', cell: ({ digest }) => <DigestChip digest={digest} label="digest of the floor" /> },
        { head: 'Set', cell: ({ created_at }) => created_at && <When at={created_at} /> },
      ]}
    />
  )
}
