import type { Tx } from '#audit'
import { isoAt } from '#platform/clock'
import type { Actor, Ctx } from '#platform/context'
import { newId } from '#platform/ids'
import { ABSOLUTE_MS, csrfTokenOf, hashSessionToken, IDLE_MS, newSessionToken, type Session } from './session.ts'
import { dropEndedSessions, insertSession } from './session-store.ts'
import type { PersonRow } from './store.ts'

/** The token goes into the cookie and nowhere else. */
export interface OpenedSession {
  readonly token: string
  readonly session: Session
}

export const actorOf = (person: PersonRow): Extract<Actor, { kind: 'person' }> => ({
  kind: 'person',
  id: person.id,
  name: person.name,
  roles: person.roles,
  capacities: person.capacities,
})

export const toSession = (ctx: Pick<Ctx, 'secrets'>, person: PersonRow, token: string, expiresAt: string): Session => ({
  person: { id: person.id, name: person.name, email: person.email, roles: person.roles, capacities: person.capacities },
  csrf_token: csrfTokenOf(ctx.secrets, token),
  expires_at: expiresAt,
})

export const openSession = async (ctx: Ctx, tx: Tx, person: PersonRow): Promise<OpenedSession> => {
  const token = newSessionToken()
  const expiresAt = isoAt(tx.nowMs + ABSOLUTE_MS)
  await dropEndedSessions(tx, isoAt(tx.nowMs - IDLE_MS))
  await insertSession(tx, {
    id: newId('ses', tx.nowMs),
    token_hash: hashSessionToken(ctx.secrets, token),
    person_id: person.id,
    created_at: tx.nowAt,
    last_seen_at: tx.nowAt,
    expires_at: expiresAt,
  })
  return { token, session: toSession(ctx, person, token, expiresAt) }
}
