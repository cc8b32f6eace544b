import { useParams } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import { api } from '../app/api.ts'
import type { ApprovalSummary, Endpoint, Release } from '../app/api-types.gen.ts'
import { act, useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { SimulatedVersion } from '../registry/simulated-version.tsx'
import { StatusPill } from '../ui/badge.tsx'
import { ReasonDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { instant } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Notice } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Voyage } from '../ui/voyage.tsx'
import { AskForApproval } from './ask-for-approval.tsx'
import { legsOf } from './legs.ts'
import { PartChanges, Parts } from './parts.tsx'
import { Review } from './review.tsx'

export const ReleasePage = () => {
  const { digest } = useParams({ from: '/shell/releases/$digest' })
  const release = useGet<Release>(`/releases/${digest}`, {}, { refetchEveryMs: 5000 })
  return <Loaded query={release}>{(loaded) => <OneRelease release={loaded} />}</Loaded>
}

const openStatuses = ['draft', 'submitted', 'in_review', 'changes_requested']

const OneRelease = ({ release }: { release: Release }) => {
  const approvals = useList<ApprovalSummary>('/approvals', { release: release.digest }, { refetchEveryMs: 5000 })
  const endpoints = useList<Endpoint>('/endpoints', { limit: 200 })
  const serving = endpoints.items.filter((endpoint) => endpoint.targets.some((target) => target.release === release.digest))
  const newest = approvals.items[0]
  const isOpen = newest !== undefined && openStatuses.includes(newest.status)
  return (
    <Page
      title={`${release.model} ${release.version}`}
      marks={
        <>
          <StatusPill status={release.status} />
          <SimulatedVersion model={release.model} version={release.version} />
          <DigestChip digest={release.digest} label="digest of the release" />
        </>
      }
      lead={release.approval && `Approved until ${instant(release.approval.expires_at)}.`}
      back={{ to: '/releases', label: 'Releases & approvals' }}
      actions={<Actions release={release} isOpen={isOpen} />}
    >
      {release.suspended && (
        <Notice tone="bad" title="Suspended: the gateway refuses it">
          {release.suspended.reason} (<Who id={release.suspended.by} />, {instant(release.suspended.at)})
        </Notice>
      )}
      <Voyage label="How far this release has come" legs={legsOf(release, newest, serving)} />
      <Tabs
        tabs={[
          { id: 'review', label: 'Review', content: newest ? <Review approvalId={newest.id} release={release} /> : <NotAsked /> },
          { id: 'parts', label: 'Parts', content: <Parts release={release} /> },
          ...(release.since_last_approved
            ? [{ id: 'changes', label: 'What changed', content: <PartChanges diff={release.since_last_approved} /> }]
            : []),
        ]}
      />
    </Page>
  )
}

const NotAsked = () => (
  <Notice title="Nobody has asked for approval yet">
    Until the people that a policy names have signed this digest, the gateway answers release_not_approved.
  </Notice>
)

const Actions = ({ release, isOpen }: { release: Release; isOpen: boolean }) => {
  const may = useMay()
  const path = `/releases/${release.digest}`
  return (
    <>
      {may('developer', 'administrator') && !isOpen && release.approval === null && <AskForApproval release={release} />}
      {may('responder', 'approver', 'administrator') &&
        (release.suspended ? (
          <ReasonDialog
            trigger="Restore"
            look="primary"
            title="Restore this release"
            lead="It is served again within a second, as far as its approval is in force."
            submit="Restore"
            onReason={(reason) => act(api.post(`${path}/restore`, { reason }), 'The release is restored')}
          />
        ) : (
          <ReasonDialog
            trigger="Suspend"
            look="alarm"
            title="Suspend this release"
            lead="Every process stops serving it within a second. Its approval stays as it is."
            submit="Suspend"
            onReason={(reason) => act(api.post(`${path}/suspend`, { reason }), 'The release is suspended')}
          />
        ))}
    </>
  )
}
