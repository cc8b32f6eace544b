import type { Ctx } from '#platform/context'
import { accessErrors } from '../errors.ts'
import { toSession } from './open-session.ts'
import { hashSessionToken, type Session } from './session.ts'
import { findSession } from './session-store.ts'

/** The caller's own session, with the CSRF token that its writes must carry. */
export const currentSession = async (ctx: Ctx, token: string | undefined): Promise<Session> => {
  const session = token === undefined ? undefined : await findSession(ctx.read, hashSessionToken(ctx.secrets, token))
  if (session === undefined || token === undefined) throw accessErrors.no_session()
  return toSession(ctx, session.person, token, session.expires_at)
}
