import { api } from '../app/api.ts'
import type { Approval, Release, Report, Thread } from '../app/api-types.gen.ts'
import { act, useGet } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { ActButton } from '../ui/act-button.tsx'
import { Badge } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { Form, SelectField, TextArea } from '../ui/form.tsx'
import { words } from '../ui/format.ts'
import { Panel, Section } from '../ui/page.tsx'
import { When } from '../ui/when.tsx'

type ThreadsProps = { approval: Approval; release: Release }

/** The discussion of trade-offs, anchored to the figures it is about, kept with the approval. */
export const Threads = ({ approval, release }: ThreadsProps) => {
  const may = useMay()
  const threads = useGet<{ items: Thread[] }>(`/approvals/${approval.id}/threads`, {}, { refetchEveryMs: 5000 })
  const items = threads.data?.items ?? []
  const mayTalk = may('developer', 'approver', 'responder', 'auditor', 'administrator')
  return (
    <Section
      title="Discussion"
      note={items.length === 0 ? 'Nothing is under discussion.' : `${approval.open_threads} open`}
      actions={mayTalk && <NewThread approval={approval} release={release} />}
    >
      <ul className="flex flex-col gap-3">
        {items.map((thread) => (
          <li key={thread.id}>
            <OneThread thread={thread} approval={approval} release={release} mayTalk={mayTalk} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const NewThread = ({ approval, release }: ThreadsProps) => {
  const report = useGet<Report>(`/reports/${release.document.report.id}`)
  const rows = report.data?.rows ?? []
  return (
    <FormDialog
      trigger="Raise a point"
      title="Raise a point"
      lead="A policy may ask that every point is resolved before the last sign-off."
      submit="Raise it"
      onSubmit={({ row, text }) => act(api.post(`/approvals/${approval.id}/threads`, { row: row || null, text }), 'The point is raised')}
    >
      <SelectField
        name="row"
        label="About"
        options={[
          { value: '', label: 'the release as a whole' },
          ...rows.map(({ id, metric, group, value }) => ({
            value: id,
            label: `${words(metric)}${group ? `, ${group}` : ''}: ${value?.toFixed(3) ?? 'undefined'}`,
          })),
        ]}
      />
      <TextArea name="text" label="Point" required rows={3} />
    </FormDialog>
  )
}

type OneThreadProps = ThreadsProps & { thread: Thread; mayTalk: boolean }

const OneThread = ({ thread, approval, release, mayTalk }: OneThreadProps) => {
  const path = `/approvals/${approval.id}/threads/${thread.id}`
  return (
    <Panel>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        {thread.resolved_at ? <Badge tone="good">resolved</Badge> : <Badge tone="warn">open</Badge>}
        {thread.anchor && (
          <TextLink to="/assessments/reports/$id" params={{ id: release.document.report.id }} hash={thread.anchor.row}>
            {thread.anchor.row}
          </TextLink>
        )}
        {mayTalk && !thread.resolved_at && (
          <span className="ml-auto">
            <ActButton look="quiet" does={() => api.post(`${path}/resolve`)}>
              Resolve
            </ActButton>
          </span>
        )}
      </div>
      <ul className="flex flex-col gap-2">
        {thread.comments.map((comment) => (
          <li key={comment.id}>
            <p className="text-xs text-ink-soft">
              {comment.author}, <When at={comment.at} />
            </p>
            <p className="max-w-[72ch] whitespace-pre-wrap">{comment.text}</p>
          </li>
        ))}
      </ul>
      {mayTalk && (
        <details className="mt-2">
          <summary className="w-fit text-sm font-medium text-deep">Answer</summary>
          <div className="mt-2 max-w-xl">
            <Form submit="Send" resetAfter onSubmit={({ text }) => act(api.post(`${path}/comments`, { text }))}>
              <TextArea name="text" label="Answer" required rows={2} />
            </Form>
          </div>
        </details>
      )}
    </Panel>
  )
}
