import type { Ctx } from '#platform/context'
import { getVersion, openConnection, type Version } from '#registry'
import { answerItems, RunProblem } from './answer-items.ts'
import { createReport, type ScoredEvaluation } from './create-report.ts'
import { findDataset } from './dataset-store.ts'
import { evaluatorOf } from './evaluators/index.ts'
import type { Generate } from './generate.ts'
import type { ProgressWatch } from './progress.ts'
import type { Report } from './report.ts'
import type { Run } from './run.ts'
import { answersOf } from './run-store.ts'
import { scoreInWorker } from './score.ts'
import type { PinnedEvaluation } from './suite.ts'
import { findSuite } from './suite-store.ts'

export interface RunWork {
  readonly ctx: Ctx
  readonly run: Run
  readonly generate: Generate
  readonly watch: ProgressWatch
  readonly signal: AbortSignal
}

/** Answers what has no answer yet, scores everything, writes the report. */
export const performRun = async (work: RunWork): Promise<Report> => {
  const { ctx, run, watch } = work
  const version = await getVersion(ctx, run.model, run.version)
  const suite = await findSuite(ctx.read, run.suite, run.suite_version)
  if (suite === undefined) throw new RunProblem(`the suite ${run.suite}/${run.suite_version} is gone`)
  const { evaluations } = suite.document
  await answerAll(work, version, evaluations)
  watch.phase('scoring')
  const scored: ScoredEvaluation[] = []
  for (const evaluation of evaluations) scored.push(await score(work, evaluation))
  watch.phase('done')
  return createReport(ctx, { run, version, scored, progress: watch.now() })
}

const answerAll = async (work: RunWork, version: Version, evaluations: readonly PinnedEvaluation[]): Promise<void> => {
  const asking = evaluations.filter((evaluation) => evaluatorOf(evaluation).ask !== null)
  const hosted = version.manifest.hosted
  if (asking.length === 0 || hosted === null) return
  const connection = await openConnection(work.ctx, hosted.connection)
  if (!connection.enabled) throw new RunProblem(`the connection ${connection.name} is switched off`)
  work.watch.phase('items')
  for (const evaluation of asking) await answerItems({ ...work, version, connection }, evaluation)
  const { done, errors } = work.watch.now()
  if (done > 0 && errors === done) throw new RunProblem('every call failed; the items say why')
}

const score = async ({ ctx, run, signal }: RunWork, evaluation: PinnedEvaluation): Promise<ScoredEvaluation> => {
  const dataset = await findDataset(ctx.read, evaluation.dataset.name, evaluation.dataset.version)
  if (dataset === undefined) throw new RunProblem(`the data set ${evaluation.dataset.name} is gone`)
  const predictions = evaluatorOf(evaluation).predictionColumns(evaluation) === null ? null : run.predictions
  const { measured, results } = await scoreInWorker(
    {
      evaluation,
      dataset: await ctx.objects.read(evaluation.dataset.digest),
      predictions: predictions === null ? null : await ctx.objects.read(predictions.digest),
      answers: await answersOf(ctx.read, run.id, evaluation.id),
      seed: run.seed,
    },
    signal,
  )
  const stored = results.length === 0 ? null : await ctx.objects.put(results)
  return { evaluation, dataset, predictions, measured, results: stored?.digest ?? null }
}
