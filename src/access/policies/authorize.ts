import type { Action } from '../keys/key.ts'
import type { AccessDecision, AccessFacts, PolicyRow, Principal } from '../table.ts'
import { decide, factOf, type PolicySet, parsePolicies } from './cedar.ts'

export interface PolicyTable {
  readonly set: PolicySet
}

/** About 10 MB at worst; a policy on `context.now` makes one entry a key and second. */
const MAX_DECISIONS = 20_000
/** No endpoint has a longer name. */
const MAX_NAME_LENGTH = 200

export const compilePolicies = (rows: readonly PolicyRow[]): PolicyTable => ({ set: parsePolicies(rows) })

export const isVisible = (principal: Principal, endpoint: string): boolean =>
  principal.isEveryEndpoint ? endpoint.length <= MAX_NAME_LENGTH : principal.endpoints.has(endpoint)

/** The same as policy `scope.endpoint`, answered without the engine so that made-up names cannot fill the cache. */
const INVISIBLE: AccessDecision = Object.freeze({ allowed: false, visible: false, policies: Object.freeze(['scope.endpoint']) })

/**
 * The cache belongs to the set of policies and is keyed by everything else that a decision depends on (the key by its scope's
 * fingerprint), so it outlives snapshots in which neither policies nor key have changed.
 */
export const authorize = ({ set }: PolicyTable, principal: Principal, action: Action, endpoint: string, facts: AccessFacts): AccessDecision => {
  if (!isVisible(principal, endpoint)) return INVISIBLE
  // The endpoint is last: it is the one part that a client writes freely, and nothing after it can be confused with it.
  const read = set.facts.length === 0 ? '' : JSON.stringify(set.facts.map((name) => factOf(facts, name)))
  const key = `${principal.fingerprint} ${action} ${read} ${endpoint}`
  const known = set.decisions.get(key)
  if (known !== undefined) return known
  const { allowed, policies } = decide(set, principal, action, endpoint, facts)
  const decision: AccessDecision = Object.freeze({ allowed, visible: true, policies: Object.freeze(policies) })
  if (set.decisions.size >= MAX_DECISIONS) set.decisions.clear()
  set.decisions.set(key, decision)
  return decision
}
