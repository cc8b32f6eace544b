import { useState } from 'react'
import { api } from '../app/api.ts'
import type { ApprovalPolicyDocumentInput } from '../app/api-types.gen.ts'
import { act } from '../app/queries.ts'
import { Button } from '../ui/button.tsx'
import { FormDialog } from '../ui/dialog.tsx'
import { CheckField, Choices, SelectField, TextField, type Values } from '../ui/form.tsx'
import { Panel } from '../ui/page.tsx'

type Risk = ApprovalPolicyDocumentInput['risks'][number]
type Role = 'administrator' | 'developer' | 'approver' | 'responder' | 'auditor'

const checks = [
  ['report_passes', 'the evaluation report passes'],
  ['report_is_newest', 'it is the newest report of the version'],
  ['card_is_complete', 'the model card is complete'],
  ['not_simulated', 'no answer came from the simulator'],
  ['threads_resolved', 'every discussion is resolved'],
] as const

const listed = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)

/** `risk 1, legal 2` */
const quorumOf = (text: string | undefined) =>
  listed(text).map((part) => {
    const [capacity = '', approvals = '1'] = part.split(/\s+/)
    return { capacity, approvals: Number(approvals) }
  })

const stageOf = (values: Values, index: number) => ({
  name: values[`stages.${index}.name`] ?? '',
  quorum: quorumOf(values[`stages.${index}.quorum`]),
  deadline_hours: Number(values[`stages.${index}.deadline_hours`]),
  escalate_to: { role: values[`stages.${index}.escalate_to`] as Role },
})

const documentOf = (values: Values, stageCount: number): ApprovalPolicyDocumentInput => {
  const chosen = listed(values.checks)
  return {
    name: values.name ?? '',
    description: values.description ?? '',
    risks: listed(values.risks) as Risk[],
    stages: Array.from({ length: stageCount }, (_, index) => stageOf(values, index)),
    checks: Object.fromEntries(checks.map(([name]) => [name, chosen.includes(name)])),
    waivers: values['waivers.capacity'] ? { capacity: values['waivers.capacity'], max_days: Number(values['waivers.max_days']) } : null,
    expires_after_days: Number(values.expires_after_days),
  }
}

export const WritePolicy = () => {
  const [stageCount, setStageCount] = useState(1)
  return (
    <FormDialog
      trigger="Write a policy"
      look="primary"
      title="Write an approval policy"
      lead="Not for a policy to decide: who asked or wrote any part never counts, one person counts once, and only people sign."
      submit="Save the policy"
      wide
      onSubmit={(values) => act(api.post('/approval-policies', documentOf(values, stageCount)), 'The policy is saved')}
    >
      <div className="grid grid-cols-2 gap-4">
        <TextField name="name" label="Name" required mono placeholder="standard" hint="The same name again makes its next version." />
        <TextField name="description" label="What it is for" />
      </div>
      <Choices legend="For model cards that rate the risk">
        <div className="flex flex-wrap gap-6">
          {['low', 'medium', 'high', 'unknown'].map((risk) => (
            <CheckField key={risk} name="risks" value={risk} label={risk} defaultChecked={risk !== 'unknown'} />
          ))}
        </div>
      </Choices>
      {Array.from({ length: stageCount }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stage's place is its name in the form.
        <StageFields key={index} index={index} />
      ))}
      <div>
        <Button onClick={() => setStageCount(stageCount + 1)}>Add a stage</Button>
      </div>
      <Choices legend="Before the review begins">
        {checks.map(([name, label]) => (
          <CheckField key={name} name="checks" value={name} label={label} defaultChecked />
        ))}
      </Choices>
      <div className="grid grid-cols-3 gap-4">
        <TextField name="waivers.capacity" label="A failed check may be waived by" hint="A capacity; empty for nobody." />
        <TextField name="waivers.max_days" label="For at most days" type="number" min={1} max={90} defaultValue="14" />
        <TextField name="expires_after_days" label="An approval lasts days" type="number" min={1} max={366} required defaultValue="90" />
      </div>
    </FormDialog>
  )
}

const StageFields = ({ index }: { index: number }) => (
  <Panel className="grid grid-cols-2 gap-4">
    <TextField name={`stages.${index}.name`} label={`Stage ${index + 1}`} required defaultValue={index === 0 ? 'review' : ''} />
    <TextField
      name={`stages.${index}.quorum`}
      label="Who signs, and how many"
      required
      placeholder="risk 1, legal 1"
      hint="Capacity and number, separated by commas."
    />
    <TextField name={`stages.${index}.deadline_hours`} label="Deadline in hours" type="number" min={1} max={8760} required defaultValue="72" />
    <SelectField
      name={`stages.${index}.escalate_to`}
      label="When it has passed, tell"
      options={['administrator', 'approver', 'auditor', 'responder', 'developer'].map((value) => ({ value, label: `every ${value}` }))}
    />
  </Panel>
)
