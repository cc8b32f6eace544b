import { z } from 'zod'
import { Change, differencesOf } from '#documentation'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import { fold, isInForce } from './approval.ts'
import { type ApprovalRow, findApproved, findInReview, findLastApproved, listEvents } from './approval-store.ts'
import { can } from './permissions.ts'
import { Condition, Digest, RELEASE_PARTS, ReleaseDocument } from './release.ts'
import { findRelease, findReleases, listReleases as listRows, type ReleaseRow } from './release-store.ts'

export const ReleaseSummary = z
  .object({
    id: z.string(),
    digest: Digest,
    model: z.string(),
    version: z.int(),
    risk: z.string(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    /** `approved`: signed off and in force. `suspended` comes before it, since it stops what is approved. */
    status: z.enum(['not_approved', 'in_review', 'approved', 'suspended']),
    suspended: z.object({ at: z.iso.datetime(), by: z.string(), reason: z.string() }).nullable(),
    approval: z.object({ id: z.string(), expires_at: z.iso.datetime(), conditions: z.array(Condition) }).nullable(),
  })
  .meta({ id: 'ReleaseSummary' })
export type ReleaseSummary = z.infer<typeof ReleaseSummary>

const PartChange = z.object({ part: z.enum(RELEASE_PARTS), changed: z.boolean(), changes: z.array(Change) }).meta({ id: 'ReleasePartChange' })
export const ReleaseDiff = z.object({ from: Digest, to: Digest, parts: z.array(PartChange) }).meta({ id: 'ReleaseDiff' })
export type ReleaseDiff = z.infer<typeof ReleaseDiff>

export const Release = ReleaseSummary.extend({
  document: ReleaseDocument,
  /** Who wrote any part: none of them counts in a review. */
  authors: z.array(z.string()),
  /** Against the release of this model that was approved last, or null when none was. */
  since_last_approved: ReleaseDiff.nullable(),
}).meta({ id: 'Release' })
export type Release = z.infer<typeof Release>

const load = async (ctx: Ctx, digest: string): Promise<ReleaseRow> => {
  const row = await findRelease(ctx.read, digest)
  if (row === undefined) throw platformErrors.not_found({ kind: 'release', id: digest })
  return row
}

const approvalOf = async (ctx: Ctx, { id }: ApprovalRow): Promise<ReleaseSummary['approval']> => {
  const state = fold(await listEvents(ctx.read, id))
  return isInForce(state, ctx.clock.now()) && state.expires_at !== null
    ? { id, expires_at: state.expires_at, conditions: state.sign_offs.flatMap(({ conditions }) => conditions) }
    : null
}

const summarise = async (ctx: Ctx, rows: readonly ReleaseRow[]): Promise<ReleaseSummary[]> => {
  const digests = rows.map(({ digest }) => digest)
  const newestFirst = await findApproved(ctx.read, digests)
  const inReview = new Set(await findInReview(ctx.read, digests))
  return Promise.all(
    rows.map(async (row) => {
      const newest = newestFirst.find(({ release_digest }) => release_digest === row.digest)
      const approval = newest === undefined ? null : await approvalOf(ctx, newest)
      const suspended = row.suspended_at === null ? null : { at: row.suspended_at, by: row.suspended_by ?? '', reason: row.suspended_reason ?? '' }
      const status = suspended !== null ? 'suspended' : approval !== null ? 'approved' : inReview.has(row.digest) ? 'in_review' : 'not_approved'
      const { id, digest, model, model_version: version, risk, created_at, created_by } = row
      return { id, digest, model, version, risk, created_at, created_by, status, suspended, approval }
    }),
  )
}

export const partsOf = (from: ReleaseRow, to: ReleaseRow): ReleaseDiff => ({
  from: from.digest,
  to: to.digest,
  parts: RELEASE_PARTS.map((part) => {
    const changes = differencesOf(from.document[part], to.document[part], part)
    return { part, changed: changes.length > 0, changes }
  }),
})

/** Approved at any time, in force or not, of the same model: what a reviewer compares with. */
const lastApproved = async (ctx: Ctx, row: ReleaseRow): Promise<ReleaseRow | undefined> => {
  const others = (await listRows(ctx.read, row.model, undefined, 1000)).filter(({ digest }) => digest !== row.digest)
  const digest = await findLastApproved(
    ctx.read,
    others.map((other) => other.digest),
  )
  return others.find((other) => other.digest === digest)
}

export const getRelease = async (ctx: Ctx, digest: string): Promise<Release> => {
  permit(ctx, can.read)
  const row = await load(ctx, digest)
  const [summary] = await summarise(ctx, [row])
  if (summary === undefined) throw platformErrors.not_found({ kind: 'release', id: digest })
  const before = await lastApproved(ctx, row)
  return {
    ...summary,
    document: row.document,
    authors: row.authors,
    since_last_approved: before === undefined ? null : partsOf(before, row),
  }
}

export const listReleases = async (
  ctx: Ctx,
  { limit, cursor, model }: { limit: number; cursor?: string | undefined; model?: string | undefined },
): Promise<{ items: ReleaseSummary[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const page = toPage(await listRows(ctx.read, model, decodeCursor(cursor)?.[0], limit + 1), limit, ({ id }) => [id])
  return { ...page, items: await summarise(ctx, page.items) }
}

export const diffReleases = async (ctx: Ctx, from: string, to: string): Promise<ReleaseDiff> => {
  permit(ctx, can.read)
  return partsOf(await load(ctx, from), await load(ctx, to))
}

/** Model and version beside a digest, for pages that list them. */
export const releaseNames = async (ctx: Ctx, digests: readonly string[]): Promise<Map<string, { model: string; version: number }>> =>
  new Map((await findReleases(ctx.read, [...new Set(digests)])).map((row) => [row.digest, { model: row.model, version: row.model_version }]))
