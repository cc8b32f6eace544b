import { createDataset, type Dataset, getDataset } from '#assessment'
import type { Ctx } from '#platform/context'
import { PlimsollError } from '#platform/errors'
import { feedbackErrors } from './errors.ts'
import { inTurn } from './in-turn.ts'
import type { AddEvaluationCase, EvaluationCase } from './make-evaluation-case.ts'

/** As many rows as a data set takes without an upload (assessment's `rows`). */
const MAX_ROWS = 5000

type Row = Record<string, string | null>

const newestOf = (ctx: Ctx, name: string): Promise<Dataset | undefined> =>
  getDataset(ctx, name).catch((error: unknown) => {
    if (error instanceof PlimsollError && error.code === 'not_found') return undefined
    throw error
  })

const toRow = ({ input, expected, tags, provenance }: EvaluationCase): Row => ({
  id: provenance.feedback_id,
  input,
  expected,
  ...tags,
  feedback_event: provenance.event_id,
  feedback_release: provenance.release,
})

/**
 * The next version of the data set, with one row more; the id of the row is the feedback's, so that it is there once. One
 * after the other for each data set: two that start from the same version would each leave the other's row out.
 */
export const addToDataset: AddEvaluationCase = (ctx, one) =>
  inTurn(ctx, one.dataset, async () => {
    const newest = await newestOf(ctx, one.dataset)
    const lines = newest === undefined ? [] : (await ctx.objects.read(newest.digest)).toString('utf8').split('\n').filter(Boolean)
    const rows = lines.map((line) => JSON.parse(line) as Row)
    if (newest !== undefined && rows.some(({ id }) => id === one.provenance.feedback_id)) return { dataset: newest.name, version: newest.version }
    if (rows.length >= MAX_ROWS) throw feedbackErrors.evaluation_dataset_full({ dataset: one.dataset, maxRows: MAX_ROWS })
    const { name, version } = await createDataset(ctx, {
      name: one.dataset,
      description: newest?.description ?? 'Cases that came from feedback.',
      licence: newest?.licence ?? 'internal',
      attribution: newest?.attribution ?? '',
      source: newest?.source ?? 'feedback',
      rows: [...rows, toRow(one)],
    })
    return { dataset: name, version }
  })
