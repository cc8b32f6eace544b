import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import type { Decision, DecisionStatus, DecisionSummary, DecisionVersion } from './decision.ts'
import * as store from './decision-store.ts'
import { can } from './permissions.ts'

export const getDecision = async (ctx: Ctx, id: string): Promise<Decision> => {
  permit(ctx, can.read)
  const summary = await store.findDecision(ctx.read, id)
  if (summary === undefined) throw platformErrors.not_found({ kind: 'decision', id })
  return { ...summary, content: (await getDecisionVersion(ctx, id, summary.version)).content }
}

export const getDecisionVersion = async (ctx: Ctx, id: string, version: number): Promise<DecisionVersion> => {
  permit(ctx, can.read)
  const row = await store.findDecisionVersion(ctx.read, id, version)
  if (row === undefined) throw platformErrors.not_found({ kind: 'decision version', id: `${id} ${version}` })
  return row
}

type Page<T> = { items: T[]; next_cursor: string | null }
type Paging = { limit: number; cursor?: string | undefined }

export const listDecisions = async (
  ctx: Ctx,
  { limit, cursor, status }: Paging & { status?: DecisionStatus | undefined },
): Promise<Page<DecisionSummary>> => {
  permit(ctx, can.read)
  const rows = await store.listDecisions(ctx.read, status, decodeCursor(cursor)?.[0], limit + 1)
  return toPage(rows, limit, ({ id }) => [id])
}

export const listDecisionVersions = async (ctx: Ctx, id: string, { limit, cursor }: Paging): Promise<Page<DecisionVersion>> => {
  await getDecision(ctx, id)
  const rows = await store.listDecisionVersions(ctx.read, id, cursorInt(decodeCursor(cursor)?.[0]), limit + 1)
  return toPage(rows, limit, ({ version }) => [String(version)])
}
