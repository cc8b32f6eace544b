import { type Ctx, permit } from '#platform/context'
import { can } from '../permissions.ts'
import { type LimitDefaultsState, type NetworkRulesState, readDefaults } from './defaults.ts'

export const getLimits = async (ctx: Ctx): Promise<LimitDefaultsState> => {
  permit(ctx, can['read-keys'])
  const { limits, revision } = await readDefaults(ctx.read)
  return { limits, revision }
}

export const getNetworkRules = async (ctx: Ctx): Promise<NetworkRulesState> => {
  permit(ctx, can['read-keys'])
  const { networks, revision } = await readDefaults(ctx.read)
  return { networks: [...networks], revision }
}
