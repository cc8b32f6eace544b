import { type Digest, sha256 } from '#platform/canonical'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import { objectErrors } from '#platform/objects'
import { can } from './permissions.ts'
import type { Report, ReportDocument, ReportSummary } from './report.ts'
import * as store from './report-store.ts'

const find = async (ctx: Ctx, idOrDigest: string): Promise<ReportSummary & { canonical: string }> => {
  permit(ctx, can.read)
  const row = await store.findReport(ctx.read, idOrDigest)
  if (row === undefined) throw platformErrors.not_found({ kind: 'report', id: idOrDigest })
  // People approve by this digest: a row that was changed behind our back is no report.
  if (sha256(row.canonical) !== row.digest) throw objectErrors.object_corrupt({ digest: row.digest })
  return row
}

export const getReport = async (ctx: Ctx, idOrDigest: string): Promise<Report> => {
  const { canonical, digest } = await find(ctx, idOrDigest)
  // Safe: this is the text that createReport made of a ReportDocument.
  return { ...(JSON.parse(canonical) as ReportDocument), digest }
}

/** The very bytes behind the digest: `sha256sum` of them is the digest. */
export const getReportBytes = async (ctx: Ctx, idOrDigest: string): Promise<{ canonical: string; digest: Digest }> => find(ctx, idOrDigest)

export const listReports = async (
  ctx: Ctx,
  { limit, cursor, ...filter }: { limit: number; cursor?: string | undefined } & store.ReportFilter,
): Promise<{ items: ReportSummary[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  return toPage(await store.listReports(ctx.read, filter, decodeCursor(cursor)?.[0], limit + 1), limit, (report) => [report.id])
}

/** The newest report of a model version: what quotes an older one is stale. */
export const latestReport = async (ctx: Ctx, model: string, version: number): Promise<ReportSummary | undefined> =>
  (await listReports(ctx, { limit: 1, model, version })).items[0]
