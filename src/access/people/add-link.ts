import type { Tx } from '#audit'
import { isoAt } from '#platform/clock'
import { actorRef, type Ctx } from '#platform/context'
import { newId } from '#platform/ids'
import { hashToken, LINK_LIFETIME_MS, newToken, type OneTimeLink, pathOf } from './link.ts'
import { dropLinksOf, insertLink } from './session-store.ts'

/** A person has one open link at most: a new one ends the old. */
export const addLink = async (ctx: Ctx, tx: Tx, purpose: 'invitation' | 'sign-in', personId: string): Promise<OneTimeLink> => {
  await dropLinksOf(tx, personId)
  const token = newToken()
  const expires_at = isoAt(tx.nowMs + LINK_LIFETIME_MS[purpose])
  await insertLink(tx, {
    id: newId('lnk', tx.nowMs),
    token_hash: hashToken(ctx.secrets, token),
    purpose,
    person_id: personId,
    created_by: actorRef(ctx.actor).id,
    expires_at,
  })
  return { token, path: pathOf(token), expires_at }
}
