import type { SafeguardPolicy } from '../app/api-types.gen.ts'
import { useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ButtonLink, TextLink } from '../ui/button.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Page } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export const Safeguards = () => {
  const may = useMay()
  const policies = useList<SafeguardPolicy>('/safeguards')
  const write = may('developer', 'administrator') ? (
    <ButtonLink to="/safeguards/new" look="primary">
      Write a policy
    </ButtonLink>
  ) : null
  return (
    <Page
      title="Safeguards"
      lead="What is masked, blocked or noted in prompts and answers, in streams too. A policy is part of a release: changing it asks for a new approval."
      actions={
        <>
          <ButtonLink to="/safeguards/floor">Floor</ButtonLink>
          <ButtonLink to="/safeguards/calibrations">Budgets</ButtonLink>
          <ButtonLink to="/safeguards/replays">Repeat a verdict</ButtonLink>
          {write}
        </>
      }
    >
      <ListTable
        label="Safeguard policies"
        list={policies}
        rowKey={(policy) => policy.id}
        empty={
          <EmptyState title="No safeguard policy yet" action={write}>
            A release without one is served unprotected, and its page says so.
          </EmptyState>
        }
        columns={[
          {
            head: 'Policy',
            cell: (policy) => (
              <TextLink to="/safeguards/$name" params={{ name: policy.name }}>
                {policy.name}
              </TextLink>
            ),
          },
          { head: 'Version', align: 'right', cell: (policy) => policy.version },
          { head: 'Rules on input', align: 'right', cell: (policy) => policy.document.input.length },
          { head: 'Rules on output', align: 'right', cell: (policy) => policy.document.output.length },
          { head: 'Digest', cell: (policy) => <DigestChip digest={policy.digest} label="digest of the policy" /> },
          { head: 'Written', cell: (policy) => <When at={policy.created_at} /> },
        ]}
      />
    </Page>
  )
}
