import { api } from '../app/api.ts'
import type { Approval, ApprovalPolicy, Release } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'

const newestByName = (policies: ApprovalPolicy[]) =>
  [...Map.groupBy(policies, ({ name }) => name).values()].flatMap((versions) => versions.toSorted((a, b) => b.version - a.version).slice(0, 1))

export const AskForApproval = ({ release }: { release: Release }) => {
  const policies = useList<ApprovalPolicy>('/approval-policies', { limit: 200 })
  const fitting = newestByName(policies.items).filter(({ document }) => (document.risks as string[]).includes(release.risk))
  return (
    <FormDialog
      trigger="Ask for approval"
      look="primary"
      title="Ask for approval"
      lead="The policy's checks run first; the review opens when none has failed, or each failed one is waived."
      submit="Ask"
      onSubmit={({ policy }) => act(ask(release.digest, policy ?? ''), 'Approval is asked for')}
    >
      {fitting.length === 0 && (
        <Notice tone="warn">No approval policy is for cards that rate the risk {release.risk}. An administrator writes one.</Notice>
      )}
      <SelectField
        name="policy"
        label="Policy"
        options={fitting.map(({ name, version, document }) => ({
          value: name,
          label: `${name} ${version}: ${document.stages.map((stage) => stage.name).join(', ')}`,
        }))}
      />
    </FormDialog>
  )
}

const ask = async (release: string, policy: string) => {
  const draft = await api.post<Approval>('/approvals', { release, policy })
  return api.post<Approval>(`/approvals/${draft.id}/submit`)
}
