import type { Tx } from '#audit'
import { type Executor, tables } from '#platform/store'
import type { ReportSummary, Verdict } from './report.ts'

/** `canonical` is the very text that the digest was taken of. */
const q = tables<{ assessment_reports: ReportSummary & { project: string; canonical: string } }>()

const columns = ['id', 'digest', 'run_id', 'model', 'version', 'suite', 'suite_version', 'verdict', 'simulated', 'created_at', 'created_by'] as const

export const insertReport = (tx: Tx, report: ReportSummary, canonical: string): Promise<unknown> =>
  q(tx)
    .insertInto('assessment_reports')
    .values({ ...report, canonical } as never)
    .execute()

export const findReport = (at: Executor, idOrDigest: string): Promise<(ReportSummary & { canonical: string }) | undefined> =>
  q(at)
    .selectFrom('assessment_reports')
    .select([...columns, 'canonical'])
    .where(idOrDigest.startsWith('sha256:') ? 'digest' : 'id', '=', idOrDigest as ReportSummary['digest'])
    .executeTakeFirst()

export interface ReportFilter {
  readonly model?: string | undefined
  readonly version?: number | undefined
  readonly suite?: string | undefined
  readonly verdict?: Verdict | undefined
}

/** Newest first. */
export const listReports = (at: Executor, filter: ReportFilter, beforeId: string | undefined, limit: number): Promise<ReportSummary[]> => {
  let query = q(at).selectFrom('assessment_reports').select(columns).orderBy('id', 'desc').limit(limit)
  if (filter.model !== undefined) query = query.where('model', '=', filter.model)
  if (filter.version !== undefined) query = query.where('version', '=', filter.version)
  if (filter.suite !== undefined) query = query.where('suite', '=', filter.suite)
  if (filter.verdict !== undefined) query = query.where('verdict', '=', filter.verdict)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}
