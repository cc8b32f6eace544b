/**
 * Looks after calls that wait, four times a second and with one timer for all: deadlines, keep-alive comments, and decisions taken while
 * no chunk comes by (a chunk checks for itself). So a suspended release or a revoked key ends a silent stream within 250 ms of the snapshot.
 */
import { startStream } from './answer/stream.ts'
import type { Call } from './call.ts'
import { endWithBug, endWithRefusal } from './end.ts'
import type { Gateway } from './gateway.ts'
import { invalid, type Refusal, refuse } from './refusal.ts'
import { stillAllowed } from './still-allowed.ts'

const EVERY_MS = 250
/** Keys and approvals also end by the clock alone; a look at each costs an HMAC, so every fifth second will do. */
const CLOCK_EVERY = 20

export const watch = (gateway: Gateway): (() => void) => {
  let round = 0
  let seen = gateway.snapshot()
  const timer = setInterval(() => {
    round += 1
    const nowMs = performance.now()
    const snapshot = gateway.snapshot()
    if (snapshot !== seen) gateway.providers.keepOnly(snapshot.connections.values())
    seen = snapshot
    for (const call of gateway.live) {
      try {
        look(call, nowMs, call.snapshot !== snapshot || round % CLOCK_EVERY === 0)
      } catch (error) {
        endWithBug(call, error)
      }
    }
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

const COMMENT = ': keep-alive\n\n'

const look = (call: Call, nowMs: number, isDue: boolean): void => {
  const refusal = isLate(call, nowMs) ? late(call) : isDue && call.upstream !== null ? stillAllowed(call) : null
  if (refusal !== null) endWithRefusal(call, refusal)
  else if (call.relay !== null && nowMs - call.lastWriteMs > call.gateway.keepAliveMs) keepAlive(call, nowMs)
}

const isLate = ({ deadlineMs }: Call, nowMs: number): boolean => deadlineMs !== 0 && nowMs > deadlineMs

const late = ({ plan }: Call): Refusal =>
  plan === null ? invalid(null, 'The body did not arrive in time.') : refuse('upstream_timeout', { source: 'upstream' })

const keepAlive = (call: Call, nowMs: number): void => {
  if (!call.response.headersSent) startStream(call)
  call.response.write(COMMENT)
  call.lastWriteMs = nowMs
}
