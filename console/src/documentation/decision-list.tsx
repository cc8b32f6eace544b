import type { DecisionSummary } from '../app/api-types.gen.ts'
import { useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { StatusPill } from '../ui/badge.tsx'
import { ButtonLink, TextLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export const DecisionList = () => {
  const may = useMay()
  const decisions = useList<DecisionSummary>('/decisions')
  const record = may('developer', 'approver', 'administrator') && (
    <ButtonLink to="/decisions/new" look="plain">
      Record a decision
    </ButtonLink>
  )
  return (
    <Section title="Decision records" note="Trade-offs, with who disagreed." actions={record}>
      <ListTable
        label="Decision records"
        list={decisions}
        rowKey={(decision) => decision.id}
        empty={<EmptyState title="No decision is recorded yet" action={record} />}
        columns={[
          {
            head: 'Decision',
            cell: (decision) => (
              <TextLink to="/decisions/$id" params={{ id: decision.id }}>
                {decision.title}
              </TextLink>
            ),
          },
          { head: 'Status', cell: (decision) => <StatusPill status={decision.status} /> },
          { head: 'Version', align: 'right', cell: (decision) => decision.version },
          { head: 'Look at it again', cell: (decision) => <When at={decision.review_by} /> },
          { head: 'Changed', cell: (decision) => <When at={decision.updated_at} /> },
        ]}
      />
    </Section>
  )
}
