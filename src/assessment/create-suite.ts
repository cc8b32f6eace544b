import { write } from '#audit'
import { digestOf } from '#platform/canonical'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import type { Executor } from '#platform/store'
import type { Dataset } from './dataset.ts'
import { assessmentErrors } from './errors.ts'
import { evaluatorOf } from './evaluators/index.ts'
import { can } from './permissions.ts'
import { findDatasetOrRefuse } from './pin-dataset.ts'
import { type Evaluation, NewSuite, type PinnedEvaluation, type Suite, type SuiteDocument } from './suite.ts'
import { findSuite, findSuiteByDigest, insertSuite } from './suite-store.ts'

/** Registers the next version of a suite, with every data set pinned by digest. */
export const createSuite = async (ctx: Ctx, input: unknown): Promise<Suite> => {
  permit(ctx, can['create-suite'])
  const { name, description, evaluations } = parse(NewSuite, input)
  return write(ctx, async (tx) => {
    const pinned: PinnedEvaluation[] = []
    for (const evaluation of evaluations) pinned.push(await pin(tx, evaluation))
    const document: SuiteDocument = { kind: 'evaluation-suite', name, description, evaluations: pinned }
    const digest = digestOf(document)
    const twin = await findSuiteByDigest(tx, name, digest)
    if (twin !== undefined) throw assessmentErrors.suite_exists({ name, version: twin.version })
    const suite: Suite = {
      id: newId('suite', tx.nowMs),
      name,
      version: ((await findSuite(tx, name))?.version ?? 0) + 1,
      digest,
      document,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
    }
    if (!(await insertSuite(tx, suite))) throw platformErrors.conflict()
    tx.record({
      action: can['create-suite'].action,
      subject: { kind: 'suite', id: suite.id },
      details: { name, version: suite.version, digest },
    })
    return suite
  })
}

const pin = async (at: Executor, evaluation: Evaluation): Promise<PinnedEvaluation> => {
  const dataset = await findDatasetOrRefuse(at, evaluation.dataset)
  const pinned = { ...evaluation, dataset: { name: dataset.name, version: dataset.version, digest: dataset.digest } }
  checkColumns(dataset, evaluatorOf(pinned).columns(pinned))
  return pinned
}

/** A misspelt column is found when the suite is written, not an hour into its first run. */
const checkColumns = (dataset: Dataset, needed: readonly string[]): void => {
  const known = new Set(dataset.columns.map(({ name }) => name))
  for (const column of needed) if (!known.has(column)) throw assessmentErrors.column_unknown({ dataset: dataset.name, column })
}
