import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { newId } from '#platform/ids'
import { type Endpoint, EndpointEdit, EndpointTags, NewEndpoint } from './endpoint.ts'
import { insertEndpoint, insertHistory, lockEndpoint, updateEndpoint } from './endpoint-store.ts'
import { governanceErrors } from './errors.ts'
import { can } from './permissions.ts'
import { requireServable } from './point-endpoint.ts'
import { getEndpoint } from './read-endpoints.ts'

export const createEndpoint = async (ctx: Ctx, input: unknown): Promise<Endpoint> => {
  permit(ctx, can['create-endpoint'])
  const wanted = parse(NewEndpoint, input)
  const nowMs = ctx.clock.now()
  const id = newId('end', nowMs)
  await requireServable(ctx, { ...wanted, id }, wanted.targets)
  await write(ctx, async (tx) => {
    const by = actorRef(ctx.actor).id
    const row = { ...wanted, id, revision: 1, created_at: tx.nowAt, created_by: by, updated_at: tx.nowAt, updated_by: by }
    if (!(await insertEndpoint(tx, row))) throw governanceErrors.endpoint_exists({ name: wanted.name })
    await insertHistory(tx, id, { seq: 1, origin: 1, targets: wanted.targets, reason: 'created', at: tx.nowAt, by })
    tx.record({
      action: can['create-endpoint'].action,
      subject: { kind: 'endpoint', id },
      details: { name: wanted.name, targets: wanted.targets },
    })
    tx.publish('governance.endpoint-changed', { endpoint: wanted.name })
  })
  return getEndpoint(ctx, wanted.name)
}

/** Description, tags and visibility; where it points is changed by `pointEndpoint` and `rollbackEndpoint` alone. */
export const changeEndpoint = async (ctx: Ctx, name: string, ifMatch: string | undefined, input: unknown): Promise<Endpoint> => {
  permit(ctx, can['change-endpoint'])
  const wanted = parse(EndpointEdit, input)
  await write(ctx, async (tx) => {
    const before = await lockEndpoint(tx, name)
    if (before === undefined) throw platformErrors.not_found({ kind: 'endpoint', id: name })
    requireIfMatch(ifMatch, before.revision)
    const { description = before.description, visibility = before.visibility } = wanted
    const tags = EndpointTags.parse({ ...before.tags, ...wanted.tags })
    const by = actorRef(ctx.actor).id
    await updateEndpoint(tx, { ...before, description, visibility, tags, revision: before.revision + 1, updated_at: tx.nowAt, updated_by: by })
    tx.record({
      action: can['change-endpoint'].action,
      subject: { kind: 'endpoint', id: before.id },
      details: { name, tags, visibility },
    })
    tx.publish('governance.endpoint-changed', { endpoint: name })
  })
  return getEndpoint(ctx, name)
}
