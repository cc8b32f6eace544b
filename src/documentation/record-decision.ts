import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { type Decision, DecisionContent, decisionDigest } from './decision.ts'
import { insertDecision, insertDecisionVersion } from './decision-store.ts'
import { can } from './permissions.ts'

export const recordDecision = async (ctx: Ctx, input: unknown): Promise<Decision> => {
  permit(ctx, can['record-decision'])
  const content = parse(DecisionContent, input)
  return write(ctx, async (tx) => {
    const made = { created_at: tx.nowAt, created_by: actorRef(ctx.actor).id }
    const state = { version: 1, digest: decisionDigest(content, 'proposed'), status: 'proposed' } as const
    const summary = {
      ...made,
      ...state,
      id: newId('dec', tx.nowMs),
      title: content.title,
      superseded_by: null,
      review_by: content.review_by,
      updated_at: made.created_at,
      updated_by: made.created_by,
    }
    await insertDecision(tx, summary)
    await insertDecisionVersion(tx, { ...made, ...state, decision_id: summary.id, content, reason: '' })
    tx.record({ action: can['record-decision'].action, subject: { kind: 'decision', id: summary.id }, details: { digest: state.digest } })
    return { ...summary, content }
  })
}
