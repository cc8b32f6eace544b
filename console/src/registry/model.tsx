import { useParams } from '@tanstack/react-router'
import { api, ifMatch } from '../app/api.ts'
import type { Alias, Model, Version } from '../app/api-types.gen.ts'
import { act, useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, Simulated } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { SelectField, TextField } from '../ui/form.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { ListTable, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { NewVersionFromFiles } from './new-files-version.tsx'
import { NewHostedVersion } from './new-hosted-version.tsx'
import { TagList } from './tag-list.tsx'

export const ModelPage = () => {
  const { name } = useParams({ from: '/shell/models/$name' })
  const model = useGet<Model>(`/models/${name}`)
  return <Loaded query={model}>{(loaded) => <OneModel model={loaded} />}</Loaded>
}

const OneModel = ({ model }: { model: Model }) => {
  const may = useMay()
  const versions = useList<Version>(`/models/${model.name}/versions`)
  const adders = may('developer', 'administrator') ? (
    <>
      <NewVersionFromFiles model={model.name} />
      <NewHostedVersion model={model.name} />
    </>
  ) : null
  return (
    <Page
      title={model.name}
      lead={model.description}
      marks={<TagList tags={model.tags} />}
      back={{ to: '/models', label: 'Models' }}
      actions={adders}
    >
      <Section title="Versions" note="A version never changes: its digest stands for everything in it.">
        <ListTable
          label="Versions"
          list={versions}
          rowKey={(version) => version.id}
          empty={
            <EmptyState title="No version yet" action={adders}>
              A version is either a model that a provider hosts, pinned to a snapshot, or files of your own.
            </EmptyState>
          }
          columns={[
            {
              head: 'Version',
              cell: (version) => (
                <TextLink to="/models/$name/versions/$version" params={{ name: model.name, version: String(version.version) }}>
                  {version.version}
                </TextLink>
              ),
            },
            { head: 'What it is', cell: (version) => <Essence version={version} /> },
            {
              head: 'Aliases',
              cell: (version) => (
                <span className="flex gap-1">
                  {version.aliases.map((alias) => (
                    <Badge key={alias} tone="info">
                      {alias}
                    </Badge>
                  ))}
                </span>
              ),
            },
            { head: 'Digest', cell: (version) => <DigestChip digest={version.manifest_digest} label="digest of the version" /> },
            { head: 'Added', cell: (version) => <When at={version.created_at} /> },
          ]}
        />
      </Section>
      <Aliases model={model.name} versions={versions.items} />
      <Facts
        items={[
          ['Registered', <When key="at" at={model.created_at} />],
          ['Tags', <TagList key="tags" tags={model.tags} />],
        ]}
      />
    </Page>
  )
}

export const Essence = ({ version }: { version: Version }) => {
  const { hosted, artifacts } = version.manifest
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {hosted ? (
        <span>
          {hosted.upstream_model}
          {hosted.snapshot && ` · ${hosted.snapshot}`} <span className="text-ink-soft">by {hosted.connection}</span>
        </span>
      ) : (
        <span>
          {artifacts.length} {artifacts.length === 1 ? 'file' : 'files'}
        </span>
      )}
      {version.simulated && <Simulated />}
    </span>
  )
}

const Aliases = ({ model, versions }: { model: string; versions: Version[] }) => {
  const may = useMay()
  const aliases = useList<Alias>(`/models/${model}/aliases`)
  const move = may('developer', 'administrator') && versions.length > 0 && (
    <FormDialog
      trigger="Set an alias"
      title="Set an alias"
      lead="An alias such as champion points to one version. Moving it is recorded; it changes nothing that is served."
      submit="Set"
      onSubmit={({ alias = '', version }) => {
        const revision = aliases.items.find((known) => known.alias === alias)?.revision
        return act(
          api.put(`/models/${model}/aliases/${encodeURIComponent(alias)}`, { version: Number(version) }, ifMatch(revision)),
          `${alias} points to version ${version}`,
        )
      }}
    >
      <TextField name="alias" label="Alias" required mono placeholder="champion" />
      <SelectField
        name="version"
        label="Version"
        options={versions.map(({ version }) => ({ value: String(version), label: `Version ${version}` }))}
      />
    </FormDialog>
  )
  if (aliases.items.length === 0) return <div>{move}</div>
  return (
    <Section title="Aliases" actions={move}>
      <Table
        label="Aliases"
        rows={aliases.items}
        rowKey={(alias) => alias.alias}
        columns={[
          { head: 'Alias', cell: (alias) => <Badge tone="info">{alias.alias}</Badge> },
          { head: 'Version', cell: (alias) => alias.version },
          { head: 'Moved', cell: (alias) => <When at={alias.updated_at} /> },
        ]}
      />
    </Section>
  )
}
