import { createHash } from 'node:crypto'
import type { Price } from '#monitoring/hot'
import { type CallTags, type CompiledPolicy, policyFor } from '#safeguards/hot'

/** A provider connection with its credentials opened. Never logged, never part of an answer. */
export interface ConnectionRow {
  readonly name: string
  readonly provider: 'openai-compatible' | 'simulator'
  readonly base_url: string | null
  readonly credentials: string | null
  /** Bound of a whole call. */
  readonly timeout_ms: number
  readonly enabled: boolean
  readonly simulated: boolean
}

export interface Connection extends ConnectionRow {
  /** Changes with whatever a provider client is built from, so that an unchanged connection keeps its sockets over snapshots. */
  readonly fingerprint: string
}

export const toConnection = (row: ConnectionRow): Connection => ({
  ...row,
  fingerprint: createHash('sha256')
    .update(JSON.stringify([row.name, row.provider, row.base_url, row.credentials]))
    .digest('hex'),
})

/** A parameter that the release fixes, written once for all its requests. */
export interface Parameter {
  readonly name: string
  readonly value: unknown
  readonly json: string
  readonly bytes: Buffer
  /** `,"name":value` */
  readonly member: Buffer
  /** A bound on the length: a caller may ask for less. */
  readonly isCeiling: boolean
}

/** Everything about a release that a request needs, compiled with the snapshot; `null` where a stage has nothing to do. */
export interface Plan {
  readonly release: string
  readonly connection: Connection
  readonly model: string
  /** JSON of the name that the provider knows. */
  readonly upstreamModel: Buffer
  readonly systemMessage: { readonly role: 'system'; readonly content: string } | null
  readonly parameters: readonly Parameter[]
  readonly maxOutputTokens: number | null
  readonly safeguards: CompiledPolicy | null
  readonly price: Price | null
}

interface Release {
  readonly digest: string
  readonly upstreamModel: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly systemPrompt: string | null
}

const CEILINGS: readonly string[] = ['max_tokens', 'max_completion_tokens']

export const compilePlan = (release: Release, connection: Connection, safeguards: CompiledPolicy | null, price: Price | null): Plan => {
  const parameters = Object.entries(release.parameters).map(([name, value]) => compileParameter(name, value))
  const ceiling = parameters.find(({ isCeiling, value }) => isCeiling && typeof value === 'number')
  return Object.freeze({
    release: release.digest,
    connection,
    model: release.upstreamModel,
    upstreamModel: Buffer.from(JSON.stringify(release.upstreamModel)),
    systemMessage: release.systemPrompt === null ? null : Object.freeze({ role: 'system' as const, content: release.systemPrompt }),
    parameters: Object.freeze(parameters),
    maxOutputTokens: typeof ceiling?.value === 'number' ? ceiling.value : null,
    safeguards,
    price,
  })
}

const compileParameter = (name: string, value: unknown): Parameter => {
  const json = JSON.stringify(value)
  return Object.freeze({
    name,
    value,
    json,
    bytes: Buffer.from(json),
    member: Buffer.from(`,${JSON.stringify(name)}:${json}`),
    isCeiling: CEILINGS.includes(name),
  })
}

/** The plan with the safeguards of calls with these tags; `trusted` are the operator's own, of the key and the endpoint. */
export const planForTags = (plan: Plan, tags: CallTags, trusted: CallTags): Plan =>
  plan.safeguards?.overrides === undefined ? plan : { ...plan, safeguards: policyFor(plan.safeguards, tags, trusted) }
