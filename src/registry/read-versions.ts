import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import type { Executor } from '#platform/store'
import { can } from './permissions.ts'
import { getModel } from './read.ts'
import type { Alias, Version } from './version.ts'
import * as store from './version-store.ts'

const withAliases = (row: store.VersionRow, aliases: readonly Alias[]): Version => ({
  ...row,
  aliases: aliases.filter((one) => one.version === row.version).map((one) => one.alias),
})

export const loadVersion = async (at: Executor, model: string, version: number | string): Promise<Version> => {
  const number = typeof version === 'number' || /^[0-9]+$/.test(version) ? Number(version) : (await store.findAlias(at, model, version))?.version
  // Beyond an int4 there is no version; PostgreSQL would refuse the comparison.
  const row = number === undefined || number > 2_147_483_647 ? undefined : await store.findVersion(at, model, number)
  if (row === undefined) throw platformErrors.not_found({ kind: 'version', id: `${model}/${version}` })
  return withAliases(row, await store.listAliases(at, model))
}

/** By number, or by an alias such as `champion`. */
export const getVersion = (ctx: Ctx, model: string, version: number | string): Promise<Version> => {
  permit(ctx, can.read)
  return loadVersion(ctx.read, model, version)
}

export const listVersions = async (
  ctx: Ctx,
  model: string,
  { limit, cursor, tags }: { limit: number; cursor?: string | undefined; tags?: Readonly<Record<string, string>> | undefined },
): Promise<{ items: Version[]; next_cursor: string | null }> => {
  await getModel(ctx, model)
  const rows = await store.listVersions(ctx.read, model, tags, cursorInt(decodeCursor(cursor)?.[0]), limit + 1)
  const aliases = await store.listAliases(ctx.read, model)
  return toPage(
    rows.map((row) => withAliases(row, aliases)),
    limit,
    (version) => [String(version.version)],
  )
}

export const listAliases = async (ctx: Ctx, model: string): Promise<{ items: Alias[] }> => {
  await getModel(ctx, model)
  return { items: await store.listAliases(ctx.read, model) }
}
