import { write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { DAY_MS } from './create-key.ts'
import { type Key, KeyChange } from './key.ts'
import { toKey } from './read.ts'
import { lockKey, type StoredKey, saveKey } from './store.ts'

const shown = (key: StoredKey) => ({
  name: key.name,
  endpoints: key.endpoints,
  actions: key.actions,
  tags: key.tags,
  limits: key.limits,
  networks: key.networks,
  expires_at: key.expires_at,
})

export const changeKey = async (ctx: Ctx, id: string, input: unknown, ifMatch: string | undefined): Promise<Key> => {
  permit(ctx, can['change-key'])
  const change = parse(KeyChange, input)
  return write(ctx, async (tx) => {
    const before = await lockKey(tx, id)
    if (before === undefined) throw platformErrors.not_found({ kind: 'key', id })
    requireIfMatch(ifMatch, before.revision)
    if (before.revoked_at !== null) throw accessErrors.key_revoked()
    const after: StoredKey = {
      ...before,
      name: change.name ?? before.name,
      endpoints: change.endpoints ?? before.endpoints,
      actions: change.actions ?? before.actions,
      tags: change.tags ?? before.tags,
      limits: change.limits ?? before.limits,
      networks: change.networks ?? before.networks,
      expires_at: change.expires_in_days === undefined ? before.expires_at : isoAt(tx.nowMs + change.expires_in_days * DAY_MS),
      revision: before.revision + 1,
    }
    await saveKey(tx, after)
    tx.record({ action: can['change-key'].action, subject: { kind: 'key', id }, details: { before: shown(before), after: shown(after) } })
    tx.publish('access.key-changed', { key_id: id })
    return toKey(after, tx.nowMs)
  })
}
