import { isoAt } from '#platform/clock'
import { type Actor, DEFAULT_PROJECT, type Platform } from '#platform/context'
import type { Authenticate } from '#platform/http'
import { isSameSecret } from '#platform/secrets'
import { actorOf } from './open-session.ts'
import { CSRF_HEADER, csrfTokenOf, hashSessionToken, IDLE_MS, isSessionToken, SESSION_COOKIE, TOUCH_MS } from './session.ts'
import { findSession, touchSession } from './session-store.ts'

type Request = Parameters<Authenticate>[0]

const ADMINISTRATOR_KEY: Actor = { kind: 'key', id: 'administrator-key', name: 'Administrator key', roles: ['administrator'] }

const BEARER = /^bearer +(\S+) *$/i

/** The session token of a request, and whether a browser sent it by itself. */
export const sessionTokenOf = (request: Request): { token: string; isCookie: boolean } | undefined => {
  const { authorization } = request.headers
  // A request that names its credential means that one: its cookie does not count, not even when the credential is wrong.
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1]
    return token !== undefined && isSessionToken(token) ? { token, isCookie: false } : undefined
  }
  const token = request.cookies[SESSION_COOKIE]
  return token !== undefined && isSessionToken(token) ? { token, isCookie: true } : undefined
}

/** Who sends a request to the control API: the administrator key as a bearer, or a session as a cookie (with CSRF token) or as a bearer. */
export const createAuthenticate = (platform: Platform, options: { readonly adminKey: string }): Authenticate => {
  const at = platform.store.at(DEFAULT_PROJECT)
  // Compared as HMACs, so that lengths tell nothing and the key itself is not kept here.
  const adminKeyHash = platform.secrets.hmac('administrator-key', options.adminKey)

  return async (request) => {
    const bearer = BEARER.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined && options.adminKey !== '' && isSameSecret(platform.secrets.hmac('administrator-key', bearer), adminKeyHash))
      return { actor: ADMINISTRATOR_KEY, isProvenWrite: true }
    const presented = sessionTokenOf(request)
    if (presented === undefined) return undefined
    const session = await findSession(at, hashSessionToken(platform.secrets, presented.token))
    const nowMs = platform.clock.now()
    if (session === undefined || session.person.status !== 'active') return undefined
    const seenMs = Date.parse(session.last_seen_at)
    if (nowMs >= Date.parse(session.expires_at) || nowMs - seenMs >= IDLE_MS) return undefined
    if (nowMs - seenMs >= TOUCH_MS) await touchSession(at, session.id, isoAt(nowMs))
    const proof = request.headers[CSRF_HEADER]
    const isProvenWrite = !presented.isCookie || (typeof proof === 'string' && isSameSecret(proof, csrfTokenOf(platform.secrets, presented.token)))
    return { actor: actorOf(session.person), isProvenWrite }
  }
}
