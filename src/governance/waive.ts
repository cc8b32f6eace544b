import { z } from 'zod'
import { write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { advance } from './advance.ts'
import { type ApprovalEvent, reduce } from './approval.ts'
import { insertSignOff } from './approval-store.ts'
import { can } from './permissions.ts'
import { type Approval, getApproval, loadApproval } from './read-approvals.ts'
import { signStatement, speakerOf } from './sign-off.ts'
import { type SignOffStatement, statementFor } from './statement.ts'

export const NewWaiver = z
  .strictObject({
    approval: z.string().min(1).max(100),
    /** The id of the failed check, e.g. `row:answers.quasi_exact_match`. */
    check: z.string().min(1).max(400),
    reason: z.string().min(1).max(5000),
    /** What makes up for the failed check meanwhile. */
    control: z.string().min(1).max(5000),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'NewWaiver' })
export type NewWaiver = z.infer<typeof NewWaiver>

/**
 * Lets one failed check pass for a while, signed by the capacity one level up. The approval ends with the waiver at the latest, and who
 * waived has no further say in it.
 */
export const waive = async (ctx: Ctx, input: unknown): Promise<Approval> => {
  permit(ctx, can.waive)
  const { approval: id, ...wanted } = parse(NewWaiver, input)
  const by = await speakerOf(ctx)
  const { row, state } = await loadApproval(ctx, id)
  const nowMs = ctx.clock.now()
  const expires_at = isoAt(Date.parse(wanted.expires_at))
  const event: ApprovalEvent = { kind: 'waived', ...wanted, expires_at, at: isoAt(nowMs), by, sign_off: newId('sgn', nowMs) }
  reduce(state, event)
  const statement = statementFor(row.release_digest, {
    project: ctx.project,
    approval: id,
    round: state.round,
    policy: state.policy_digest as SignOffStatement['predicate']['policy'],
    stage: null,
    capacity: state.policy.waivers?.capacity ?? '',
    decision: 'waive',
    conditions: [],
    reason: wanted.reason,
    waiver: { check: wanted.check, control: wanted.control, expires_at },
    person: { id: by.id, name: by.name },
    at: event.at,
  })
  const envelope = await signStatement(ctx, statement)
  await write(ctx, async (tx) => {
    const { after } = await advance(tx, id, (now) => {
      if (now.round !== state.round) throw platformErrors.conflict()
      return event
    })
    await insertSignOff(tx, { id: event.sign_off, approval_id: id, person_id: by.id, envelope, created_at: event.at })
    tx.record({
      action: can.waive.action,
      subject: { kind: 'approval', id },
      details: {
        sign_off: event.sign_off,
        release: row.release_digest,
        check: wanted.check,
        expires_at,
        public_key_id: envelope.signatures[0].keyid,
        signature: envelope.signatures[0].sig,
        status: after.status,
      },
    })
    tx.publish('governance.check-waived', { approval: id, release: row.release_digest, check: wanted.check })
  })
  return getApproval(ctx, id)
}
