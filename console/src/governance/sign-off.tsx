import { api } from '../app/api.ts'
import type { Approval, NewSignOffInput, Release } from '../app/api-types.gen.ts'
import { act } from '../app/queries.ts'
import { useSession } from '../app/session.ts'
import { FormDialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField, type Values } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'

type Decision = NewSignOffInput['decision']

/** Approve, with or without conditions, send back, refuse: each is signed, and each person speaks once. */
export const SignOff = ({ approval, release }: { approval: Approval; release: Release }) => {
  const me = useSession()?.person
  if (!me) return null
  const asked = (approval.stage?.needed ?? []).filter(({ given, approvals }) => given < approvals).map(({ capacity }) => capacity)
  const capacities = me.capacities.filter((capacity) => asked.includes(capacity))
  const why = barOf(me.id, approval, release, capacities)
  if (why) return <span className="text-sm text-ink-soft">{why}</span>
  const path = `/approvals/${approval.id}/sign-offs`
  const say = (decision: Decision, told: string) => (values: Values) => act(api.post(path, bodyOf(decision, values)), told)
  const capacity = <SelectField name="capacity" label="You speak for" options={capacities.map((value) => ({ value, label: value }))} />
  return (
    <>
      <FormDialog
        trigger="Refuse"
        look="quiet"
        submitLook="danger"
        title="Refuse this release"
        lead="It ends the request."
        submit="Sign the refusal"
        onSubmit={say('refuse', 'The release is refused')}
      >
        {capacity}
        <TextArea name="reason" label="Why" required rows={3} />
      </FormDialog>
      <FormDialog
        trigger="Send back"
        title="Ask for changes"
        lead="The requester may ask again; sign-offs then start anew."
        submit="Sign and send back"
        onSubmit={say('request_changes', 'Changes are asked for')}
      >
        {capacity}
        <TextArea name="reason" label="What should change" required rows={3} />
      </FormDialog>
      <FormDialog
        trigger="Sign off"
        look="primary"
        title={`Sign off ${release.model} ${release.version}`}
        lead="Your server-held Ed25519 key signs the digest of this release. A changed byte makes another release, which you have not signed."
        submit="Sign"
        onSubmit={(values) => say(values['conditions.0.text'] ? 'approve_with_conditions' : 'approve', 'You have signed')(values)}
      >
        {capacity}
        <TextArea name="conditions.0.text" label="Condition, if any" rows={2} hint="Leave empty to approve without conditions." />
        <TextField
          name="conditions.0.max_share"
          label="At most this share of an endpoint's traffic, in %"
          type="number"
          min={1}
          max={100}
          hint="The gateway holds it."
        />
        <TextArea name="reason" label="Remark" rows={2} />
        <Notice>
          <code className="font-mono text-xs break-all">{release.digest}</code>
        </Notice>
      </FormDialog>
    </>
  )
}

const barOf = (id: string, approval: Approval, release: Release, capacities: string[]) => {
  if (id === approval.requester) return 'You asked for it, so you cannot sign it.'
  if (release.authors.includes(id)) return 'You wrote a part of it, so you cannot sign it.'
  if (approval.sign_offs.some(({ person }) => person === id)) return 'You have signed.'
  if (capacities.length === 0) return 'This stage does not ask for a capacity of yours.'
  return null
}

const bodyOf = (decision: Decision, values: Values): NewSignOffInput => {
  const share = values['conditions.0.max_share']
  return {
    decision,
    ...(values.capacity && { capacity: values.capacity }),
    reason: values.reason ?? '',
    ...(decision === 'approve_with_conditions' && {
      conditions: [{ text: values['conditions.0.text'] ?? '', max_share: share ? Number(share) / 100 : null }],
    }),
  }
}
