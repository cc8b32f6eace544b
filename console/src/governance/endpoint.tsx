import { useParams } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import { api, ifMatch } from '../app/api.ts'
import type { Endpoint, EndpointHistoryEntry, ReleaseSummary } from '../app/api-types.gen.ts'
import { act, useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge } from '../ui/badge.tsx'
import { ButtonLink, TextLink } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { FormDialog, ReasonDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { SelectField, TextField, type Values } from '../ui/form.tsx'
import { Loaded, ReadFailed } from '../ui/loaded.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { EndpointFields, tagsOf } from './endpoints.tsx'
import { TagText } from './tag-text.tsx'
import { Targets } from './targets.tsx'

export const EndpointPage = () => {
  const { name } = useParams({ from: '/shell/endpoints/$name' })
  const endpoint = useGet<Endpoint>(`/endpoints/${name}`, {}, { refetchEveryMs: 5000 })
  return <Loaded query={endpoint}>{(loaded) => <OneEndpoint endpoint={loaded} />}</Loaded>
}

const OneEndpoint = ({ endpoint }: { endpoint: Endpoint }) => (
  <Page
    title={endpoint.name}
    lead={endpoint.description}
    marks={endpoint.visibility === 'scoped' && <Badge>scoped</Badge>}
    back={{ to: '/endpoints', label: 'Endpoints & keys' }}
    actions={<Actions endpoint={endpoint} />}
  >
    <Section title="Serves">
      {endpoint.targets.length === 0 ? (
        <EmptyState title="It points to nothing yet">Every call is answered with release_not_approved.</EmptyState>
      ) : (
        <Table
          label="Targets"
          rows={endpoint.targets}
          rowKey={(target) => target.release}
          columns={[
            { head: 'Release', cell: (target) => <Targets targets={[target]} /> },
            { head: 'Weight', align: 'right', cell: (target) => target.weight },
            { head: 'Digest', cell: (target) => <DigestChip digest={target.release} label="digest of the release" /> },
            { head: 'Approval ends', cell: (target) => <When at={target.expires_at} /> },
          ]}
        />
      )}
    </Section>
    <Facts
      items={[
        ['Tags', <TagText key="tags" tags={endpoint.tags} />],
        [
          'Changed',
          <span key="changed">
            <When at={endpoint.updated_at} /> by <Who id={endpoint.updated_by} />
          </span>,
        ],
      ]}
    />
    <CodeBlock label="Call it with the openai client" text={snippetOf(endpoint.name)} />
    <History name={endpoint.name} />
  </Page>
)

const snippetOf = (name: string) => `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${location.origin}/v1', apiKey: process.env.PLIMSOLL_KEY })
const stream = await client.chat.completions.create({
  model: '${name}',
  stream: true,
  messages: [{ role: 'user', content: 'Good morning' }],
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '')`

const Actions = ({ endpoint }: { endpoint: Endpoint }) => {
  const may = useMay()
  const path = `/endpoints/${endpoint.name}`
  const edit = (values: Values) =>
    act(api.put(path, { description: values.description, visibility: values.visibility, tags: tagsOf(values) }, ifMatch(endpoint.revision)), 'Saved')
  return (
    <>
      <ButtonLink to="/live" search={{ endpoint: endpoint.name }}>
        Its traffic
      </ButtonLink>
      {may('responder', 'developer', 'administrator') && endpoint.targets.length > 0 && (
        <ReasonDialog
          trigger="Roll back"
          look="alarm"
          title={`Roll ${endpoint.name} back`}
          lead="To the newest set of releases before this one that may be served now."
          submit="Roll back"
          onReason={(reason) => act(api.post(`${path}/rollback`, { reason }), `${endpoint.name} is rolled back`)}
        />
      )}
      {may('developer', 'administrator') && (
        <>
          <FormDialog trigger="Edit" title={endpoint.name} submit="Save" onSubmit={edit}>
            <EndpointFields endpoint={endpoint} />
          </FormDialog>
          <Point endpoint={endpoint} />
        </>
      )}
    </>
  )
}

/** One release, or two with the share of the second: the canary. More come by the API. */
const Point = ({ endpoint }: { endpoint: Endpoint }) => {
  const releases = useList<ReleaseSummary>('/releases', { limit: 200 })
  const approved = releases.items
    .filter(({ status }) => status === 'approved')
    .map(({ digest, model, version }) => ({ value: digest, label: `${model} ${version}, ${digest.slice(7, 19)}` }))
  return (
    <FormDialog
      trigger="Point to a release"
      look="primary"
      title={`Point ${endpoint.name} to a release`}
      lead="Only approved releases that are in force can be chosen; the gateway obeys within a second."
      submit="Point"
      onSubmit={(values) =>
        act(
          api.put(`/endpoints/${endpoint.name}/targets`, { targets: targetsOf(values), reason: values.reason }, ifMatch(endpoint.revision)),
          `${endpoint.name} serves it`,
        )
      }
    >
      <SelectField name="targets.0.release" label="Release" options={approved} defaultValue={endpoint.targets[0]?.release} />
      <div className="grid grid-cols-[2fr_1fr] gap-4">
        <SelectField name="targets.1.release" label="Beside it, as a canary" options={[{ value: '', label: 'none' }, ...approved]} />
        <TextField name="share" label="Share in %" type="number" min={1} max={99} defaultValue="10" />
      </div>
      <TextField name="reason" label="Reason" />
    </FormDialog>
  )
}

const targetsOf = (values: Values) => {
  const first = values['targets.0.release'] ?? ''
  const canary = values['targets.1.release']
  const share = Number(values.share)
  return canary
    ? [
        { release: first, weight: 100 - share },
        { release: canary, weight: share },
      ]
    : [{ release: first, weight: 100 }]
}

/** By model and version, for who knows no digest by heart; two of one version are told apart by it. */
const ReleaseName = ({ digest }: { digest: string }) => {
  const known = useList<ReleaseSummary>('/releases', { limit: 200 }).items.find((release) => release.digest === digest)
  const short = <code className="font-mono text-xs">{digest.slice(7, 19)}</code>
  return known ? (
    <>
      {known.model} {known.version}, {short}
    </>
  ) : (
    short
  )
}

const History = ({ name }: { name: string }) => {
  const history = useGet<{ items: EndpointHistoryEntry[] }>(`/endpoints/${name}/history`)
  const items = history.data?.items ?? []
  if (history.error && items.length === 0) return <ReadFailed error={history.error} retry={history.refetch} />
  if (items.length === 0) return null
  return (
    <Section title="What it pointed to">
      <Table
        label="History of the endpoint"
        rows={items}
        rowKey={(entry) => String(entry.seq)}
        columns={[
          { head: 'When', cell: (entry) => <When at={entry.at} /> },
          {
            head: 'Releases',
            cell: (entry) => (
              <span className="flex flex-wrap gap-x-3 gap-y-1">
                {entry.targets.map(({ release }) => (
                  <TextLink key={release} to="/releases/$digest" params={{ digest: release }}>
                    <ReleaseName digest={release} />
                  </TextLink>
                ))}
                {entry.targets.length === 0 && 'none'}
              </span>
            ),
          },
          {
            head: 'Why',
            cell: (entry) => (
              <span className="flex items-center gap-2">
                {entry.origin !== entry.seq && <Badge tone="warn">rollback</Badge>}
                {entry.reason || '–'}
              </span>
            ),
          },
          { head: 'By', cell: (entry) => <Who id={entry.by} /> },
        ]}
      />
    </Section>
  )
}
