import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import type { Model } from './model.ts'
import { can } from './permissions.ts'
import * as store from './store.ts'

export const getModel = async (ctx: Ctx, name: string): Promise<Model> => {
  permit(ctx, can.read)
  const model = await store.findModel(ctx.read, name)
  if (model === undefined) throw platformErrors.not_found({ kind: 'model', id: name })
  return model
}

export const listModels = async (
  ctx: Ctx,
  { limit, cursor, ...filter }: { limit: number; cursor?: string | undefined } & store.ModelFilter,
): Promise<{ items: Model[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const rows = await store.listModels(ctx.read, filter, decodeCursor(cursor)?.[0], limit + 1)
  return toPage(rows, limit, (model) => [model.name])
}
