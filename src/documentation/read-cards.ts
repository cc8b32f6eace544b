import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import { type Card, type CardSummary, type CardVersion, missingOf } from './card.ts'
import * as store from './card-store.ts'
import { type Change, differencesOf } from './difference.ts'
import type { Evidence } from './evidence.ts'
import { can } from './permissions.ts'
import { quoteMetrics } from './quote.ts'

const summaryOf = async (ctx: Ctx, id: string): Promise<CardSummary> => {
  const card = await store.findCard(ctx.read, id)
  if (card === undefined) throw platformErrors.not_found({ kind: 'card', id })
  return card
}

export const getCardVersion = async (ctx: Ctx, id: string, version: number): Promise<CardVersion> => {
  permit(ctx, can.read)
  const { model } = await summaryOf(ctx, id)
  const row = await store.findCardVersion(ctx.read, id, version)
  if (row === undefined) throw platformErrors.not_found({ kind: 'card version', id: `${id} ${version}` })
  return { ...row, model, missing: missingOf(row.content) }
}

/** The card of a model version; at most one exists. */
export const findCardOf = (ctx: Ctx, model: string, version: number): Promise<CardSummary | undefined> => {
  permit(ctx, can.read)
  return store.findCardOf(ctx.read, model, version)
}

/** Everyone who wrote any version up to this one. */
export const cardAuthors = async (ctx: Ctx, id: string, version: number): Promise<string[]> => {
  permit(ctx, can.read)
  return store.authorsUpTo(ctx.read, id, version)
}

export const getCard = async (ctx: Ctx, id: string, evidence: Evidence): Promise<Card> => {
  permit(ctx, can.read)
  const summary = await summaryOf(ctx, id)
  const { content } = await getCardVersion(ctx, id, summary.version)
  const newest = await evidence.latestReport(ctx, summary.model.name, summary.model.version)
  const quoted = content.evaluation.report
  return {
    ...summary,
    content,
    metrics: await quoteMetrics(ctx, content, evidence),
    authors: await store.authorsUpTo(ctx.read, id, summary.version),
    stale: newest === undefined || newest.digest === quoted?.digest ? null : { report: { id: newest.id, digest: newest.digest as Card['digest'] } },
  }
}

type Page<T> = { items: T[]; next_cursor: string | null }
type Paging = { limit: number; cursor?: string | undefined }

export const listCards = async (ctx: Ctx, { limit, cursor, model }: Paging & { model?: string | undefined }): Promise<Page<CardSummary>> => {
  permit(ctx, can.read)
  const rows = await store.listCards(ctx.read, model, decodeCursor(cursor)?.[0], limit + 1)
  return toPage(rows, limit, ({ id }) => [id])
}

export const listCardVersions = async (ctx: Ctx, id: string, { limit, cursor }: Paging): Promise<Page<CardVersion>> => {
  permit(ctx, can.read)
  const { model } = await summaryOf(ctx, id)
  const rows = await store.listCardVersions(ctx.read, id, cursorInt(decodeCursor(cursor)?.[0]), limit + 1)
  return toPage(
    rows.map((row) => ({ ...row, model, missing: missingOf(row.content) })),
    limit,
    ({ version }) => [String(version)],
  )
}

export const diffCard = async (ctx: Ctx, id: string, from: number, to: number): Promise<{ from: number; to: number; changes: Change[] }> => {
  const [before, after] = await Promise.all([getCardVersion(ctx, id, from), getCardVersion(ctx, id, to)])
  return { from, to, changes: differencesOf(before.content, after.content) }
}
