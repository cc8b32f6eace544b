import { write } from '#audit'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { feedbackErrors } from './errors.ts'
import { type Feedback, TRIAGE, Triage } from './model.ts'
import { can } from './permissions.ts'
import { lockFeedback, updateFeedback } from './store.ts'

/** Says what becomes of it; `answer` and `fixed_in` are what the reporter sees. */
export const triageFeedback = async (ctx: Ctx, { id, triage }: { id: string; triage: unknown }): Promise<Feedback> => {
  permit(ctx, can.triage)
  const wanted = parse(Triage, triage)
  return write(ctx, async (tx) => {
    const current = await lockFeedback(tx, id)
    if (current === undefined) throw platformErrors.not_found({ kind: 'feedback', id })
    if (!TRIAGE[current.state].includes(wanted.state)) throw feedbackErrors.feedback_transition({ from: current.state, to: wanted.state })
    const feedback = await updateFeedback(tx, {
      ...current,
      state: wanted.state,
      note: wanted.note ?? current.note,
      answer: wanted.answer ?? current.answer,
      fixed_in: wanted.state === 'fixed' ? wanted.fixed_in : null,
    })
    tx.record({
      action: can.triage.action,
      subject: { kind: 'feedback', id },
      details: { from: current.state, to: wanted.state, fixed_in: feedback.fixed_in },
    })
    return feedback
  })
}
