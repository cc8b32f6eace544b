import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import { can } from './permissions.ts'
import type { Suite } from './suite.ts'
import { findSuite, listSuites as listRows } from './suite-store.ts'

export const getSuite = async (ctx: Ctx, name: string, version?: number): Promise<Suite> => {
  permit(ctx, can.read)
  const suite = await findSuite(ctx.read, name, version)
  if (suite === undefined) throw platformErrors.not_found({ kind: 'suite', id: version === undefined ? name : `${name}/${version}` })
  return suite
}

export const listSuites = async (
  ctx: Ctx,
  { limit, cursor, name }: { limit: number; cursor?: string | undefined; name?: string | undefined },
): Promise<{ items: Suite[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  return toPage(await listRows(ctx.read, name, decodeCursor(cursor)?.[0], limit + 1), limit, (suite) => [suite.id])
}
