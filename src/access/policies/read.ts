import { sha256 } from '#platform/canonical'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import { can } from '../permissions.ts'
import { BUILT_IN_POLICIES, DEFAULT_POLICY } from './built-in.ts'
import type { AccessPolicy, AccessPolicyVersion } from './policy.ts'
import * as store from './store.ts'

export const toPolicy = (row: store.StoredPolicy & { source: string }): AccessPolicy => ({
  name: row.name,
  version: row.version,
  source: row.source,
  description: row.description,
  digest: row.digest,
  built_in: false,
  created_at: row.created_at,
  created_by: row.created_by,
})

const builtIn = BUILT_IN_POLICIES.map(
  (row): AccessPolicy => ({ ...row, digest: sha256(row.source), built_in: true, created_at: null, created_by: null }),
)

/** All that decide now: the built-in ones first. At most 202, so it is one list. */
export const listPolicies = async (ctx: Ctx): Promise<AccessPolicy[]> => {
  permit(ctx, can['read-access-policies'])
  const saved = await store.listInForce(ctx.read)
  const isReplaced = saved.some((row) => row.name === DEFAULT_POLICY)
  return [...builtIn.filter((policy) => !(isReplaced && policy.name === DEFAULT_POLICY)), ...saved.map(toPolicy)]
}

export const getPolicy = async (ctx: Ctx, name: string): Promise<AccessPolicy> => {
  const policy = (await listPolicies(ctx)).find((one) => one.name === name)
  if (policy === undefined) throw platformErrors.not_found({ kind: 'access policy', id: name })
  return policy
}

export const listPolicyVersions = async (
  ctx: Ctx,
  name: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: AccessPolicyVersion[]; next_cursor: string | null }> => {
  permit(ctx, can['read-access-policies'])
  const rows = await store.listVersions(ctx.read, name, cursorInt(decodeCursor(cursor)?.[0]), limit + 1)
  return toPage(rows, limit, (row) => [String(row.version)])
}
