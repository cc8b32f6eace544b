import { authenticateKey } from '#access/hot'
import type { Call } from './call.ts'
import { permit } from './handle.ts'
import { type Refusal, refuse } from './refusal.ts'

/**
 * Whether a call that is being answered may go on under the current snapshot: its key lives, its policies permit, its release is neither
 * suspended nor without approval. A release that the snapshot does not know any more, because nothing points to it, counts as not approved.
 */
export const stillAllowed = (call: Call): Refusal | null => {
  const { gateway, plan } = call
  const nowMs = gateway.clock.now()
  call.snapshot = gateway.snapshot()
  const found = authenticateKey(call.snapshot.access, call.credential, call.remoteIp, nowMs)
  if ('code' in found) return refuse(found.code, { message: found.message })
  call.principal = found
  if (plan === null) return null
  const standing = call.snapshot.standings.get(plan.release)
  if (standing === undefined || nowMs >= standing.expiresAtMs) return refuse('release_not_approved')
  if (standing.isSuspended) return refuse('release_suspended')
  return permit(call)
}
