import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { getConnection, getVersion, type Version } from '#registry'
import type { Dataset } from './dataset.ts'
import { findDataset } from './dataset-store.ts'
import { assessmentErrors } from './errors.ts'
import { evaluatorOf } from './evaluators/index.ts'
import { can } from './permissions.ts'
import { findDatasetOrRefuse } from './pin-dataset.ts'
import { NewRun, type Run } from './run.ts'
import { insertRun } from './run-store.ts'
import type { SuiteDocument } from './suite.ts'
import { findSuite } from './suite-store.ts'

export const RUN_QUEUE = 'assessment-run'

/** Checks that the run can be done at all, writes it down and queues it; a worker does the rest. */
export const startRun = async (ctx: Ctx, input: unknown): Promise<Run> => {
  permit(ctx, can['start-run'])
  const wanted = parse(NewRun, input)
  const version = await getVersion(ctx, wanted.model, wanted.version)
  const suite = await findSuite(ctx.read, wanted.suite.name, wanted.suite.version)
  if (suite === undefined) throw assessmentErrors.suite_unknown({ name: wanted.suite.name })
  const predictions = wanted.predictions === undefined ? undefined : await findDatasetOrRefuse(ctx.read, wanted.predictions)
  await checkModel(ctx, version, suite.document)
  checkPredictions(predictions, suite.document)
  const total = await itemCount(ctx, suite.document)
  const run = await write(ctx, async (tx) => {
    const made: Run = {
      id: newId('run', tx.nowMs),
      model: version.model,
      version: version.version,
      manifest_digest: version.manifest_digest,
      suite: suite.name,
      suite_version: suite.version,
      suite_digest: suite.digest,
      predictions: predictions === undefined ? null : { name: predictions.name, version: predictions.version, digest: predictions.digest },
      system_prompt: wanted.system_prompt,
      seed: wanted.seed,
      concurrency: wanted.concurrency,
      status: 'queued',
      simulated: version.simulated,
      progress: { phase: 'waiting', done: 0, total, errors: 0, per_second: null, eta_seconds: null },
      problem: null,
      report: null,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
      started_at: null,
      finished_at: null,
    }
    await insertRun(tx, made)
    tx.record({
      action: can['start-run'].action,
      subject: { kind: 'run', id: made.id },
      details: { model: made.model, version: made.version, suite: made.suite, suite_version: made.suite_version, seed: made.seed },
    })
    tx.publish('assessment.run-queued', { id: made.id })
    return made
  })
  await enqueueRun(ctx, run.id)
  return run
}

/** Queued outside the transaction: when the process dies between the two, the recovery finds the run and queues it. */
export const enqueueRun = (ctx: Ctx, id: string, onceKey?: string): Promise<void> =>
  ctx.jobs.enqueue(RUN_QUEUE, { id, project: ctx.project }, onceKey === undefined ? {} : { onceKey })

const checkModel = async (ctx: Ctx, version: Version, { evaluations }: SuiteDocument): Promise<void> => {
  const asking = evaluations.find((evaluation) => evaluatorOf(evaluation).ask !== null)
  if (asking === undefined) return
  const hosted = version.manifest.hosted
  if (hosted === null) throw assessmentErrors.run_needs_connection({ evaluation: asking.id, version: `${version.model}/${version.version}` })
  const connection = await getConnection(ctx, hosted.connection)
  if (!connection.enabled) throw assessmentErrors.connection_disabled({ connection: connection.name })
}

const checkPredictions = (predictions: Dataset | undefined, { evaluations }: SuiteDocument): void => {
  for (const evaluation of evaluations) {
    const needed = evaluatorOf(evaluation).predictionColumns(evaluation)
    if (needed === null) continue
    if (predictions === undefined) throw assessmentErrors.run_needs_predictions({ evaluation: evaluation.id })
    for (const column of needed)
      if (!predictions.columns.some(({ name }) => name === column)) throw assessmentErrors.column_unknown({ dataset: predictions.name, column })
  }
}

const itemCount = async (ctx: Ctx, { evaluations }: SuiteDocument): Promise<number> => {
  let total = 0
  for (const evaluation of evaluations) {
    if (evaluation.kind !== 'generation') continue
    const dataset = await findDataset(ctx.read, evaluation.dataset.name, evaluation.dataset.version)
    total += Math.min(evaluation.limit ?? Number.POSITIVE_INFINITY, dataset?.row_count ?? 0)
  }
  return total
}
