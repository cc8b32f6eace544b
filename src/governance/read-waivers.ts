import { z } from 'zod'
import { type Ctx, permit } from '#platform/context'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import { fold } from './approval.ts'
import { eventsOf, listWaived } from './approval-store.ts'
import { can } from './permissions.ts'

export const Waiver = z
  .object({
    approval: z.string(),
    release: z.string(),
    sign_off: z.string(),
    check: z.string(),
    person: z.string(),
    name: z.string(),
    reason: z.string(),
    control: z.string(),
    at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    /** False when it is past its end, or of a round that was begun again. */
    in_force: z.boolean(),
  })
  .meta({ id: 'Waiver' })
export type Waiver = z.infer<typeof Waiver>

/** Every exception that was ever made, newest request first. */
export const listWaivers = async (
  ctx: Ctx,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Waiver[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const [approval, seq] = decodeCursor(cursor) ?? []
  const before = approval === undefined ? undefined : { approval, seq: cursorInt(seq) ?? 0 }
  const page = toPage(await listWaived(ctx.read, before, limit + 1), limit, (row) => [row.approval_id, String(row.seq)])
  const events = await eventsOf(ctx.read, [...new Set(page.items.map(({ approval_id }) => approval_id))])
  const nowMs = ctx.clock.now()
  const items = page.items.flatMap(({ approval_id, event }) => {
    if (event.kind !== 'waived') return []
    const state = fold(events.get(approval_id) ?? [])
    const { sign_off, check, by, reason, control, at, expires_at } = event
    const isCounted = state.waivers.some((waiver) => waiver.sign_off === sign_off)
    const in_force = isCounted && nowMs < Date.parse(expires_at)
    return [
      { approval: approval_id, release: state.release, sign_off, check, person: by.id, name: by.name, reason, control, at, expires_at, in_force },
    ]
  })
  return { ...page, items }
}
