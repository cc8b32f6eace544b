import { randomUUID } from 'node:crypto'
import { isoAt } from '#platform/clock'
import type { Ctx } from '#platform/context'
import type { Progress } from './run.ts'
import { dropLease, renewLease, takeLease } from './run-store.ts'

export const LEASE_MS = 15_000
const HEARTBEAT_MS = 1_000

/** Why a held run must stop. */
export const CANCELLED = Symbol('cancelled')
export const LOST = Symbol('another worker has the run')

export interface Lease {
  /** Aborts with `CANCELLED` or `LOST` as the reason. */
  readonly signal: AbortSignal
  release(): Promise<void>
}

/** Holds a run for this worker and writes its progress down each second; undefined while another holds it. */
export const holdLease = async (ctx: Ctx, runId: string, progress: () => Progress): Promise<Lease | undefined> => {
  const owner = randomUUID()
  const until = (): string => isoAt(ctx.clock.now() + LEASE_MS)
  if (!(await takeLease(ctx.read, runId, owner, isoAt(ctx.clock.now()), until()))) return undefined
  const stop = new AbortController()
  const beat = setInterval(() => {
    renewLease(ctx.read, runId, owner, until(), progress())
      .then((status) => {
        if (status === undefined) stop.abort(LOST)
        else if (status === 'cancelling') stop.abort(CANCELLED)
      })
      .catch((error: unknown) => ctx.log.warn({ err: error, run: runId }, 'run heartbeat'))
  }, HEARTBEAT_MS)
  return {
    signal: stop.signal,
    release: async () => {
      clearInterval(beat)
      await dropLease(ctx.read, runId, owner)
    },
  }
}
