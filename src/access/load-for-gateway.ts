import { isoAt } from '#platform/clock'
import { DEFAULT_PROJECT, type Platform } from '#platform/context'
import { pepperOf } from './keys/pepper.ts'
import { listKeysForGateway, type StoredKey } from './keys/store.ts'
import { effectiveLimits, readDefaults } from './limits/defaults.ts'
import { listInForce } from './policies/store.ts'
import type { AccessRows, KeyRow } from './table.ts'

/** Holders of a key that ran out are told `key_expired` for this long, and then `invalid_api_key`. */
const EXPIRED_KNOWN_MS = 30 * 86_400_000

export const loadAccessForGateway = async (platform: Platform): Promise<AccessRows> => {
  const at = platform.store.at(DEFAULT_PROJECT)
  const [defaults, keys, policies] = await Promise.all([
    readDefaults(at),
    listKeysForGateway(at, isoAt(platform.clock.now() - EXPIRED_KNOWN_MS)),
    listInForce(at),
  ])
  return {
    keys: keys.map((key) => toRow(key, effectiveLimits(key.limits, defaults.limits))),
    policies: policies.map(({ name, version, source }) => ({ name, version, source })),
    networks: defaults.networks,
    pepper: pepperOf(platform.secrets),
  }
}

const toRow = (key: StoredKey, limits: KeyRow['limits']): KeyRow => ({
  id: key.id,
  project: DEFAULT_PROJECT,
  name: key.name,
  owner: key.owner,
  endpoints: key.endpoints,
  actions: key.actions,
  tags: key.tags,
  limits,
  networks: key.networks,
  secrets: key.secrets.map(({ hash, not_after }) => ({ hash, notAfterMs: not_after === null ? null : Date.parse(not_after) })),
  expiresAtMs: Date.parse(key.expires_at),
})
