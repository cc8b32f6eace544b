import { useNavigate, useSearch } from '@tanstack/react-router'
import { Who } from '../access/who.tsx'
import { api, ifMatch } from '../app/api.ts'
import type { Endpoint, Feedback, FeedbackSummary, FeedbackTriageInput } from '../app/api-types.gen.ts'
import { act, useGet, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { Badge, Simulated, StatusPill, type Tone } from '../ui/badge.tsx'
import { ButtonLink, TextLink } from '../ui/button.tsx'
import { Dialog, FormDialog } from '../ui/dialog.tsx'
import { DigestChip } from '../ui/digest-chip.tsx'
import { Filter } from '../ui/filter.tsx'
import { TextArea, TextField } from '../ui/form.tsx'
import { count, instant, percent, sentence, words } from '../ui/format.ts'
import { Interval } from '../ui/interval.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { EmptyState, Notice } from '../ui/notice.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { ListTable, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

export type FeedbackSearch = { state?: string; endpoint?: string; category?: string; item?: string }

const states: Feedback['state'][] = ['received', 'in-review', 'accepted', 'fixed', 'dismissed', 'parked', 'unmatched']
const categories: Feedback['category'][] = [
  'wrong',
  'incomplete',
  'outdated',
  'irrelevant',
  'format',
  'slow',
  'fabricated',
  'misattributed',
  'overreach',
  'refused-wrongly',
  'manipulation',
  'stereotyping',
  'unequal-treatment',
  'language-quality',
  'accessibility',
  'unsafe',
  'privacy',
  'self-harm',
  'illegal',
  'security',
  'praise',
  'other',
]

export const FeedbackPage = () => {
  const { item } = useSearch({ from: '/shell/feedback' })
  return (
    <Page
      title="Feedback"
      lead="What people said about an answer, joined to the very call and release. It is answered, and can become a case of the next evaluation."
    >
      {item && <NamedFeedback id={item} />}
      <Summary />
      <Received />
    </Page>
  )
}

/** The one that a link leads to, from the audit log or an incident. */
const NamedFeedback = ({ id }: { id: string }) => {
  const { item: _, ...rest } = useSearch({ from: '/shell/feedback' })
  const feedback = useGet<Feedback>(`/feedback/${id}`)
  return (
    <Section
      title="One feedback"
      actions={
        <ButtonLink to="/feedback" search={rest}>
          Close it
        </ButtonLink>
      }
    >
      <Loaded query={feedback}>{(loaded) => <Whole item={loaded} />}</Loaded>
    </Section>
  )
}

/** Which release people complain about, as a share with its interval: three complaints of three calls are not three of three hundred. */
const Summary = () => {
  const summary = useGet<FeedbackSummary>('/feedback/summary', {}, { refetchEveryMs: 30_000 })
  return (
    <Loaded query={summary}>
      {({ items, from }) =>
        items.length > 0 && (
          <Section title="By release" note={`Since ${instant(from)}; the share that is negative, with its 95 % interval.`}>
            <Table
              label="Feedback by release"
              rows={items}
              rowKey={(row) => `${row.endpoint} ${row.release}`}
              columns={[
                { head: 'Endpoint', cell: (row) => row.endpoint ?? <span className="text-ink-soft">call unknown</span> },
                {
                  head: 'Release',
                  cell: (row) =>
                    row.release ? (
                      <TextLink to="/releases/$digest" params={{ digest: row.release }}>
                        <code className="font-mono text-xs">{row.release.slice(7, 19)}</code>
                      </TextLink>
                    ) : (
                      '–'
                    ),
                },
                { head: 'Feedback', align: 'right', cell: (row) => count(row.count) },
                {
                  head: 'Negative',
                  width: '30%',
                  cell: ({ negative_share: { value, low, high } }) => (
                    <Interval
                      value={value}
                      low={low}
                      high={high}
                      from={0}
                      to={1}
                      label={`${percent(value, 0)} negative, ${percent(low, 0)} to ${percent(high, 0)}`}
                    />
                  ),
                },
                {
                  head: 'Share',
                  align: 'right',
                  cell: ({ negative_share: { value, low, high } }) => (
                    <span className="whitespace-nowrap">
                      {percent(value, 0)} ({percent(low, 0)} to {percent(high, 0)})
                    </span>
                  ),
                },
                { head: 'Most often', cell: (row) => mostOften(row.categories) },
              ]}
            />
          </Section>
        )
      }
    </Loaded>
  )
}

const mostOften = (counts: Record<string, number>) =>
  Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([category, times]) => `${words(category)} ${times}`)
    .join(', ') || '–'

const Received = () => {
  const { item: _, ...search } = useSearch({ from: '/shell/feedback' })
  const navigate = useNavigate()
  const feedback = useList<Feedback>('/feedback', search, { refetchEveryMs: 10_000 })
  const endpoints = useList<Endpoint>('/endpoints', { limit: 200 })
  const isNarrowed = Object.values(search).some(Boolean)
  const choose = (name: keyof FeedbackSearch) => (chosen: string) => {
    const { [name]: _before, ...others } = search as FeedbackSearch
    return void navigate({ to: '/feedback', search: chosen ? { ...others, [name]: chosen } : others, replace: true })
  }
  const all = { value: '', label: 'all' }
  const option = (value: string) => ({ value, label: words(value) })
  return (
    <Section
      title="Received"
      actions={
        <>
          <Filter label="State" value={search.state ?? ''} options={[all, ...states.map(option)]} onChange={choose('state')} />
          <Filter label="Category" value={search.category ?? ''} options={[all, ...categories.map(option)]} onChange={choose('category')} />
          <Filter
            label="Endpoint"
            value={search.endpoint ?? ''}
            options={[all, ...endpoints.items.map(({ name }) => ({ value: name, label: name }))]}
            onChange={choose('endpoint')}
          />
        </>
      }
    >
      <ListTable
        label="Feedback"
        list={feedback}
        rowKey={(one) => one.id}
        empty={
          isNarrowed ? (
            <EmptyState title="No feedback matches" action={<ButtonLink to="/feedback">Show all</ButtonLink>} />
          ) : (
            <EmptyState title="No feedback yet">
              An application passes it on with one call: <code className="font-mono text-xs">POST /v1/feedback</code> with its key and the{' '}
              <code className="font-mono text-xs">x-request-id</code> of the answer.
            </EmptyState>
          )
        }
        columns={[
          { head: 'Score', cell: (one) => <Score score={one.score} /> },
          { head: 'Category', cell: (one) => <span className="whitespace-nowrap">{words(one.category)}</span> },
          { head: 'Comment', cell: (one) => <span className="line-clamp-2 max-w-[48ch] min-w-40">{one.comment ?? '–'}</span> },
          {
            head: 'Endpoint',
            cell: (one) => (
              <span className="flex items-center gap-2 whitespace-nowrap">
                {one.endpoint ?? '–'}
                {one.simulated && <Simulated />}
              </span>
            ),
          },
          { head: 'State', cell: (one) => <StatusPill status={one.state} /> },
          { head: 'Received', cell: (one) => <When at={one.received_at} /> },
          { head: 'Actions', hideHead: true, align: 'right', cell: (one) => <OneFeedback item={one} /> },
        ]}
      />
    </Section>
  )
}

const toneOfScore = (score: number): Tone => (score > 0 ? 'good' : score < 0 ? 'bad' : 'neutral')

const Score = ({ score }: { score: number }) => (
  <Badge tone={toneOfScore(score)}>
    {score > 0 ? '+' : ''}
    {score}
  </Badge>
)

const OneFeedback = ({ item }: { item: Feedback }) => (
  <Dialog trigger="Look at it" look="quiet" title={sentence(item.category)} wide>
    {() => <Whole item={item} />}
  </Dialog>
)

const Whole = ({ item }: { item: Feedback }) => {
  const may = useMay()
  return (
    <div className="flex flex-col gap-4">
      <Said item={item} />
      {(item.state === 'parked' || item.state === 'unmatched') && (
        <Notice>
          {item.state === 'parked'
            ? 'The call that it names is not stored yet. It is joined to it when it comes; after seven days without one it is unmatched.'
            : 'No call of this caller had the request id that it names.'}
        </Notice>
      )}
      {may('developer', 'responder', 'administrator') && <Triaging item={item} />}
    </div>
  )
}

const Said = ({ item }: { item: Feedback }) => (
  <Facts
    columns={1}
    items={[
      ['Score', <Score key="score" score={item.score} />],
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
      ['From', <Who key="who" id={item.principal} />],
      ['Received', <When key="received" at={item.received_at} />],
      ['Endpoint', item.endpoint],
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
