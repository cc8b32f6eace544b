import { api } from '../app/api.ts'
import type { NewRunbookInput, Runbook } from '../app/api-types.gen.ts'
import { act, useList } from '../app/queries.ts'
import { useMay } from '../app/session.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField, type Values } from '../ui/form.tsx'
import { EmptyState } from '../ui/notice.tsx'
import { Section } from '../ui/page.tsx'
import { ListTable } from '../ui/table.tsx'

export const Runbooks = () => {
  const may = useMay()
  const runbooks = useList<Runbook>('/runbooks')
  const write = may('developer', 'responder', 'administrator') && <NewRunbook />
  return (
    <Section title="Runbooks" note="What to do, thought out before the night it is needed." actions={write}>
      <ListTable
        label="Runbooks"
        list={runbooks}
        rowKey={(runbook) => runbook.id}
        empty={<EmptyState title="No runbook yet" action={write} />}
        columns={[
          { head: 'Runbook', cell: (runbook) => <span className="font-medium">{runbook.name}</span> },
          {
            head: 'For',
            cell: ({ applies }) =>
              [...applies.impacts, applies.at_least && `${applies.at_least} or worse`, applies.endpoint].filter(Boolean).join(', ') ||
              'every incident',
          },
          { head: 'Steps', cell: (runbook) => <span className="line-clamp-2">{runbook.steps.map(({ text }) => text).join(' → ')}</span> },
          { head: 'Version', align: 'right', cell: (runbook) => runbook.version },
        ]}
      />
    </Section>
  )
}

type Step = NewRunbookInput['steps'][number]

/** `suspend: why` a line: the kind before the colon, a check when there is none that is known. */
const stepOf = (line: string): Step => {
  const [, kind, text] = /^(check|suspend|roll back|note)\s*:\s*(.+)$/i.exec(line) ?? [null, 'check', line]
  switch (kind?.toLowerCase()) {
    case 'suspend':
      return { kind: 'suspend_release', text: text ?? line }
    case 'roll back':
      return { kind: 'rollback_endpoint', text: text ?? line }
    case 'note':
      return { kind: 'note', text: text ?? line }
    default:
      return { kind: 'check', text: text ?? line }
  }
}

const bodyOf = (values: Values): NewRunbookInput => ({
  name: values.name ?? '',
  description: values.description ?? '',
  applies: { at_least: (values.at_least || null) as 'sev2' | null },
  steps: (values.steps ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map(stepOf),
})

const example =
  'check: Is the error rate still above the threshold?\nsuspend: Stop the release that fails\nroll back: Serve the last approved release\nnote: Tell the domain owner what was done'

const NewRunbook = () => (
  <FormDialog
    trigger="Write a runbook"
    title="Write a runbook"
    submit="Save the runbook"
    onSubmit={(values) => act(api.post('/runbooks', bodyOf(values)), 'The runbook is saved')}
  >
    <TextField name="name" label="Name" mono required />
    <TextField name="description" label="When to take it" />
    <SelectField
      name="at_least"
      label="For incidents of"
      options={[
        { value: '', label: 'any severity' },
        ...['sev0', 'sev1', 'sev2', 'sev3', 'sev4'].map((value) => ({ value, label: `${value} or worse` })),
      ]}
    />
    <TextArea
      name="steps"
      label="Steps"
      rows={6}
      required
      defaultValue={example}
      hint="One a line: check, suspend, roll back or note, then a colon and what to do."
    />
  </FormDialog>
)
