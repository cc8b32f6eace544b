/** What the gateway asks of this room: plain data in, plain decisions out. Everything here is read on the hot path. */
import type { Action, KeyLimits, KeyTags } from './keys/key.ts'

/** A key of the snapshot: what is compared, never what was shown. Revoked keys are not in it. */
export interface KeyRow {
  readonly id: string
  readonly project: string
  readonly name: string
  readonly owner: string
  /** Endpoint names, or `*` for every endpoint. */
  readonly endpoints: readonly string[]
  readonly actions: readonly Action[]
  readonly tags: KeyTags
  readonly limits: KeyLimits
  /** CIDR blocks; empty means any address. */
  readonly networks: readonly string[]
  /** One, or two while a rotation overlaps. `hash` is hex. */
  readonly secrets: readonly { readonly hash: string; readonly notAfterMs: number | null }[]
  readonly expiresAtMs: number
}

/** One Cedar source text in force; it may hold several policies. */
export interface PolicyRow {
  readonly name: string
  readonly version: number
  readonly source: string
}

/** Everything that `loadAccessForGateway` reads; can be sent to another process as it is. */
export interface AccessRows {
  readonly keys: readonly KeyRow[]
  readonly policies: readonly PolicyRow[]
  /** CIDR blocks that hold for every key, beside its own; empty means any address. */
  readonly networks: readonly string[]
  /** Keys the hashes of secrets; derived from the master key, so it never leaves memory. */
  readonly pepper: string
}

/** Who sends a request: a key, with what the later stages need of it. One object a key and snapshot, frozen. */
export interface Principal {
  readonly keyId: string
  /** Changes with anything that a policy may read of the key. */
  readonly fingerprint: string
  readonly project: string
  readonly name: string
  readonly owner: string
  readonly endpoints: ReadonlySet<string>
  readonly isEveryEndpoint: boolean
  readonly actions: ReadonlySet<Action>
  readonly tags: KeyTags
  readonly limits: KeyLimits
}

export interface AccessRefusal {
  readonly code: 'invalid_api_key' | 'key_expired' | 'network_denied'
  /** For the client: says what is wrong, never repeats the credential. */
  readonly message: string
}

/** What a policy may read of the request itself (`context` in Cedar). */
export interface AccessFacts {
  readonly remoteIp: string
  readonly nowMs: number
  /** The tags of the request: the key's, overridden by what the client sent. */
  readonly tags: KeyTags
  /** Digest of the release that would answer; empty when there is none yet. */
  readonly release: string
}

export interface AccessDecision {
  readonly allowed: boolean
  /** False when the endpoint is outside the key's scope: the client is told `model_not_found`, not `permission_denied`. */
  readonly visible: boolean
  /** Ids of the policies that decided, for the explanation and the event. */
  readonly policies: readonly string[]
}

export type LimitHeaders = Readonly<Record<string, string>>

/** Held until `settle`, which wants this very object. `tokens` is what was taken in advance. */
export interface Reservation {
  /** Names the hold in Redis; empty in one process. */
  readonly id: string
  readonly keyId: string
  readonly tokens: number
  /** The UTC day that pays, in days since 1970. */
  readonly day: number
}

export type Reserved =
  | { readonly ok: true; readonly reservation: Reservation; readonly headers: LimitHeaders }
  | {
      readonly ok: false
      readonly code: 'rate_limit_exceeded'
      readonly dimension: 'requests' | 'tokens'
      /** When the same request would pass. The header `retry-after` never says more than 60 s; beyond that `x-should-retry: false`. */
      readonly retryAfterMs: number
      readonly headers: LimitHeaders
    }

/**
 * Requests per minute and tokens per day of each key. All dimensions are taken together or none is.
 * The in-process one answers at once; the shared one answers with a promise: `const held = limiter.reserve(…); held instanceof Promise ? await held : held`.
 */
export interface Limiter {
  reserve(principal: Principal, nowMs: number, estimatedTokens: number): Reserved | Promise<Reserved>
  /** Replaces the estimate by what was used; 0 gives all of it back. A second settle of one reservation does nothing. */
  settle(reservation: Reservation, actualTokens: number): void | Promise<void>
}
