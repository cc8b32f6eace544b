import { timingSafeEqual } from 'node:crypto'
import type { Secrets } from '#platform/secrets'

const macOf = (secrets: Secrets, project: string, id: string): string => secrets.hmac('feedback-token', JSON.stringify([project, id])).slice(0, 40)

/** The id and its HMAC: nothing secret is stored, and the same receipt can be given again. */
export const tokenOf = (secrets: Secrets, project: string, id: string): string => `${id}.${macOf(secrets, project, id)}`

/** The id that the token was made for, or undefined. */
export const readToken = (secrets: Secrets, project: string, token: string): string | undefined => {
  const at = token.lastIndexOf('.')
  const id = token.slice(0, at)
  const [given, expected] = [Buffer.from(token.slice(at + 1)), Buffer.from(macOf(secrets, project, id))]
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined
}
