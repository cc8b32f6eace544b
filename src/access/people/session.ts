import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Role } from '#platform/context'
import type { Secrets } from '#platform/secrets'
import { Email } from './person.ts'

export const SESSION_COOKIE = 'plimsoll_session'
export const CSRF_HEADER = 'x-plimsoll-csrf'

const HOUR_MS = 3_600_000
/** A session ends after eight hours without a request, and after a week in any case. */
export const IDLE_MS = 8 * HOUR_MS
export const ABSOLUTE_MS = 168 * HOUR_MS
/** `last_seen_at` is written at most this often. */
export const TOUCH_MS = 60_000

/** Also usable as `authorization: Bearer`, which needs no CSRF token: browsers never send that by themselves. */
export const newSessionToken = (): string => `pls_${randomBytes(32).toString('base64url')}`
export const isSessionToken = (text: string): boolean => /^pls_[\w-]{43}$/.test(text)
export const hashSessionToken = (secrets: Secrets, token: string): string => secrets.hmac('session', token)

/** Bound to the session and derived, so nothing is stored; another site can neither read nor guess it. */
export const csrfTokenOf = (secrets: Secrets, token: string): string => secrets.hmac('csrf', token)

export const Credentials = z.strictObject({ email: Email, password: z.string().min(1).max(256) }).meta({ id: 'Credentials' })

export const Session = z
  .object({
    person: z.object({ id: z.string(), name: z.string(), email: z.string(), roles: z.array(Role), capacities: z.array(z.string()) }),
    csrf_token: z.string(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>
