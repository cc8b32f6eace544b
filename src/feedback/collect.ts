import { type Tx, write } from '#audit'
import { findEventOfRequest, type InferenceEvent } from '#monitoring'
import { type Ctx, contextFor, type Platform, parse, systemContext } from '#platform/context'
import { newId } from '#platform/ids'
import { feedbackErrors } from './errors.ts'
import { masked } from './mask.ts'
import { type Feedback, NewFeedback, type Receipt } from './model.ts'
import { can } from './permissions.ts'
import { findVoice, insertFeedback, lockFeedback, updateFeedback } from './store.ts'
import { tokenOf } from './token.ts'
import { warnOfHarm } from './warn-of-harm.ts'

/** Who calls the gateway, as its API key says. */
export interface FeedbackCaller {
  readonly project: string
  /** As in the inference events of the same key. */
  readonly principal: string
  readonly key_id: string | null
}

/**
 * publicWrite: the gateway has authenticated the key; whoever may call may also say how it was. Feedback on a call that is
 * not stored yet is parked, never refused. The same voice may change its mind until somebody looks at it; the same words
 * twice are one feedback.
 */
export const collectFeedback = async (platform: Platform, caller: FeedbackCaller, input: unknown): Promise<Receipt> => {
  const given = parse(NewFeedback, input)
  const ctx = contextFor(platform, { kind: 'key', id: caller.key_id ?? caller.principal, name: caller.principal, roles: [] }, caller.project)
  const reporter =
    given.reporter === null ? '' : ctx.secrets.hmac('feedback-reporter', JSON.stringify([caller.project, caller.principal, given.reporter]))
  const said = { score: given.score, category: given.category, comment: masked(given.comment), expected: masked(given.expected) }
  const before = await findVoice(ctx.read, given.request_id, caller.principal, reporter)
  if (before !== undefined && isSame(before, said)) return receiptOf(ctx, before)
  const event = await findEventOfRequest(systemContext(platform, 'feedback', caller.project), given.request_id, caller.principal)
  const feedback = await write(ctx, async (tx) => {
    const fresh: Feedback = {
      id: newId('fb', tx.nowMs),
      version: 1,
      request_id: given.request_id,
      principal: caller.principal,
      ...said,
      ...linkTo(event),
      received_at: tx.nowAt,
      updated_at: tx.nowAt,
      note: null,
      answer: null,
      fixed_in: null,
      evaluation_case: null,
    }
    const stored = (await insertFeedback(tx, fresh, { key_id: caller.key_id, reporter }))
      ? fresh
      : await changeMind(tx, given.request_id, caller.principal, reporter, said)
    tx.record({
      action: can.collect.action,
      subject: { kind: 'feedback', id: stored.id },
      details: { state: stored.state, score: said.score, category: said.category, version: stored.version },
    })
    await warnOfHarm(tx, stored)
    return stored
  })
  return receiptOf(ctx, feedback)
}

type Said = Pick<Feedback, 'score' | 'category' | 'comment' | 'expected'>

const isSame = (feedback: Feedback, said: Said): boolean =>
  feedback.score === said.score && feedback.category === said.category && feedback.comment === said.comment && feedback.expected === said.expected

const changeMind = async (tx: Tx, requestId: string, principal: string, reporter: string, said: Said): Promise<Feedback> => {
  const found = await findVoice(tx, requestId, principal, reporter)
  const current = found === undefined ? undefined : await lockFeedback(tx, found.id)
  if (current === undefined || !['parked', 'received'].includes(current.state)) throw feedbackErrors.feedback_in_hand()
  return updateFeedback(tx, { ...current, ...said })
}

const receiptOf = (ctx: Ctx, { id, state }: Feedback): Receipt => ({ id, state, token: tokenOf(ctx.secrets, ctx.project, id) })

type Link = Pick<Feedback, 'state' | 'event_id' | 'endpoint' | 'release' | 'criticality' | 'domain' | 'simulated'>

export const linkTo = (event: InferenceEvent | undefined): Link =>
  event === undefined
    ? { state: 'parked', event_id: null, endpoint: null, release: null, criticality: null, domain: null, simulated: false }
    : {
        state: 'received',
        event_id: event.id,
        endpoint: event.endpoint,
        release: event.release,
        criticality: event.tags.criticality,
        domain: event.tags.domain,
        simulated: event.simulated,
      }
