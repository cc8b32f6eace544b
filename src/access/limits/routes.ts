import { etagOf, type Route, reply, route } from '#platform/http'
import { can } from '../permissions.ts'
import { changeLimits, changeNetworkRules } from './change-defaults.ts'
import { LimitDefaults, LimitDefaultsState, NetworkRules, NetworkRulesState } from './defaults.ts'
import { getLimits, getNetworkRules } from './read.ts'

export const limitRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/limits',
    summary: 'Limits of keys that have none of their own',
    permission: can['read-keys'],
    response: LimitDefaultsState,
    run: async ({ ctx }) => withTag(await getLimits(ctx)),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/limits',
    summary: 'Set the limits of keys that have none of their own',
    permission: can['change-limits'],
    body: LimitDefaults,
    response: LimitDefaultsState,
    errors: ['precondition_failed', 'precondition_required'],
    run: async ({ ctx, body, ifMatch }) => withTag(await changeLimits(ctx, body, ifMatch)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/network-rules',
    summary: 'Networks from which keys may be used, beside their own lists',
    permission: can['read-keys'],
    response: NetworkRulesState,
    run: async ({ ctx }) => withTag(await getNetworkRules(ctx)),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/network-rules',
    summary: 'Set the networks from which keys may be used; an empty list means any',
    permission: can['change-network-rules'],
    body: NetworkRules,
    response: NetworkRulesState,
    errors: ['precondition_failed', 'precondition_required'],
    run: async ({ ctx, body, ifMatch }) => withTag(await changeNetworkRules(ctx, body, ifMatch)),
  }),
]

const withTag = <T extends { revision: number }>(state: T) => reply(state, { etag: etagOf(state.revision) })
