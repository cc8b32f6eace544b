import { write } from '#audit'
import { digestOf } from '#platform/canonical'
import { actorRef, type Ctx, DEFAULT_PROJECT, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInt, decodeCursor, requireIfMatch, toPage } from '#platform/http'
import type { Executor } from '#platform/store'
import { compilePolicy } from './compile.ts'
import { composePolicies, FLOOR_ONLY } from './compose.ts'
import { requireTransformer } from './create-policy.ts'
import { type Floor, FloorDocument, NewFloor } from './model.ts'
import { can } from './permissions.ts'
import * as store from './store.ts'

/** The organisation's own rows, whichever project asks. */
const organisation = (ctx: Pick<Ctx, 'store'>): Executor => ctx.store.at(DEFAULT_PROJECT)

const NO_DOCUMENT = FloorDocument.parse({})
const NO_FLOOR: Floor = Object.freeze({
  version: 0,
  document: NO_DOCUMENT,
  digest: digestOf(NO_DOCUMENT),
  reason: '',
  created_at: null,
  created_by: null,
})

export const getFloor = async (ctx: Ctx): Promise<Floor> => {
  permit(ctx, can.read)
  return (await store.findFloor(organisation(ctx))) ?? NO_FLOOR
}

/** One version; undefined when there is none of this number. */
export const findFloorVersion = async (ctx: Ctx, version: number): Promise<Floor | undefined> => {
  permit(ctx, can.read)
  return version === 0 ? NO_FLOOR : store.findFloor(organisation(ctx), version)
}

export const listFloorVersions = async (
  ctx: Ctx,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: Floor[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const rows = await store.listFloors(organisation(ctx), cursorInt(decodeCursor(cursor)?.[0]), limit + 1)
  return toPage(rows, limit, ({ version }) => [String(version)])
}

/** The next version of the floor, in force at once and everywhere. It goes into the organisation's log, whichever project asked. */
export const setFloor = async (ctx: Ctx, { ifMatch, floor }: { readonly ifMatch: string | undefined; readonly floor: unknown }): Promise<Floor> => {
  permit(ctx, can['set-floor'])
  const { document, reason } = parse(NewFloor, floor)
  await requireTransformer(compilePolicy(composePolicies(document, FLOOR_ONLY), digestOf(document)))
  return write({ ...ctx, project: DEFAULT_PROJECT }, async (tx) => {
    const seen = (await store.findFloor(tx))?.version ?? 0
    requireIfMatch(ifMatch, seen)
    const next: Floor = {
      version: seen + 1,
      document,
      digest: digestOf(document),
      reason,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
    }
    if (!(await store.insertFloor(tx, next))) throw platformErrors.conflict()
    tx.record({
      action: can['set-floor'].action,
      subject: { kind: 'safeguard-floor', id: String(next.version) },
      details: { version: next.version, digest: next.digest, reason },
    })
    // Gateways reload when they hear of it.
    tx.publish('safeguards.floor-changed', { version: next.version })
    return next
  })
}
