import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ifMatch } from '../app/api.ts'
import type { Decision, DecisionContent, DecisionContentInput } from '../app/api-types.gen.ts'
import { act } from '../app/queries.ts'
import { Button } from '../ui/button.tsx'
import { Form, TextArea, TextField, type Values } from '../ui/form.tsx'
import { Page, Panel, Section } from '../ui/page.tsx'

export const NewDecision = () => (
  <Page
    title="A new decision record"
    lead="What was decided, between which options, and who disagreed. Proposed first; accepting it asks for at least two options."
    back={{ to: '/cards', label: 'Cards & decisions' }}
  >
    <DecisionEditor decision={null} />
  </Page>
)

const lines = (text: string | undefined) =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
const joined = (list: string[] | undefined) => (list ?? []).join('\n')

const optionOf = (values: Values, index: number) => ({
  title: values[`options.${index}.title`] ?? '',
  description: values[`options.${index}.description`] ?? '',
  good: lines(values[`options.${index}.good`]),
  bad: lines(values[`options.${index}.bad`]),
})

/** `Name: what they said`, one a line. */
const dissentOf = (text: string | undefined) =>
  lines(text).map((line) => {
    const at = line.indexOf(':')
    return at < 1 ? { by: 'unnamed', text: line } : { by: line.slice(0, at).trim(), text: line.slice(at + 1).trim() }
  })

const contentOf = (values: Values, optionCount: number, before: DecisionContent | undefined): DecisionContentInput => ({
  ...before,
  title: values.title ?? '',
  context: values.context ?? '',
  drivers: lines(values.drivers),
  decision_makers: lines(values.decision_makers),
  options: Array.from({ length: optionCount }, (_, index) => optionOf(values, index)).filter(({ title }) => title !== ''),
  outcome: values['outcome.option']
    ? {
        option: values['outcome.option'],
        reasons: values['outcome.reasons'] ?? '',
        good: lines(values['outcome.good']),
        bad: lines(values['outcome.bad']),
        confirmation: before?.outcome?.confirmation ?? '',
      }
    : null,
  dissent: dissentOf(values.dissent),
  review_by: values.review_by ? new Date(values.review_by).toISOString() : null,
})

export const DecisionEditor = ({ decision }: { decision: Decision | null }) => {
  const navigate = useNavigate()
  const content = decision?.content
  const [optionCount, setOptionCount] = useState(Math.max(2, content?.options.length ?? 0))
  const save = (values: Values) => {
    const body = contentOf(values, optionCount, content)
    return decision ? api.put<Decision>(`/decisions/${decision.id}`, body, ifMatch(decision.version)) : api.post<Decision>('/decisions', body)
  }
  return (
    <Form
      submit={decision ? `Save as version ${decision.version + 1}` : 'Propose it'}
      onSubmit={async (values) => {
        const saved = await act(save(values), 'The decision is saved')
        await navigate({ to: '/decisions/$id', params: { id: saved.id } })
      }}
    >
      <TextField name="title" label="Title" required defaultValue={content?.title} />
      <TextArea name="context" label="Context and question" required rows={3} defaultValue={content?.context} />
      <div className="grid gap-4 md:grid-cols-2">
        <TextArea name="drivers" label="What matters" hint="One a line." rows={2} defaultValue={joined(content?.drivers)} />
        <TextArea name="decision_makers" label="Who decides" hint="One a line." rows={2} defaultValue={joined(content?.decision_makers)} />
      </div>
      <Section title="Options" actions={<Button onClick={() => setOptionCount(optionCount + 1)}>Add an option</Button>}>
        <div className="grid gap-4 md:grid-cols-2">
          {Array.from({ length: optionCount }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an option's place is its name in the form.
            <OptionFields key={index} index={index} option={content?.options[index]} />
          ))}
        </div>
      </Section>
      <Section title="Outcome">
        <div className="grid gap-4 md:grid-cols-2">
          <TextField
            name="outcome.option"
            label="Chosen option"
            hint="Its title, as written above. Empty while it is open."
            defaultValue={content?.outcome?.option}
          />
          <TextArea name="outcome.reasons" label="Reasons" rows={2} defaultValue={content?.outcome?.reasons} />
          <TextArea name="outcome.good" label="Good consequences" hint="One a line." rows={2} defaultValue={joined(content?.outcome?.good)} />
          <TextArea name="outcome.bad" label="Bad consequences" hint="One a line." rows={2} defaultValue={joined(content?.outcome?.bad)} />
        </div>
      </Section>
      <div className="grid gap-4 md:grid-cols-2">
        <TextArea
          name="dissent"
          label="Who disagreed, and why"
          hint="Name: reason, one a line."
          rows={2}
          defaultValue={content?.dissent.map(({ by, text }) => `${by}: ${text}`).join('\n')}
        />
        <TextField name="review_by" label="Look at it again on" type="date" defaultValue={content?.review_by?.slice(0, 10)} />
      </div>
    </Form>
  )
}

const OptionFields = ({ index, option }: { index: number; option: DecisionContent['options'][number] | undefined }) => (
  <Panel className="flex flex-col gap-3">
    <TextField name={`options.${index}.title`} label={`Option ${index + 1}`} defaultValue={option?.title} />
    <TextArea name={`options.${index}.description`} label="What it means" rows={2} defaultValue={option?.description} />
    <div className="grid grid-cols-2 gap-3">
      <TextArea name={`options.${index}.good`} label="For it" hint="One a line." rows={2} defaultValue={joined(option?.good)} />
      <TextArea name={`options.${index}.bad`} label="Against it" hint="One a line." rows={2} defaultValue={joined(option?.bad)} />
    </div>
  </Panel>
)
