import { Who } from '../access/who.tsx'
import type { ApprovalSummary } from '../app/api-types.gen.ts'
import { useList } from '../app/queries.ts'
import { Badge, StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export const ApprovalList = () => {
  const approvals = useList<ApprovalSummary>('/approvals')
  return (
    <ListTable
      label="Approval requests"
      list={approvals}
      rowKey={(approval) => approval.id}
      empty={<EmptyState title="Nobody has asked for an approval yet">It is asked for on the page of a release.</EmptyState>}
      columns={[
        {
          head: 'Release',
          cell: (approval) => (
            <TextLink to="/releases/$digest" params={{ digest: approval.release.digest }}>
              {approval.release.model} {approval.release.version}
            </TextLink>
          ),
        },
        { head: 'State', cell: (approval) => <StatusPill status={approval.status} /> },
        {
          head: 'Waits for',
          cell: (approval) => (
            <span className="flex flex-wrap gap-1">
              {approval.awaiting.map((capacity) => (
                <Badge key={capacity} tone="now">
                  {capacity}
                </Badge>
              ))}
            </span>
          ),
        },
        { head: 'Policy', cell: (approval) => `${approval.policy.name} ${approval.policy.version}` },
        { head: 'Asked by', cell: (approval) => <Who id={approval.requester} /> },
        { head: 'Changed', cell: (approval) => <When at={approval.updated_at} /> },
      ]}
    />
  )
}
