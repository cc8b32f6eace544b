/** What holds for every key: limits where the key has none of its own, and networks beside the key's own. */
import { z } from 'zod'
import { type Executor, type Json, tables } from '#platform/store'
import { KeyLimits, Networks } from '../keys/key.ts'

export const LimitDefaults = z.strictObject({ limits: KeyLimits }).meta({ id: 'LimitDefaultsChange' })
export const LimitDefaultsState = z.object({ limits: KeyLimits, revision: z.number().int() }).meta({ id: 'LimitDefaults' })
export type LimitDefaultsState = z.infer<typeof LimitDefaultsState>

export const NetworkRules = z.strictObject({ networks: Networks }).meta({ id: 'NetworkRulesChange' })
export const NetworkRulesState = z.object({ networks: z.array(z.string()), revision: z.number().int() }).meta({ id: 'NetworkRules' })
export type NetworkRulesState = z.infer<typeof NetworkRulesState>

export interface Defaults {
  readonly limits: KeyLimits
  readonly networks: readonly string[]
  readonly revision: number
}

export interface DefaultsTables {
  access_defaults: {
    project: string
    limits: Json<KeyLimits>
    networks: Json<string[]>
    revision: number
    changed_at: string
    changed_by: string
  }
}

const q = tables<DefaultsTables>()

const NONE: Defaults = { limits: { requests_per_minute: null, tokens_per_day: null }, networks: [], revision: 0 }

export const readDefaults = async (at: Executor): Promise<Defaults> =>
  (await q(at).selectFrom('access_defaults').select(['limits', 'networks', 'revision']).executeTakeFirst()) ?? NONE

export const effectiveLimits = (own: KeyLimits, defaults: KeyLimits): KeyLimits => ({
  requests_per_minute: own.requests_per_minute ?? defaults.requests_per_minute,
  tokens_per_day: own.tokens_per_day ?? defaults.tokens_per_day,
})
