import { readFileSync } from 'node:fs'
import { write } from '#audit'
import { canonicalJson, sha256 } from '#platform/canonical'
import { type Ctx, permit } from '#platform/context'
import { newId } from '#platform/ids'
import type { Version } from '#registry'
import type { Dataset, PinnedDataset } from './dataset.ts'
import type { Measured } from './evaluators/evaluator.ts'
import { moved } from './move-run.ts'
import { can } from './permissions.ts'
import type { Report, ReportDocument, ReportEvaluation } from './report.ts'
import { insertReport } from './report-store.ts'
import type { Progress, Run } from './run.ts'
import { itemTotals } from './run-store.ts'
import type { PinnedEvaluation } from './suite.ts'
import { countVerdicts, overall, reportRows } from './verdict.ts'

export interface ScoredEvaluation {
  readonly evaluation: PinnedEvaluation
  readonly dataset: Dataset
  readonly predictions: PinnedDataset | null
  readonly measured: Omit<Measured, 'results'>
  /** Digest of the per-item results. */
  readonly results: ReportEvaluation['items']['results']
}

interface Finished {
  readonly run: Run
  readonly version: Version
  readonly scored: readonly ScoredEvaluation[]
  readonly progress: Progress
}

/** The report and the end of its run are one commit: there is no finished run without a report, and no report twice. */
export const createReport = async (ctx: Ctx, finished: Finished): Promise<Report> => {
  permit(ctx, can['create-report'])
  const { run, progress } = finished
  return write(ctx, async (tx) => {
    const totals = await itemTotals(tx, run.id)
    const document = toDocument(finished, newId('rep', tx.nowMs), tx.nowAt, totals)
    const canonical = canonicalJson(document)
    const digest = sha256(canonical)
    const { id, verdict, simulated, model, suite, created_at, created_by } = document
    await insertReport(
      tx,
      {
        id,
        digest,
        run_id: run.id,
        model: model.name,
        version: model.version,
        suite: suite.name,
        suite_version: suite.version,
        verdict,
        simulated,
        created_at,
        created_by,
      },
      canonical,
    )
    tx.record({ action: can['create-report'].action, subject: { kind: 'report', id }, details: { digest, run: run.id, verdict, simulated } })
    await moved(ctx, tx, run.id, 'complete', can['move-run'].action, { finished_at: tx.nowAt, report: { id, digest }, progress })
    tx.publish('assessment.report-created', { id, digest, model: model.name, version: model.version, verdict })
    return { ...document, digest }
  })
}

const toDocument = (
  { run, version, scored }: Finished,
  id: string,
  nowAt: string,
  totals: { input_tokens: number; output_tokens: number; simulated: boolean },
): ReportDocument => {
  const rows = scored.flatMap(({ evaluation, measured }) => reportRows(evaluation, { ...measured, results: [] }))
  const counts = countVerdicts(rows)
  return {
    schema: 'plimsoll/evaluation-report/1',
    id,
    run_id: run.id,
    created_at: nowAt,
    created_by: run.created_by,
    verdict: overall(counts),
    simulated: run.simulated || totals.simulated,
    counts,
    model: {
      name: version.model,
      version: version.version,
      version_id: version.id,
      manifest_digest: version.manifest_digest,
      hosted: version.manifest.hosted,
    },
    system_prompt: run.system_prompt,
    suite: { name: run.suite, version: run.suite_version, digest: run.suite_digest },
    evaluations: scored.map(({ evaluation, dataset, predictions, measured, results }) => ({
      id: evaluation.id,
      kind: evaluation.kind,
      title: evaluation.title,
      dataset: { ...evaluation.dataset, row_count: dataset.row_count, licence: dataset.licence, attribution: dataset.attribution },
      predictions,
      items: { total: measured.scored + measured.errors, scored: measured.scored, errors: measured.errors, results },
      examples: measured.examples,
    })),
    rows,
    reproduction: {
      seed: run.seed,
      started_at: run.started_at ?? nowAt,
      finished_at: nowAt,
      software: { plimsoll: PLIMSOLL_VERSION, node: process.versions.node },
      usage: { input_tokens: totals.input_tokens, output_tokens: totals.output_tokens },
    },
  }
}

const PLIMSOLL_VERSION = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version
