import type { Evidence, ReportFacts, ReportRow } from '#documentation'
import { digestOf } from '#platform/canonical'
import { type Ctx, contextFor, DEFAULT_PROJECT } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { createConnection, createModel, createVersion, getConnection, getVersion, type Version } from '#registry'

/** The real registry beside reports that a test writes down itself, with digests of their own content. */
export interface TestEvidence extends Evidence {
  addReport(version: Version, options?: Partial<Pick<ReportFacts, 'verdict' | 'simulated' | 'created_by' | 'rows' | 'system_prompt'>>): ReportFacts
}

export const row = (id: string, value: number | null, verdict = 'pass', rest: Partial<ReportRow> = {}): ReportRow => ({
  id,
  evaluation: 'answers',
  metric: 'quasi_exact_match',
  group: null,
  value,
  n: 200,
  interval: value === null ? null : { low: value - 0.05, high: value + 0.05 },
  threshold: null,
  verdict,
  ...rest,
})

export const testEvidence = (): TestEvidence => {
  const reports: ReportFacts[] = []
  return {
    version: getVersion,
    report: async (_ctx, idOrDigest) => {
      const found = reports.find(({ id, digest }) => id === idOrDigest || digest === idOrDigest)
      if (found === undefined) throw platformErrors.not_found({ kind: 'report', id: idOrDigest })
      return found
    },
    latestReport: async (_ctx, model, version) => reports.findLast((report) => report.model.name === model && report.model.version === version),
    addReport: (version, options = {}) => {
      const content = {
        verdict: 'pass',
        simulated: false,
        created_by: 'per_runner',
        model: { name: version.model, version: version.version, manifest_digest: version.manifest_digest },
        system_prompt: null,
        evaluations: [{ id: 'answers', dataset: { name: 'questions' } }],
        rows: [row('accuracy', 0.91)],
        ...options,
      }
      const report = { ...content, id: `rep_${reports.length + 1}`, digest: digestOf(content) }
      reports.push(report)
      return report
    },
  }
}

let models = 0

/** The built-in simulator belongs to the default project; any other one gets a connection of its own. */
const connectionIn = async (ctx: Ctx): Promise<string> => {
  if (ctx.project === DEFAULT_PROJECT) return 'simulator'
  const administrator = contextFor(ctx, { kind: 'key', id: 'test-key', name: 'test', roles: ['administrator'] }, ctx.project)
  await getConnection(administrator, 'upstream').catch(() =>
    createConnection(administrator, { name: 'upstream', provider: 'openai-compatible', base_url: 'http://127.0.0.1:9/v1' }),
  )
  return 'upstream'
}

/** A registered hosted version on the built-in simulator. */
export const registeredVersion = async (ctx: Ctx, options: { name?: string; description?: string } = {}): Promise<Version> => {
  models += 1
  const name = options.name ?? `model-${models}`
  if (options.name === undefined) await createModel(ctx, { name })
  return createVersion(ctx, name, {
    description: options.description ?? 'Answers questions about invoices.',
    hosted: { connection: await connectionIn(ctx), upstream_model: 'echo', snapshot: `s${models}`, parameters: { temperature: 0 } },
    lineage: { datasets: [{ name: 'acme/invoices', digest: `sha256:${'d'.repeat(64)}` }], base_model: { name: 'acme/base' } },
  })
}
