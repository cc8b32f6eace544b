import { isoAt } from '#platform/clock'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import type { Endpoint, Target } from './endpoint.ts'
import * as store from './endpoint-store.ts'
import { compileGate, type TargetRefusal, targetStandings } from './hot.ts'
import { gateReleases } from './load-gate.ts'
import { can } from './permissions.ts'
import { releaseNames } from './read-releases.ts'

type Placed = Pick<store.EndpointRow, 'id' | 'name' | 'visibility' | 'tags'>

/** How each of these sets of targets would stand on this endpoint now: the gateway's table, compiled from them alone. */
export const standingsOn = async (
  ctx: Ctx,
  { id, name, visibility, tags }: Placed,
  sets: readonly (readonly Target[])[],
): Promise<(TargetRefusal | null)[][]> => {
  const releases = await gateReleases(ctx, [...new Set(sets.flat().map(({ release }) => release))])
  return sets.map((targets) => {
    const table = compileGate({ releases, endpoints: [{ id, name, visibility, tags, targets }] })
    return targetStandings(table, name, ctx.clock.now()).map(({ refusal }) => refusal)
  })
}

/** One load for the whole list: each approval's signatures are checked once, however many endpoints point at it. */
const toEndpoints = async (ctx: Ctx, rows: readonly store.EndpointRow[]): Promise<Endpoint[]> => {
  const digests = [...new Set(rows.flatMap(({ targets }) => targets.map(({ release }) => release)))]
  const [releases, names] = await Promise.all([gateReleases(ctx, digests), releaseNames(ctx, digests)])
  const table = compileGate({ releases, endpoints: rows })
  const nowMs = ctx.clock.now()
  return rows.map((row) => {
    const standings = targetStandings(table, row.name, nowMs)
    return {
      ...row,
      targets: row.targets.map((target, index) => {
        const { refusal, expiresAtMs } = standings[index] ?? { refusal: 'release_not_approved' as const, expiresAtMs: null }
        const name = names.get(target.release)
        return {
          ...target,
          model: name?.model ?? '',
          version: name?.version ?? 0,
          refusal,
          expires_at: expiresAtMs === null ? null : isoAt(expiresAtMs),
        }
      }),
    }
  })
}

export const getEndpoint = async (ctx: Ctx, name: string): Promise<Endpoint> => {
  permit(ctx, can.read)
  const row = await store.findEndpoint(ctx.read, name)
  if (row === undefined) throw platformErrors.not_found({ kind: 'endpoint', id: name })
  const [endpoint] = await toEndpoints(ctx, [row])
  if (endpoint === undefined) throw platformErrors.not_found({ kind: 'endpoint', id: name })
  return endpoint
}

export const listEndpoints = async (
  ctx: Ctx,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Endpoint[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const page = toPage(await store.listEndpoints(ctx.read, decodeCursor(cursor)?.[0], limit + 1), limit, ({ name }) => [name])
  return { ...page, items: await toEndpoints(ctx, page.items) }
}

/** What it pointed at, newest first. */
export const endpointHistory = async (ctx: Ctx, name: string) => {
  permit(ctx, can.read)
  const { id } = await getEndpoint(ctx, name)
  return { items: await store.listHistory(ctx.read, id, 200) }
}
