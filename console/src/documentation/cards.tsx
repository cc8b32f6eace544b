import { useNavigate } from '@tanstack/react-router'
import { api } from '../app/api.ts'
import type { Card, CardSummary } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { useVersionChoice, VersionFields } from '../registry/version-fields.tsx'
import { Badge, StatusPill } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Page, Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { DecisionList } from './decision-list.tsx'

export const Cards = () => {
  const may = useMay()
  const cards = useList<CardSummary>('/cards')
  const draft = may('developer', 'administrator') && <DraftCard />
  return (
    <Page title="Cards & decisions" lead="What a model is for, what it is not for, and why it was decided so.">
      <Section title="Model cards" note="Drafted from registry and report, completed by people." actions={draft}>
        <ListTable
          label="Model cards"
          list={cards}
          rowKey={(card) => card.id}
          empty={
            <EmptyState title="No model card yet" action={draft}>
              Assess a version first: the draft then quotes its report.
            </EmptyState>
          }
          columns={[
            {
              head: 'Model version',
              cell: (card) => (
                <TextLink to="/cards/$id" params={{ id: card.id }}>
                  {card.model.name} {card.model.version}
                </TextLink>
              ),
            },
            { head: 'Card version', align: 'right', cell: (card) => card.version },
            { head: 'Risk', cell: (card) => <StatusPill status={card.risk} /> },
            {
              head: 'Complete',
              cell: (card) =>
                card.missing.length === 0 ? <StatusPill status="complete" /> : <Badge tone="warn">{card.missing.length} missing</Badge>,
            },
            { head: 'Edited', cell: (card) => <When at={card.updated_at} /> },
          ]}
        />
      </Section>
      <DecisionList />
    </Page>
  )
}

export const DraftCard = ({ start }: { start?: { model: string; version: number } }) => {
  const navigate = useNavigate()
  return (
    <FormDialog
      trigger="Draft a card"
      look="primary"
      title="Draft a model card"
      lead="Its figures are quoted from the newest evaluation report of the version; people write the rest."
      submit="Draft"
      onSubmit={async ({ model, version }) => {
        const card = await act(api.post<Card>('/cards', { model, version: Number(version) }), 'The card is drafted')
        await navigate({ to: '/cards/$id', params: { id: card.id } })
      }}
    >
      <CardFields {...(start && { start })} />
    </FormDialog>
  )
}

const CardFields = ({ start }: { start?: { model: string; version: number } }) => <VersionFields choice={useVersionChoice(start)} />
