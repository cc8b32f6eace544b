/**
 * The Cedar engine (WebAssembly). Parsing a set costs milliseconds and a decision about one, so a set is parsed once, under the digest
 * of its texts, and lives as long as a table that uses it; decisions are kept with it (authorize.ts).
 */
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { sha256 } from '#platform/canonical'
import type { Action, KeyTags } from '../keys/key.ts'
import { plainAddress } from '../keys/networks.ts'
import type { AccessDecision, AccessFacts, PolicyRow, Principal } from '../table.ts'
import { BUILT_IN_POLICIES, CEDAR_SCHEMA, DEFAULT_POLICY } from './built-in.ts'

export interface PolicySet {
  readonly id: string
  /** Which request facts any policy reads; only these can change a decision. */
  readonly facts: readonly FactName[]
  /** Decisions by all that can change them. */
  readonly decisions: Map<string, AccessDecision>
}

export interface CedarDecision {
  readonly allowed: boolean
  readonly policies: readonly string[]
}

const FACT_NAMES = ['ip', 'now', 'criticality', 'domain', 'compliance', 'cost_centre', 'release'] as const
export type FactName = (typeof FACT_NAMES)[number]

const SCHEMA = 'plimsoll'
const parsedSets = new Map<string, WeakRef<PolicySet>>()
/** The engine keeps a set until it is overwritten. One that no table holds any more becomes an empty one, which denies everything. */
const unused = new FinalizationRegistry<string>((id) => {
  if (parsedSets.get(id)?.deref() !== undefined) return
  parsedSets.delete(id)
  cedar.preparsePolicySet(id, { staticPolicies: {} })
})
let hasSchema = false

const must = (answer: cedar.CheckParseAnswer, what: string): void => {
  if (answer.type === 'failure') throw new Error(`${what}: ${answer.errors.map((error) => error.message).join('; ')}`)
}

/** The built-in policies and the operators' own, those named like a built-in one in its place. */
export const inForce = (rows: readonly PolicyRow[]): readonly PolicyRow[] => {
  const replaced = rows.some((row) => row.name === DEFAULT_POLICY)
  return [...BUILT_IN_POLICIES.filter((row) => !(replaced && row.name === DEFAULT_POLICY)), ...rows]
}

/** Texts by policy id: the row's name, or `name.n` (`name.<@id>` where given) when the row holds several. */
const policiesById = (rows: readonly PolicyRow[]): Record<string, string> => {
  const byId: Record<string, string> = {}
  for (const row of rows) {
    const parts = cedar.policySetTextToParts(row.source)
    if (parts.type === 'failure' || parts.policy_templates.length > 0)
      throw new Error(`access policy ${row.name} version ${row.version} does not parse`)
    parts.policies.forEach((text, index) => {
      const annotated = /^@id\s*\(\s*"([a-z][a-z0-9_-]{0,62})"\s*\)/.exec(text.trimStart())?.[1]
      const id = parts.policies.length === 1 ? row.name : `${row.name}.${annotated ?? index + 1}`
      byId[id in byId ? `${row.name}.${index + 1}` : id] = text
    })
  }
  return byId
}

/** Parses a set once per process; the same texts give the same set. */
export const parsePolicies = (rows: readonly PolicyRow[]): PolicySet => {
  if (!hasSchema) {
    must(cedar.preparseSchema(SCHEMA, CEDAR_SCHEMA), 'the schema of access policies')
    hasSchema = true
  }
  const all = inForce(rows)
  const id = sha256(all.map((row) => `${row.name}\0${row.source}`).join('\0'))
  const known = parsedSets.get(id)?.deref()
  if (known !== undefined) return known
  must(cedar.preparsePolicySet(id, { staticPolicies: policiesById(all) }), 'access policies')
  const set: PolicySet = { id, facts: factsReadBy(all.map((row) => row.source)), decisions: new Map() }
  parsedSets.set(id, new WeakRef(set))
  unused.register(set, id)
  return set
}

/**
 * `context.x` and `context has x` name a fact; `context` in any other form could read every one. Words in texts and comments only add:
 * to take a fact for read that is not costs cache entries, the other way round would be a wrong decision.
 */
const factsReadBy = (sources: readonly string[]): readonly FactName[] => {
  const read = new Set<string>()
  for (const source of sources)
    for (const [, member, tested] of source.matchAll(/\bcontext\b(?:\s*\.\s*(\w+)|\s+has\s+(\w+))?/g)) {
      const name = member ?? tested
      if (name === undefined) return FACT_NAMES
      read.add(name)
    }
  return FACT_NAMES.filter((name) => read.has(name))
}

export const factOf = (facts: AccessFacts, name: FactName): string | number => {
  switch (name) {
    case 'ip':
      return facts.remoteIp
    case 'now':
      return Math.floor(facts.nowMs / 1_000)
    case 'release':
      return facts.release
    default:
      return facts.tags[name] ?? ''
  }
}

const textsOf = (tags: KeyTags) => ({
  criticality: tags.criticality ?? '',
  domain: tags.domain ?? '',
  compliance: tags.compliance ?? '',
  cost_centre: tags.cost_centre ?? '',
})

const ENDPOINT = 'Plimsoll::Endpoint'
const KEY = 'Plimsoll::ApiKey'

/** One decision, by Cedar alone. A policy that fails to evaluate denies: Cedar itself would skip it, and it may be a forbid. */
export const decide = (set: PolicySet, principal: Principal, action: Action, endpoint: string, facts: AccessFacts): CedarDecision => {
  const key = { type: KEY, id: principal.keyId }
  const answer = cedar.statefulIsAuthorized({
    principal: key,
    action: { type: 'Plimsoll::Action', id: action },
    resource: { type: ENDPOINT, id: endpoint },
    preparsedSchemaName: SCHEMA,
    validateRequest: false,
    preparsedPolicySetId: set.id,
    entities: [
      {
        uid: key,
        attrs: {
          name: principal.name,
          owner: principal.owner,
          endpoints: [...principal.endpoints].filter((name) => name !== '*').map((id) => ({ __entity: { type: ENDPOINT, id } })),
          every_endpoint: principal.isEveryEndpoint,
          actions: [...principal.actions],
          ...textsOf(principal.tags),
        },
        parents: [],
      },
    ],
    context: {
      ip: { __extn: { fn: 'ip', arg: plainAddress(facts.remoteIp) } },
      now: { __extn: { fn: 'datetime', arg: new Date(Math.floor(facts.nowMs / 1_000) * 1_000).toISOString() } },
      ...textsOf(facts.tags),
      release: facts.release,
    },
  })
  if (answer.type === 'failure') return { allowed: false, policies: [] }
  const { decision, diagnostics } = answer.response
  if (diagnostics.errors.length > 0) return { allowed: false, policies: diagnostics.errors.map((error) => error.policyId).sort() }
  return { allowed: decision === 'allow', policies: [...diagnostics.reason].sort() }
}
