import { useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../app/api.ts'
import type { Card, CardSummary, NewReleaseInput, Release, ReleaseSummary, Report, SafeguardPolicy } from '../app/api-types.gen.ts'
import { act, useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { SimulatedVersion } from '../registry/simulated-version.tsx'
import { useVersionChoice, VersionFields } from '../registry/version-fields.tsx'
import { StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { SelectField, TextArea, type Values } from '../ui/form.tsx'
import { Loading } from '../ui/loaded.tsx'
import { EmptyState, Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { When } from '../ui/when.tsx'
import { ApprovalList } from './approval-list.tsx'
import { ApprovalPolicies } from './policies.tsx'

export type ReleasesSearch = { tab?: string }

export const Releases = () => {
  const may = useMay()
  const navigate = useNavigate()
  const { tab = 'releases' } = useSearch({ from: '/shell/releases' })
  const build = may('developer', 'administrator') && <BuildRelease />
  return (
    <Page
      title="Releases & approvals"
      lead="A release is everything that will answer, bundled under one digest. People sign the digest; the gateway serves nothing else. Change one byte and the signatures no longer apply."
      actions={build}
    >
      <Tabs
        value={tab}
        onChange={(chosen) => void navigate({ to: '/releases', search: { tab: chosen }, replace: true })}
        tabs={[
          { id: 'releases', label: 'Releases', content: <ReleaseList build={build} /> },
          { id: 'approvals', label: 'Approval requests', content: <ApprovalList /> },
          { id: 'policies', label: 'Approval policies', content: <ApprovalPolicies /> },
        ]}
      />
    </Page>
  )
}

const ReleaseList = ({ build }: { build: React.ReactNode }) => {
  const releases = useList<ReleaseSummary>('/releases')
  return (
    <ListTable
      label="Releases"
      list={releases}
      rowKey={(release) => release.id}
      empty={
        <EmptyState title="No release yet" action={build}>
          It takes a version, its evaluation report and its model card.
        </EmptyState>
      }
      columns={[
        {
          head: 'Release',
          cell: (release) => (
            <TextLink to="/releases/$digest" params={{ digest: release.digest }}>
              {release.model} {release.version}
            </TextLink>
          ),
        },
        {
          head: 'State',
          cell: (release) => (
            <span className="flex gap-1.5">
              <StatusPill status={release.status} />
              <SimulatedVersion model={release.model} version={release.version} />
            </span>
          ),
        },
        { head: 'Risk', cell: (release) => <StatusPill status={release.risk} /> },
        { head: 'Digest', cell: (release) => <DigestChip digest={release.digest} label="digest of the release" /> },
        { head: 'Approval ends', cell: (release) => <When at={release.approval?.expires_at} /> },
        { head: 'Built', cell: (release) => <When at={release.created_at} /> },
      ]}
    />
  )
}

const bodyOf = (values: Values, policies: SafeguardPolicy[]): NewReleaseInput => {
  const policy = policies.find(({ id }) => id === values.safeguards)
  return {
    model: values.model ?? '',
    version: Number(values.version),
    system_prompt: values.system_prompt || null,
    safeguards: policy ? { name: policy.name, version: policy.version } : null,
  }
}

export const BuildRelease = ({ start }: { start?: { model: string; version: number } }) => {
  const navigate = useNavigate()
  const policies = useList<SafeguardPolicy>('/safeguards', { limit: 200 })
  return (
    <FormDialog
      trigger="Build a release"
      look="primary"
      title="Build a release"
      lead="It takes the newest version of the model card, and the evaluation report that the card quotes. The same content is the same release."
      submit="Build"
      onSubmit={async (values) => {
        const release = await act(api.post<Release>('/releases', bodyOf(values, policies.items)), 'The release is built')
        await navigate({ to: '/releases/$digest', params: { digest: release.digest } })
      }}
    >
      <ReleaseFields policies={policies.items} {...(start && { start })} />
    </FormDialog>
  )
}

const ReleaseFields = ({ policies, start }: { policies: SafeguardPolicy[]; start?: { model: string; version: number } }) => {
  const choice = useVersionChoice(start)
  return (
    <>
      <VersionFields choice={choice} />
      <SelectField
        name="safeguards"
        label="Safeguard policy"
        options={[
          ...policies.map(({ id, name, version }) => ({ value: id, label: `${name} ${version}` })),
          { value: '', label: 'none: served unprotected' },
        ]}
      />
      {choice.version !== null && <AssessedPrompt key={`${choice.model} ${choice.version}`} model={choice.model} version={choice.version} />}
    </>
  )
}

/** What was assessed is what will be served: the prompt is read from the report that the card quotes, and need not be typed again. */
const AssessedPrompt = ({ model, version }: { model: string; version: number }) => {
  const cards = useList<CardSummary>('/cards', { model, limit: 200 })
  const cardId = cards.items.find((card) => card.model.version === version)?.id
  const card = useGet<Card>(`/cards/${cardId}`, {}, { enabled: cardId !== undefined })
  const reportId = card.data?.content.evaluation.report?.id
  const report = useGet<Report>(`/reports/${reportId}`, {}, { enabled: reportId !== undefined })
  if (cards.isLoading || card.isLoading || report.isLoading) return <Loading />
  if (cards.isSuccess && cardId === undefined) return <Notice tone="warn">This version has no model card yet. A release takes one.</Notice>
  if (card.data && reportId === undefined) return <Notice tone="warn">Its model card quotes no evaluation report yet. A release takes one.</Notice>
  return (
    <TextArea
      name="system_prompt"
      label="System prompt"
      rows={4}
      defaultValue={report.data?.system_prompt ?? ''}
      hint="As it was assessed. With any other the release is refused."
    />
  )
}
