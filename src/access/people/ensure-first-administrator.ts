import { write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Platform, systemContext } from '#platform/context'
import { newId } from '#platform/ids'
import { hashToken, LINK_LIFETIME_MS, newToken } from './link.ts'
import { replaceFirstLink } from './session-store.ts'
import { hasAdministrator } from './store.ts'

/**
 * Called at each start. While nobody administers, there is one open link that makes the first administrator; a start replaces it,
 * since what an earlier one printed may be lost. Null as soon as there is an administrator. publicWrite: there is nobody yet to permit.
 */
export const ensureFirstAdministrator = async (platform: Platform): Promise<{ token: string; expiresAt: string } | null> => {
  const ctx = systemContext(platform, 'start')
  if (await hasAdministrator(ctx.read)) return null
  const token = newToken()
  return write(ctx, async (tx) => {
    const id = newId('lnk', tx.nowMs)
    const expiresAt = isoAt(tx.nowMs + LINK_LIFETIME_MS['first-administrator'])
    await replaceFirstLink(tx, {
      id,
      token_hash: hashToken(ctx.secrets, token),
      purpose: 'first-administrator',
      person_id: null,
      created_by: 'start',
      expires_at: expiresAt,
    })
    tx.record({ action: 'access.ensure-first-administrator', subject: { kind: 'link', id }, details: { expires_at: expiresAt } })
    return { token, expiresAt }
  })
}
