import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import type { Dataset, PinnedDataset, Row } from './dataset.ts'
import { findDataset, listDatasets as listRows } from './dataset-store.ts'
import { can } from './permissions.ts'
import { linesOf, parseJsonLines } from './rows.ts'

export const getDataset = async (ctx: Ctx, name: string, version?: number): Promise<Dataset> => {
  permit(ctx, can.read)
  const dataset = await findDataset(ctx.read, name, version)
  if (dataset === undefined) throw platformErrors.not_found({ kind: 'data set', id: version === undefined ? name : `${name}/${version}` })
  return dataset
}

export const listDatasets = async (
  ctx: Ctx,
  { limit, cursor, name }: { limit: number; cursor?: string | undefined; name?: string | undefined },
): Promise<{ items: Dataset[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  return toPage(await listRows(ctx.read, name, decodeCursor(cursor)?.[0], limit + 1), limit, (dataset) => [dataset.id])
}

/** The rows as they were stored, one after the other. */
export const rowsOf = async function* (ctx: Pick<Ctx, 'objects'>, digest: PinnedDataset['digest']): AsyncGenerator<Row> {
  yield* parseJsonLines(linesOf((await ctx.objects.get(digest)).stream))
}

/** Rows from `offset`, to look at. */
export const readRows = async (ctx: Ctx, dataset: Dataset, { limit, offset }: { limit: number; offset: number }): Promise<{ items: Row[] }> => {
  permit(ctx, can.read)
  const items: Row[] = []
  let at = 0
  for await (const row of rowsOf(ctx, dataset.digest)) {
    if (at >= offset) items.push(row)
    at += 1
    if (items.length >= limit) break
  }
  return { items }
}
