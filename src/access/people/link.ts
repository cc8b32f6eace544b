import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Secrets } from '#platform/secrets'
import { Password } from './password.ts'
import { Email, PersonName } from './person.ts'

const HOUR_MS = 3_600_000

/** Long enough for the other's time zone; a sign-in link is read by somebody who waits for it. */
export const LINK_LIFETIME_MS = { 'first-administrator': 24 * HOUR_MS, invitation: 72 * HOUR_MS, 'sign-in': HOUR_MS } as const

export const LinkPurpose = z.enum(['first-administrator', 'invitation', 'sign-in'])
export type LinkPurpose = z.infer<typeof LinkPurpose>

export const newToken = (): string => randomBytes(32).toString('base64url')

export const hashToken = (secrets: Secrets, token: string): string => secrets.hmac('link', token)

/** Behind the `#`: browsers send it to no server and write it into no `Referer`. */
export const pathOf = (token: string): string => `/welcome#token=${token}`

export const OneTimeLink = z
  .object({ token: z.string(), path: z.string(), expires_at: z.iso.datetime() })
  .meta({ id: 'OneTimeLink', description: 'Shown once: the token is kept as an HMAC only.' })
export type OneTimeLink = z.infer<typeof OneTimeLink>

const Token = z.string().max(200)

export const LinkQuestion = z.strictObject({ token: Token }).meta({ id: 'LinkQuestion' })

/** What the welcome page needs to know of a link before it is used. */
export const LinkState = z
  .object({ purpose: LinkPurpose, name: z.string().nullable(), email: z.string().nullable(), expires_at: z.iso.datetime() })
  .meta({ id: 'LinkState' })
export type LinkState = z.infer<typeof LinkState>

export const LinkAcceptance = z
  .strictObject({
    token: Token,
    password: Password,
    name: PersonName.optional(),
    /** For the first administrator, whom nobody invited by an address. */
    email: Email.optional(),
  })
  .meta({ id: 'LinkAcceptance' })
export type LinkAcceptance = z.infer<typeof LinkAcceptance>
