import { write } from '#audit'
import { findEventOfRequest } from '#monitoring'
import { type Platform, permit, systemContext } from '#platform/context'
import { type Repeating, repeat } from '#platform/jobs'
import { linkTo } from './collect.ts'
import { can } from './permissions.ts'
import { findFeedback, listParked, lockFeedback, updateFeedback } from './store.ts'
import { warnOfHarm } from './warn-of-harm.ts'

const BATCH = 500
/** A call that has not been stored by then was another caller's, or never was. */
const MAX_PARKED_MS = 7 * 86_400_000

class SomebodyElseDidIt extends Error {}

/** Finds the calls of parked feedback. Safe in several processes at a time. */
export const linkParked = async (platform: Platform): Promise<void> => {
  for (const { project, id, received_at } of await listParked(platform.store.root, BATCH)) {
    const ctx = systemContext(platform, 'feedback', project)
    permit(ctx, can.collect)
    const parked = await findFeedback(ctx.read, id)
    if (parked === undefined) continue
    const event = await findEventOfRequest(ctx, parked.request_id, parked.principal)
    const isTooOld = platform.clock.now() - Date.parse(received_at) > MAX_PARKED_MS
    if (event === undefined && !isTooOld) continue
    await write(ctx, async (tx) => {
      const current = await lockFeedback(tx, id)
      if (current?.state !== 'parked') throw new SomebodyElseDidIt()
      const linked = await updateFeedback(tx, event === undefined ? { ...current, state: 'unmatched' } : { ...current, ...linkTo(event) })
      tx.record({ action: can.collect.action, subject: { kind: 'feedback', id }, details: { state: linked.state, event: linked.event_id } })
      await warnOfHarm(tx, linked)
    }).catch((error: unknown) => {
      if (!(error instanceof SomebodyElseDidIt)) throw error
    })
  }
}

/** Looks every few seconds. */
export const startFeedback = (platform: Platform, everyMs = 3_000): Repeating => repeat(platform.log, 'feedback', everyMs, () => linkParked(platform))
