/** Finds the one credential of a request. Reads the raw header list, since node's merged one hides a second `authorization`. */
import type { AccessRefusal } from '../table.ts'

const refuse = (message: string): AccessRefusal => Object.freeze({ code: 'invalid_api_key', message })

const NONE = refuse('No API key. Send it as "authorization: Bearer sk-pl_…" or as "x-api-key".')
const TWO = refuse('The request carries two different credentials. Send one.')
const SCHEME = refuse('The authorization header must be "Bearer" and an API key.')

const BEARER = /^bearer +(\S+) *$/i

/** @param rawHeaders names and values in turn, as node:http gives them in `request.rawHeaders`. */
export const presentedCredential = (rawHeaders: readonly string[]): string | AccessRefusal => {
  let found: string | undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    // Lengths of `authorization`, `x-api-key`, `api-key`: most headers are passed over without a copy.
    if (name.length !== 13 && name.length !== 9 && name.length !== 7) continue
    const lower = name.toLowerCase()
    if (lower !== 'authorization' && lower !== 'x-api-key' && lower !== 'api-key') continue
    const value = rawHeaders[i + 1] ?? ''
    const credential = lower === 'authorization' ? BEARER.exec(value)?.[1] : value.trim()
    if (credential === undefined || credential === '') return SCHEME
    if (found !== undefined && found !== credential) return TWO
    found = credential
  }
  return found ?? NONE
}
