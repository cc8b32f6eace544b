import type { ApprovalPolicy } from '../app/api-types.gen.ts'
import { useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge } from '../ui/badge.tsx'
import { Json } from '../ui/code-block.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { WritePolicy } from './write-policy.tsx'

export const ApprovalPolicies = () => {
  const isAdministrator = useMay()('administrator')
  const policies = useList<ApprovalPolicy>('/approval-policies')
  const write = isAdministrator && <WritePolicy />
  return (
    <Section title="Approval policies" note="Who must sign, how many of them, until when, and what must hold before." actions={write}>
      <ListTable
        label="Approval policies"
        list={policies}
        rowKey={(policy) => policy.id}
        empty={
          <EmptyState title="No approval policy yet" action={write}>
            Without one nothing can be approved, and so nothing is served.
          </EmptyState>
        }
        columns={[
          {
            head: 'Policy',
            cell: (policy) => (
              <span className="font-medium">
                {policy.name} {policy.version}
              </span>
            ),
          },
          {
            head: 'For risk',
            cell: (policy) => (
              <span className="flex flex-wrap gap-1">
                {policy.document.risks.map((risk) => (
                  <Badge key={risk}>{risk}</Badge>
                ))}
              </span>
            ),
          },
          { head: 'Stages', cell: (policy) => stagesText(policy.document.stages) },
          { head: 'Approval lasts', align: 'right', cell: (policy) => `${policy.document.expires_after_days} days` },
          { head: 'Digest', cell: (policy) => <DigestChip digest={policy.digest} label="digest of the policy" /> },
          { head: 'Written', cell: (policy) => <When at={policy.created_at} /> },
          {
            head: 'More',
            hideHead: true,
            align: 'right',
            cell: (policy) => (
              <Dialog trigger="Show" look="quiet" title={`${policy.name} ${policy.version}`} wide>
                {() => <Json label="Approval policy" value={policy.document} />}
              </Dialog>
            ),
          },
        ]}
      />
    </Section>
  )
}

type Stages = ApprovalPolicy['document']['stages']

const stagesText = (stages: Stages) =>
  stages.map((stage) => `${stage.name}: ${stage.quorum.map(({ capacity, approvals }) => `${approvals} × ${capacity}`).join(' and ')}`).join(' → ')
