import { z } from 'zod'
import { write } from '#audit'
import { getEvent } from '#monitoring'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { feedbackErrors } from './errors.ts'
import type { Feedback } from './model.ts'
import { can } from './permissions.ts'
import { findFeedback, lockFeedback, updateFeedback } from './store.ts'

export const EvaluationCaseRequest = z
  .strictObject({
    /** Name of the data set that gets the case. */
    dataset: z.string().min(1).max(63),
    /** The text of the call when null, where it is kept. */
    input: z.string().min(1).max(100_000).nullable().default(null),
    /** What the reporter expected when null. */
    expected: z.string().min(1).max(20_000).nullable().default(null),
  })
  .meta({ id: 'EvaluationCaseRequest' })

export interface EvaluationCase {
  readonly dataset: string
  readonly input: string
  readonly expected: string
  readonly tags: Readonly<Record<string, string>>
  /** Where it came from, so that a release can be shown to have mended it. */
  readonly provenance: { readonly feedback_id: string; readonly event_id: string; readonly request_id: string; readonly release: string | null }
}

/** Assessment's: adds the case to the next version of the data set. The same feedback id twice is one case. */
export type AddEvaluationCase = (ctx: Ctx, one: EvaluationCase) => Promise<{ readonly dataset: string; readonly version: number }>

export const makeEvaluationCase = async (
  ctx: Ctx,
  addEvaluationCase: AddEvaluationCase,
  { id, request }: { id: string; request: unknown },
): Promise<Feedback> => {
  permit(ctx, can['make-evaluation-case'])
  const wanted = parse(EvaluationCaseRequest, request)
  const feedback = await findFeedback(ctx.read, id)
  if (feedback === undefined) throw platformErrors.not_found({ kind: 'feedback', id })
  if (feedback.event_id === null) throw feedbackErrors.feedback_not_linked()
  if (feedback.evaluation_case !== null) throw feedbackErrors.evaluation_case_made({ dataset: feedback.evaluation_case.dataset })
  const input = wanted.input ?? (await getEvent(ctx, feedback.event_id)).content?.input ?? null
  if (input === null) throw feedbackErrors.evaluation_case_input_missing()
  const expected = wanted.expected ?? feedback.expected
  if (expected === null) throw feedbackErrors.evaluation_case_expected_missing()
  const made = await addEvaluationCase(ctx, {
    dataset: wanted.dataset,
    input,
    expected,
    tags: tagsOf(feedback),
    provenance: { feedback_id: id, event_id: feedback.event_id, request_id: feedback.request_id, release: feedback.release },
  })
  return write(ctx, async (tx) => {
    const current = await lockFeedback(tx, id)
    if (current === undefined) throw platformErrors.not_found({ kind: 'feedback', id })
    if (current.evaluation_case !== null) throw feedbackErrors.evaluation_case_made({ dataset: current.evaluation_case.dataset })
    tx.record({
      action: can['make-evaluation-case'].action,
      subject: { kind: 'feedback', id },
      details: { dataset: made.dataset, version: made.version },
    })
    return updateFeedback(tx, { ...current, evaluation_case: { dataset: made.dataset, version: made.version } })
  })
}

const tagsOf = ({ category, endpoint, domain, criticality }: Feedback): Record<string, string> =>
  Object.fromEntries(Object.entries({ category, endpoint, domain, criticality }).flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
