import { z } from 'zod'
import { getStanding, signAs } from '#access'
import { type Tx, write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { advance } from './advance.ts'
import { APPROVED_STATUSES, type ApprovalEvent, type ApprovalState, neededAt, reduce, type Speaker } from './approval.ts'
import { findApproved, insertSignOff } from './approval-store.ts'
import { governanceErrors } from './errors.ts'
import { can } from './permissions.ts'
import { Capacity } from './policy.ts'
import { type Approval, getApproval, loadApproval } from './read-approvals.ts'
import { Condition } from './release.ts'
import { lockRelease } from './release-store.ts'
import { Decision, type Envelope, PAYLOAD_TYPE, pae, payloadOf, type SignOffStatement, statementFor } from './statement.ts'
import { countOpenThreads } from './thread-store.ts'

export const NewSignOff = z
  .strictObject({
    decision: Decision.exclude(['waive']),
    /** What you speak for; the first that the stage still asks for and you hold when left out. */
    capacity: Capacity.optional(),
    conditions: z.array(Condition).max(20).default([]),
    reason: z.string().max(5000).default(''),
  })
  .superRefine(({ decision, conditions, reason }, context) => {
    if ((decision === 'approve_with_conditions') !== conditions.length > 0)
      context.addIssue({ code: 'custom', path: ['conditions'], message: 'are given with the decision approve_with_conditions, and with no other' })
    if ((decision === 'refuse' || decision === 'request_changes') && reason.trim() === '')
      context.addIssue({ code: 'custom', path: ['reason'], message: 'says why' })
  })
  .meta({ id: 'NewSignOff' })
export type NewSignOff = z.infer<typeof NewSignOff>

/** The person who is signed in, with what they are by the records of this moment, not by their session. */
export const speakerOf = async (ctx: Ctx): Promise<Speaker> => {
  if (ctx.actor.kind !== 'person') throw governanceErrors.signer_not_a_person()
  const [standing] = await getStanding(ctx, [ctx.actor.id])
  if (standing === undefined || !standing.active) throw governanceErrors.signer_not_a_person()
  return { kind: 'person', id: standing.id, name: standing.name, roles: [...standing.roles], capacities: [...standing.capacities] }
}

export const signStatement = async (ctx: Ctx, statement: SignOffStatement): Promise<Envelope> => {
  const payload = payloadOf(statement)
  const { signature, public_key_id } = await signAs(ctx, pae(PAYLOAD_TYPE, payload))
  return { payloadType: PAYLOAD_TYPE, payload: payload.toString('base64'), signatures: [{ keyid: public_key_id, sig: signature }] }
}

/** Who signed and could not sign now. */
const lapsedOf = async (ctx: Ctx, { status, sign_offs }: ApprovalState): Promise<string[]> => {
  if (status !== 'in_review') return []
  const people = await getStanding(
    ctx,
    sign_offs.map(({ person }) => person),
  )
  return sign_offs
    .filter(({ person, capacity }) => {
      const now = people.find(({ id }) => id === person)
      return now === undefined || !now.active || !now.roles.includes('approver') || !now.capacities.includes(capacity)
    })
    .map(({ person }) => person)
}

/** Takes them out of the count. Recorded by itself, before anybody builds on their word. */
const dropLapsed = async (ctx: Ctx, id: string, state: ApprovalState): Promise<ApprovalState> => {
  const people = await lapsedOf(ctx, state)
  if (people.length === 0) return state
  return write(ctx, async (tx) => {
    const { after } = await advance(tx, id, () => ({ kind: 'lapsed', at: tx.nowAt, people }))
    tx.record({ action: 'governance.lapse-sign-offs', subject: { kind: 'approval', id }, details: { people, stage: after.stage } })
    return after
  })
}

const capacityOf = (state: ApprovalState, { capacities }: Speaker): string =>
  neededAt(state, state.stage).find(({ capacity, approvals, given }) => given < approvals && capacities.includes(capacity))?.capacity ??
  state.policy.stages[state.stage]?.quorum[0]?.capacity ??
  'none'

interface Word {
  readonly signOff: string
  readonly by: Speaker
  readonly stage: number
  readonly capacity: string
  readonly at: string
}

const eventOf = (wanted: NewSignOff, { signOff, ...word }: Word, openThreads: number): ApprovalEvent => {
  const spoken = { ...word, sign_off: signOff }
  switch (wanted.decision) {
    case 'approve':
    case 'approve_with_conditions':
      return { kind: 'signed', ...spoken, conditions: wanted.conditions, open_threads: openThreads }
    case 'refuse':
      return { kind: 'refused', ...spoken, reason: wanted.reason }
    case 'request_changes':
      return { kind: 'changes_requested', ...spoken, reason: wanted.reason }
  }
}

const isApproved = ({ status }: ApprovalState): boolean => (APPROVED_STATUSES as readonly string[]).includes(status)

/** The newest approval of a release governs; an older one that is still in force gives way to it. */
const supersede = async (tx: Tx, release: string, by: string): Promise<void> => {
  for (const { id } of await findApproved(tx, [release])) {
    if (id !== by) await advance(tx, id, () => ({ kind: 'superseded', at: tx.nowAt, approval: by }))
  }
}

/**
 * One person's word on a release: signed with their key over release digest, policy digest, round, stage, capacity and decision.
 * The signature is made before the transaction, so that no lock waits for it; what moved in between is a conflict.
 */
export const signOff = async (ctx: Ctx, { id, ...input }: { id: string } & Record<string, unknown>): Promise<Approval> => {
  permit(ctx, can['sign-off'])
  const wanted = parse(NewSignOff, input)
  const by = await speakerOf(ctx)
  const { row, state: loaded } = await loadApproval(ctx, id)
  const state = await dropLapsed(ctx, id, loaded)
  const nowMs = ctx.clock.now()
  const word: Word = {
    signOff: newId('sgn', nowMs),
    by,
    stage: state.stage,
    capacity: wanted.capacity ?? capacityOf(state, by),
    at: isoAt(nowMs),
  }
  // Refused here already when the rules bar it: nobody's key signs what would not count.
  reduce(state, eventOf(wanted, word, await countOpenThreads(ctx.read, id)))
  const statement = statementFor(row.release_digest, {
    project: ctx.project,
    approval: id,
    round: state.round,
    policy: state.policy_digest as SignOffStatement['predicate']['policy'],
    stage: word.stage,
    capacity: word.capacity,
    decision: wanted.decision,
    conditions: wanted.conditions,
    reason: wanted.reason,
    waiver: null,
    person: { id: by.id, name: by.name },
    at: word.at,
  })
  const envelope = await signStatement(ctx, statement)
  await write(ctx, async (tx) => {
    await lockRelease(tx, row.release_digest)
    const { after } = await advance(tx, id, async (now) => {
      if (now.round !== state.round || (now.status === 'in_review' && now.stage !== state.stage)) throw platformErrors.conflict()
      // Asked again under the lock: what was taken from a signer in the meantime is not built upon.
      const within = { ...ctx, read: tx }
      if ((await lapsedOf(within, now)).length > 0) throw platformErrors.conflict()
      return eventOf(wanted, { ...word, by: await speakerOf(within) }, await countOpenThreads(tx, id))
    })
    await insertSignOff(tx, { id: word.signOff, approval_id: id, person_id: by.id, envelope, created_at: word.at })
    if (isApproved(after)) await supersede(tx, row.release_digest, id)
    tx.record({
      action: can['sign-off'].action,
      subject: { kind: 'approval', id },
      details: {
        sign_off: word.signOff,
        release: row.release_digest,
        policy: state.policy_digest,
        decision: wanted.decision,
        stage: word.stage,
        capacity: word.capacity,
        public_key_id: envelope.signatures[0].keyid,
        signature: envelope.signatures[0].sig,
        status: after.status,
      },
    })
    const facts = { approval: id, release: row.release_digest, status: after.status, stage: after.stage }
    tx.publish(isApproved(after) ? 'governance.release-approved' : 'governance.approval-signed', facts)
  })
  return getApproval(ctx, id)
}
