import { setTimeout as sleep } from 'node:timers/promises'
import { isoAt } from '#platform/clock'
import type { Ctx } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { endTurn, takeTurn } from './store.ts'

/** A turn whose process died is over after this time. */
const TURN_MS = 30_000
const WAIT_MS = 25
const MAX_WAITS = 400

/** One at a time for each name, over all processes. A turn and not a transaction, since `work` opens its own. */
export const inTurn = async <T>(ctx: Ctx, name: string, work: () => Promise<T>): Promise<T> => {
  const holder = newId('turn')
  for (
    let waits = 0;
    !(await takeTurn(ctx.read, { name, holder, now: isoAt(ctx.clock.now()), until: isoAt(ctx.clock.now() + TURN_MS) }));
    waits += 1
  ) {
    if (waits === MAX_WAITS) throw platformErrors.conflict()
    await sleep(WAIT_MS)
  }
  try {
    return await work()
  } finally {
    await endTurn(ctx.read, name, holder)
  }
}
