import { type Tx, write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { DECISION_TRANSITIONS, type Decision, DecisionContent, decisionDigest, isDecidable, SettleDecision } from './decision.ts'
import { advanceDecision, findDecision, insertDecisionVersion } from './decision-store.ts'
import { documentationErrors } from './errors.ts'
import { can } from './permissions.ts'
import { getDecision } from './read-decisions.ts'

/** Text and status move together: each change is the next immutable version. */
const advance = async (tx: Tx, ctx: Ctx, before: Decision, next: Pick<Decision, 'content' | 'status' | 'superseded_by'> & { reason: string }) => {
  const { reason, content, ...state } = next
  const by = actorRef(ctx.actor).id
  const version = before.version + 1
  const digest = decisionDigest(content, state.status)
  const row = { ...state, version, digest, title: content.title, review_by: content.review_by, updated_at: tx.nowAt, updated_by: by }
  if (!(await advanceDecision(tx, before.id, before.version, row))) throw platformErrors.conflict()
  const made = { created_at: tx.nowAt, created_by: by }
  await insertDecisionVersion(tx, { ...made, decision_id: before.id, version, digest, status: state.status, content, reason })
  return { ...before, ...row, content }
}

export const reviseDecision = async (
  ctx: Ctx,
  { id, content: input, if_match }: { id: string; content: unknown; if_match: string | undefined },
): Promise<Decision> => {
  permit(ctx, can['revise-decision'])
  const content = parse(DecisionContent, input)
  const before = await getDecision(ctx, id)
  requireIfMatch(if_match, before.version)
  if (before.status !== 'proposed') throw documentationErrors.decision_settled({ status: before.status })
  if (decisionDigest(content, before.status) === before.digest) return before
  return write(ctx, async (tx) => {
    const after = await advance(tx, ctx, before, { content, status: 'proposed', superseded_by: null, reason: '' })
    tx.record({
      action: can['revise-decision'].action,
      subject: { kind: 'decision', id },
      details: { version: after.version, digest: after.digest, before: before.digest },
    })
    return after
  })
}

export const settleDecision = async (ctx: Ctx, { id, ...input }: { id: string } & Record<string, unknown>): Promise<Decision> => {
  permit(ctx, can['settle-decision'])
  const { status, reason, superseded_by } = parse(SettleDecision, input)
  const before = await getDecision(ctx, id)
  if (!DECISION_TRANSITIONS[before.status].includes(status)) throw documentationErrors.decision_transition({ from: before.status, to: status })
  if (status === 'accepted' && !isDecidable(before.content)) throw documentationErrors.decision_incomplete()
  return write(ctx, async (tx) => {
    if (superseded_by !== null && (superseded_by === id || (await findDecision(tx, superseded_by)) === undefined)) {
      throw platformErrors.not_found({ kind: 'other decision', id: superseded_by })
    }
    const after = await advance(tx, ctx, before, { content: before.content, status, superseded_by, reason })
    tx.record({
      action: can['settle-decision'].action,
      subject: { kind: 'decision', id },
      details: { from: before.status, to: status, version: after.version, digest: after.digest },
    })
    return after
  })
}
