import { useNavigate, useSearch } from '@tanstack/react-router'
import { api, ifMatch } from '../app/api.ts'
import type { Feedback, FeedbackTriageInput } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, Simulated, StatusPill, type Tone } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { Dialog, FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Filter } from '../ui/filter.tsx'
import { TextArea, TextField } from '../ui/form.tsx'
import { sentence, words } from '../ui/format.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export type FeedbackSearch = { state?: string }

const states: Feedback['state'][] = ['received', 'in-review', 'accepted', 'fixed', 'dismissed', 'parked', 'unmatched']

export const FeedbackPage = () => {
  const { state = '' } = useSearch({ from: '/shell/feedback' })
  const navigate = useNavigate()
  const feedback = useList<Feedback>('/feedback', { state }, { refetchEveryMs: 10_000 })
  return (
    <Page
      title="Feedback"
      lead="What people said about an answer, joined to the very call and release. It is answered, and can become a case of the next evaluation."
    >
      <Section
        title="Received"
        actions={
          <Filter
            label="State"
            value={state}
            options={[{ value: '', label: 'all' }, ...states.map((value) => ({ value, label: words(value) }))]}
            onChange={(chosen) => void navigate({ to: '/feedback', search: chosen ? { state: chosen } : {}, replace: true })}
          />
        }
      >
        <ListTable
          label="Feedback"
          list={feedback}
          rowKey={(item) => item.id}
          empty={<EmptyState title="No feedback yet">Clients send it with one call: POST /v1/feedback with the request id of the answer.</EmptyState>}
          columns={[
            { head: 'Score', cell: (item) => <Score score={item.score} /> },
            { head: 'Category', cell: (item) => words(item.category) },
            { head: 'Comment', cell: (item) => <span className="line-clamp-2 max-w-[48ch]">{item.comment ?? '–'}</span> },
            {
              head: 'Endpoint',
              cell: (item) => (
                <span className="flex items-center gap-2">
                  {item.endpoint ?? '–'}
                  {item.simulated && <Simulated />}
                </span>
              ),
            },
            { head: 'State', cell: (item) => <StatusPill status={item.state} /> },
            { head: 'Received', cell: (item) => <When at={item.received_at} /> },
            { head: 'Actions', hideHead: true, align: 'right', cell: (item) => <OneFeedback item={item} /> },
          ]}
        />
      </Section>
    </Page>
  )
}

const toneOfScore = (score: number): Tone => (score > 0 ? 'good' : score < 0 ? 'bad' : 'neutral')

const Score = ({ score }: { score: number }) => (
  <Badge tone={toneOfScore(score)}>
    {score > 0 ? '+' : ''}
    {score}
  </Badge>
)

const OneFeedback = ({ item }: { item: Feedback }) => {
  const may = useMay()
  return (
    <Dialog trigger="Look at it" look="quiet" title={sentence(item.category)} wide>
      {() => (
        <div className="flex flex-col gap-4">
          <Said item={item} />
          {may('developer', 'responder', 'administrator') && <Triaging item={item} />}
        </div>
      )}
    </Dialog>
  )
}

const Said = ({ item }: { item: Feedback }) => (
  <Facts
    columns={1}
    items={[
      [
        'Comment',
        item.comment && (
          <span key="comment" className="whitespace-pre-wrap">
            {item.comment}
          </span>
        ),
      ],
      [
        'Expected',
        item.expected && (
          <span key="expected" className="whitespace-pre-wrap">
            {item.expected}
          </span>
        ),
      ],
      [
        'Call',
        <code key="call" className="font-mono text-xs">
          {item.request_id}
        </code>,
      ],
      [
        'Release',
        item.release && (
          <span key="release" className="flex gap-2">
            <TextLink to="/releases/$digest" params={{ digest: item.release }}>
              its page
            </TextLink>
            <DigestChip digest={item.release} label="digest of the release" />
          </span>
        ),
      ],
      ['State', <StatusPill key="state" status={item.state} />],
      ['Note for colleagues', item.note],
      ['Answer', item.answer],
      ['Fixed in', item.fixed_in],
      ['Evaluation case', item.evaluation_case && `${item.evaluation_case.dataset} ${item.evaluation_case.version}`],
    ]}
  />
)

const moves: Partial<Record<Feedback['state'], FeedbackTriageInput['state'][]>> = {
  received: ['in-review', 'accepted', 'dismissed'],
  'in-review': ['accepted', 'dismissed'],
  accepted: ['in-review', 'fixed', 'dismissed'],
  dismissed: ['in-review'],
  fixed: ['in-review'],
}
const verbs: Record<FeedbackTriageInput['state'], string> = { 'in-review': 'Take it up', accepted: 'Accept', dismissed: 'Dismiss', fixed: 'Fixed' }

const Triaging = ({ item }: { item: Feedback }) => (
  <div className="flex flex-wrap justify-end gap-2">
    {item.evaluation_case === null && (
      <FormDialog
        trigger="Make it an evaluation case"
        title="Make it an evaluation case"
        lead="The call and the expected answer become a row of a data set, for the next assessment."
        submit="Make the case"
        onSubmit={({ dataset, expected }) => act(api.post(`/feedback/${item.id}/evaluation-case`, { dataset, expected }), 'It is an evaluation case')}
      >
        <TextField name="dataset" label="Data set" mono required defaultValue={`${item.endpoint ?? 'feedback'}-feedback`} />
        <TextArea name="expected" label="Expected answer" required rows={3} defaultValue={item.expected ?? ''} />
      </FormDialog>
    )}
    {(moves[item.state] ?? []).map((state) => (
      <FormDialog
        key={state}
        trigger={verbs[state]}
        look={state === 'accepted' ? 'primary' : 'plain'}
        title={verbs[state]}
        submit={verbs[state]}
        onSubmit={({ note, answer, fixed_in }) =>
          act(
            api.post(
              `/feedback/${item.id}/triage`,
              { state, note: note || null, answer: answer || null, fixed_in: fixed_in || null },
              ifMatch(item.version),
            ),
            `It is ${words(state)}`,
          )
        }
      >
        <TextArea name="note" label="Note for colleagues" rows={2} />
        <TextArea name="answer" label="Answer to the person who gave it" rows={2} maxLength={1000} />
        {state === 'fixed' && <TextField name="fixed_in" label="Fixed in" required />}
      </FormDialog>
    ))}
  </div>
)
