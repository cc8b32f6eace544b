import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import type { Policy, SafeguardPolicy } from './model.ts'
import { can } from './permissions.ts'
import * as store from './store.ts'

type Paging = { readonly limit: number; readonly cursor?: string | undefined }
type Page = { items: Policy[]; next_cursor: string | null }

/** One version, or the newest. */
export const getPolicy = async (ctx: Ctx, name: string, version?: number): Promise<Policy> => {
  permit(ctx, can.read)
  const policy = version === undefined ? await store.findNewest(ctx.read, name) : await store.findVersion(ctx.read, name, version)
  if (policy === undefined)
    throw platformErrors.not_found({ kind: 'safeguard policy', id: version === undefined ? name : `${name} version ${version}` })
  return policy
}

export const listPolicies = async (ctx: Ctx, { limit, cursor }: Paging): Promise<Page> => {
  permit(ctx, can.read)
  return toPage(await store.listNewest(ctx.read, decodeCursor(cursor)?.[0], limit + 1), limit, ({ name }) => [name])
}

export const listPolicyVersions = async (ctx: Ctx, name: string, { limit, cursor }: Paging): Promise<Page> => {
  permit(ctx, can.read)
  const rows = await store.listVersions(ctx.read, name, cursorInt(decodeCursor(cursor)?.[0]), limit + 1)
  return toPage(rows, limit, ({ version }) => [String(version)])
}

/** What a release binds; undefined when no policy has this digest. */
export const loadPolicyByDigest = async (ctx: Ctx, digest: string): Promise<SafeguardPolicy | undefined> => {
  permit(ctx, can.read)
  return (await store.findByDigest(ctx.read, digest))?.document
}
