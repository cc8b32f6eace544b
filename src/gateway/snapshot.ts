/**
 * What the gateway knows, whole and immutable: compiled from rows when anything changes, swapped by one reference, read once a request.
 * No store, no file and no lock is behind it.
 */
import { type AccessRows, type AccessTable, compileAccess } from '#access/hot'
import { compileGate, type GateRelease, type GateRows, type GateTable } from '#governance/hot'
import { compilePrices, type Price, type PriceTable, priceOf } from '#monitoring/hot'
import { type CompiledPolicy, compilePolicy, type SafeguardPolicy } from '#safeguards/hot'
import { compileRecordMask } from './content.ts'
import { type Connection, type ConnectionRow, compilePlan, type Plan, toConnection } from './plan.ts'

export interface SafeguardRow {
  /** What releases bind. */
  readonly digest: string
  /** What is enforced for it: the same, on the organisation's floor of today. */
  readonly policy: SafeguardPolicy
  /** Of `policy`, where a newer floor has changed it. */
  readonly inForceDigest?: string
}

export interface SnapshotRows {
  readonly access: AccessRows
  readonly gate: GateRows
  readonly connections: readonly ConnectionRow[]
  readonly safeguards: readonly SafeguardRow[]
  /** The organisation's floor by itself, for releases that bind no policy. */
  readonly floor?: { readonly digest: string; readonly policy: SafeguardPolicy } | null
  readonly prices: readonly Price[]
  /** What the record of a call may hold; without it no texts. */
  readonly retention?: { readonly content: 'masked' | 'none' }
}

export interface Snapshot {
  readonly access: AccessTable
  readonly gate: GateTable
  readonly connections: ReadonlyMap<string, Connection>
  /** By release digest. A release whose connection or safeguard policy is missing or off has no plan, and does not answer. */
  readonly plans: ReadonlyMap<string, Plan>
  /** By release digest: whether a running answer may go on. */
  readonly standings: ReadonlyMap<string, Standing>
  /** Null where the record keeps no texts. */
  readonly recordMask: CompiledPolicy | null
}

export interface Standing {
  readonly isSuspended: boolean
  readonly expiresAtMs: number
}

export const compileSnapshot = (rows: SnapshotRows): Snapshot => {
  const connections = new Map(rows.connections.map((row) => [row.name, toConnection(row)]))
  const safeguards = compileSafeguards(rows)
  const prices = compilePrices(rows.prices)
  const gate = compileGate(rows.gate)
  const plans = new Map<string, Plan>()
  for (const { targets } of gate.endpoints.values()) {
    for (const { release } of targets) {
      if (release === null || plans.has(release.digest)) continue
      const plan = planOf(release, connections, safeguards, prices)
      if (plan !== undefined) plans.set(release.digest, plan)
    }
  }
  return Object.freeze({
    access: compileAccess(rows.access),
    gate,
    connections,
    plans,
    standings: standingsOf(rows.gate),
    recordMask: compileRecordMask(rows.retention?.content === 'masked'),
  })
}

const standingsOf = ({ releases }: GateRows): ReadonlyMap<string, Standing> =>
  new Map(
    releases.flatMap(({ digest, suspended, approval }) =>
      approval === null ? [] : [[digest, { isSuspended: suspended, expiresAtMs: Date.parse(approval.expires_at) }] as const],
    ),
  )

/** The compiled policy of a release; null: none, undefined: it binds one that is not here. */
type SafeguardsOf = (release: GateRelease) => CompiledPolicy | null | undefined

/** Compiled once a digest, and once a system prompt where a rule looks for the prompt of the release in its answers. */
const compileSafeguards = ({ safeguards, floor }: SnapshotRows): SafeguardsOf => {
  const bound = new Map(safeguards.map((row) => [row.digest, row]))
  const compiled = new Map<string, CompiledPolicy | null>()
  const compileOnce = (policy: SafeguardPolicy, digest: string, systemPrompt: string | null): CompiledPolicy | null => {
    const key = `${digest} ${readsPrompt(policy) ? (systemPrompt ?? '') : ''}`
    const known = compiled.get(key)
    if (known !== undefined) return known
    const made = compilePolicy(policy, digest, { systemPrompt })
    compiled.set(key, made)
    return made
  }
  return (release) => {
    if (release.safeguards === null) return floor == null ? null : compileOnce(floor.policy, floor.digest, release.systemPrompt)
    const row = bound.get(release.safeguards.digest)
    return row && compileOnce(row.policy, row.inForceDigest ?? row.digest, release.systemPrompt)
  }
}

const readsPrompt = ({ input, output, floor, overrides = [] }: SafeguardPolicy): boolean =>
  [input, output, floor?.input ?? [], floor?.output ?? [], ...overrides.flatMap((override) => [override.input, override.output])]
    .flat()
    .some(({ detector }) => detector === 'prompt-leak')

const planOf = (
  release: GateRelease,
  connections: ReadonlyMap<string, Connection>,
  safeguardsOf: SafeguardsOf,
  prices: PriceTable,
): Plan | undefined => {
  const connection = connections.get(release.connection)
  if (connection === undefined || !connection.enabled) return undefined
  const policy = safeguardsOf(release)
  // Fails closed: a release that was approved with safeguards is never served without them. (null: a policy without rules.)
  if (policy === undefined) return undefined
  return compilePlan(release, connection, policy, priceOf(prices, connection.name, release.upstreamModel))
}
