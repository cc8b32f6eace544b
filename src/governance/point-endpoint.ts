import { isDeepStrictEqual } from 'node:util'
import { write } from '#audit'
import { actorRef, type Ctx, type Permission, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { type Endpoint, PointEndpoint, type Target } from './endpoint.ts'
import { type EndpointRow, findEndpoint, type HistoryRow, insertHistory, listHistory, lockEndpoint, updateEndpoint } from './endpoint-store.ts'
import { governanceErrors } from './errors.ts'
import { can } from './permissions.ts'
import { getEndpoint, standingsOn } from './read-endpoints.ts'
import { Reason } from './suspend-release.ts'

/**
 * Each target could be served on this endpoint now. Asked before the transaction, since signatures are checked: what changes in
 * between, the gate refuses by itself.
 */
export const requireServable = async (
  ctx: Ctx,
  endpoint: Pick<EndpointRow, 'id' | 'name' | 'visibility' | 'tags'>,
  targets: readonly Target[],
): Promise<void> => {
  const issues = (await standingsOn(ctx, endpoint, [targets]))
    .flat()
    .flatMap((refusal, index) => (refusal === null ? [] : [{ path: `targets.${index}.release`, message: refusal }]))
  if (issues.length > 0) throw governanceErrors.target_not_servable({}, { issues })
}

const load = async (ctx: Ctx, name: string): Promise<EndpointRow> => {
  const row = await findEndpoint(ctx.read, name)
  if (row === undefined) throw platformErrors.not_found({ kind: 'endpoint', id: name })
  return row
}

interface Move {
  readonly before: EndpointRow
  readonly targets: Target[]
  readonly reason: string
  /** The history entry that these targets come from; a new one when null. */
  readonly origin: number | null
}

const move = async (ctx: Ctx, permission: Permission, { before, targets, reason, origin }: Move): Promise<Endpoint> => {
  const { name } = before
  await write(ctx, async (tx) => {
    const current = await lockEndpoint(tx, name)
    if (current?.revision !== before.revision) throw platformErrors.conflict()
    const by = actorRef(ctx.actor).id
    const [newest] = await listHistory(tx, before.id, 1)
    const seq = (newest?.seq ?? 0) + 1
    await updateEndpoint(tx, { ...current, targets, revision: current.revision + 1, updated_at: tx.nowAt, updated_by: by })
    await insertHistory(tx, before.id, { seq, origin: origin ?? seq, targets, reason, at: tx.nowAt, by })
    tx.record({
      action: permission.action,
      subject: { kind: 'endpoint', id: before.id },
      details: { name, from: before.targets, to: targets, reason },
    })
    tx.publish('governance.endpoint-changed', { endpoint: name, targets })
  })
  return getEndpoint(ctx, name)
}

/** Points an endpoint at one approved release, or splits it over several by weight. */
export const pointEndpoint = async (ctx: Ctx, name: string, ifMatch: string | undefined, input: unknown): Promise<Endpoint> => {
  permit(ctx, can['point-endpoint'])
  const { targets, reason } = parse(PointEndpoint, input)
  const before = await load(ctx, name)
  requireIfMatch(ifMatch, before.revision)
  await requireServable(ctx, before, targets)
  return move(ctx, can['point-endpoint'], { before, targets, reason, origin: null })
}

/** The newest entry before the one that is served now, whose targets may all be served. Going back twice goes back two steps. */
const lastGood = async (ctx: Ctx, endpoint: EndpointRow): Promise<HistoryRow | undefined> => {
  const history = await listHistory(ctx.read, endpoint.id, 200)
  const origin = history[0]?.origin ?? 0
  const earlier = history.filter(
    (entry) => entry.seq < origin && entry.origin === entry.seq && entry.targets.length > 0 && !isDeepStrictEqual(entry.targets, endpoint.targets),
  )
  const standings = await standingsOn(
    ctx,
    endpoint,
    earlier.map(({ targets }) => targets),
  )
  return earlier.find((_entry, index) => standings[index]?.every((refusal) => refusal === null))
}

/** One click in an incident: back to what was served before and may be served still. */
export const rollbackEndpoint = async (ctx: Ctx, { endpoint: name, ...input }: { endpoint: string; reason?: unknown }): Promise<Endpoint> => {
  permit(ctx, can['rollback-endpoint'])
  const { reason } = parse(Reason, input)
  const before = await load(ctx, name)
  const entry = await lastGood(ctx, before)
  if (entry === undefined) throw governanceErrors.nothing_to_roll_back_to({ endpoint: name })
  return move(ctx, can['rollback-endpoint'], { before, targets: entry.targets, reason, origin: entry.seq })
}
