/** For the gateway: what each endpoint may serve right now. Pure and synchronous. */
import { digestOf } from '#platform/canonical'
import type { EndpointTags, Visibility } from './endpoint.ts'
import type { Condition, ReleaseDocument } from './release.ts'

/** One project's rows, as `loadGateForGateway` reads them. */
export interface GateRows {
  readonly releases: readonly GateReleaseRow[]
  readonly endpoints: readonly GateEndpointRow[]
}

export interface GateReleaseRow {
  readonly digest: string
  readonly document: ReleaseDocument
  readonly suspended: boolean
  /** The live approval, from the fold of its events; null when there is none. Its expiry is looked at again on every call. */
  readonly approval: { readonly id: string; readonly expires_at: string; readonly conditions: readonly Condition[] } | null
}

export interface GateEndpointRow {
  readonly id: string
  readonly name: string
  readonly visibility: Visibility
  readonly tags: EndpointTags
  readonly targets: readonly { readonly release: string; readonly weight: number }[]
}

export interface GateEndpoint {
  readonly id: string
  readonly name: string
  /** `scoped`: a key that does not name this endpoint is told that it does not exist. */
  readonly visibility: Visibility
  readonly tags: EndpointTags
}

/** What the gateway needs of a release, frozen when the table is compiled. */
export interface GateRelease {
  readonly digest: string
  readonly model: { readonly name: string; readonly version: number }
  readonly connection: string
  readonly upstreamModel: string
  readonly parameters: ReleaseDocument['model']['parameters']
  readonly systemPrompt: string | null
  readonly safeguards: ReleaseDocument['safeguards']
}

export type TargetRefusal = 'release_not_approved' | 'release_suspended'
export type GateRefusal = 'model_not_found' | TargetRefusal

export type GateResolution =
  | {
      readonly allowed: true
      readonly endpoint: GateEndpoint
      readonly release: GateRelease
      readonly releaseDigest: string
      readonly expiresAtMs: number
    }
  | { readonly allowed: false; readonly code: GateRefusal; readonly endpoint: GateEndpoint | null; readonly releaseDigest: string | null }

interface Target {
  /** Upper edge of this target's part of [0, 1). */
  readonly upTo: number
  readonly from: number
  readonly digest: string
  readonly release: GateRelease | null
  readonly refusal: TargetRefusal | null
  readonly expiresAtMs: number
  /** A release that was allowed a share of the traffic never takes over another's. */
  readonly hasCeiling: boolean
}

export interface GateTable {
  readonly endpoints: ReadonlyMap<string, { readonly endpoint: GateEndpoint; readonly targets: readonly Target[] }>
}

/** A document that is not what its digest says was changed behind our back: it counts as never approved. */
const isGenuine = ({ digest, document }: GateReleaseRow): boolean => digestOf(document) === digest

const conditionsHold = (conditions: readonly Condition[], endpoint: string, share: number): boolean =>
  conditions.every(
    ({ max_share, endpoints }) => (max_share === null || share <= max_share + 1e-9) && (endpoints === null || endpoints.includes(endpoint)),
  )

const releaseOf = ({ digest, document }: GateReleaseRow): GateRelease =>
  Object.freeze({
    digest,
    model: Object.freeze({ name: document.model.name, version: document.model.version }),
    connection: document.model.connection,
    upstreamModel: document.model.upstream_model,
    parameters: Object.freeze(document.model.parameters),
    systemPrompt: document.system_prompt,
    safeguards: document.safeguards,
  })

const standing = (
  row: GateReleaseRow | undefined,
  endpoint: string,
  share: number,
): Pick<Target, 'release' | 'refusal' | 'expiresAtMs' | 'hasCeiling'> => {
  const refused = (refusal: TargetRefusal) => ({ release: null, refusal, expiresAtMs: 0, hasCeiling: false })
  if (row === undefined || row.approval === null || !isGenuine(row)) return refused('release_not_approved')
  const { conditions, expires_at } = row.approval
  if (!conditionsHold(conditions, endpoint, share)) return refused('release_not_approved')
  if (row.suspended) return refused('release_suspended')
  const hasCeiling = conditions.some(({ max_share }) => max_share !== null && max_share < 1)
  const expiresAtMs = Date.parse(expires_at)
  // NaN never compares as later than now: a broken date is an expired one.
  return { release: releaseOf(row), refusal: null, expiresAtMs, hasCeiling }
}

export const compileGate = (rows: GateRows): GateTable => {
  const releases = new Map(rows.releases.map((row) => [row.digest, row]))
  const endpoints = new Map<string, { endpoint: GateEndpoint; targets: readonly Target[] }>()
  for (const { targets, ...row } of rows.endpoints) {
    const total = targets.reduce((sum, { weight }) => sum + weight, 0)
    let from = 0
    const compiled = targets.map(({ release: digest, weight }): Target => {
      const share = weight / total
      const target = { from, upTo: from + share, digest, ...standing(releases.get(digest), row.name, share) }
      from += share
      return Object.freeze(target)
    })
    endpoints.set(row.name, Object.freeze({ endpoint: Object.freeze({ ...row }), targets: Object.freeze(compiled) }))
  }
  return Object.freeze({ endpoints })
}

const isServable = (target: Target, nowMs: number): boolean => target.release !== null && nowMs < target.expiresAtMs

/** For the control side: how each target of an endpoint stands, in order, by the gateway's own account. */
export const targetStandings = (
  table: GateTable,
  endpointName: string,
  nowMs: number,
): { readonly digest: string; readonly refusal: TargetRefusal | null; readonly expiresAtMs: number | null }[] =>
  (table.endpoints.get(endpointName)?.targets ?? []).map((target) => ({
    digest: target.digest,
    refusal: isServable(target, nowMs) ? null : (target.refusal ?? 'release_not_approved'),
    expiresAtMs: target.release === null || Number.isNaN(target.expiresAtMs) ? null : target.expiresAtMs,
  }))

/**
 * Which release answers. `point` in [0, 1) chooses by weight: a random number, or a hash of user or tenant for a sticky choice.
 * A target that may not serve gives its part to the ones that may, in proportion, and to none that was allowed only a share.
 */
export const resolveEndpoint = (table: GateTable, endpointName: string, nowMs: number, point: number): GateResolution => {
  const found = table.endpoints.get(endpointName)
  if (found === undefined) return { allowed: false, code: 'model_not_found', endpoint: null, releaseDigest: null }
  const { endpoint, targets } = found
  const chosen = targets.find(({ upTo }) => point < upTo) ?? targets.at(-1)
  if (chosen === undefined) return { allowed: false, code: 'release_not_approved', endpoint, releaseDigest: null }
  const serving = isServable(chosen, nowMs) ? chosen : standIn(targets, chosen, nowMs, point)
  if (serving?.release == null) {
    return { allowed: false, code: chosen.refusal ?? 'release_not_approved', endpoint, releaseDigest: chosen.digest }
  }
  return { allowed: true, endpoint, release: serving.release, releaseDigest: serving.digest, expiresAtMs: serving.expiresAtMs }
}

/** The same point, stretched from the refused target's part over the remaining ones, so that a sticky choice stays sticky. */
const standIn = (targets: readonly Target[], refused: Target, nowMs: number, point: number): Target | undefined => {
  const able = targets.filter((target) => isServable(target, nowMs) && !target.hasCeiling)
  const total = able.reduce((sum, { from, upTo }) => sum + (upTo - from), 0)
  let left = ((point - refused.from) / (refused.upTo - refused.from)) * total
  for (const target of able) {
    left -= target.upTo - target.from
    if (left < 0) return target
  }
  return able.at(-1)
}
