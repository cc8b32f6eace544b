import { z } from 'zod'
import { parseNetwork } from './networks.ts'

/** What a key may do with an endpoint; the same words as in Cedar policies. */
export const Action = z.enum(['invoke', 'stream', 'embed'])
export type Action = z.infer<typeof Action>

const TagValue = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore; at most 64')
const Criticality = z.enum(['low', 'medium', 'high', 'critical'])

/** Defaults that every request of a key carries into its inference event; the client's own tags win. */
export const KeyTags = z
  .strictObject({
    criticality: Criticality.nullable().default(null),
    domain: TagValue.nullable().default(null),
    compliance: TagValue.nullable().default(null),
    cost_centre: TagValue.nullable().default(null),
  })
  .meta({ id: 'KeyTags' })
export type KeyTags = z.infer<typeof KeyTags>

/** The tags that one request sets. */
export const TagOverrides = z.strictObject({
  criticality: Criticality.optional(),
  domain: TagValue.optional(),
  compliance: TagValue.optional(),
  cost_centre: TagValue.optional(),
})
export type TagOverrides = z.infer<typeof TagOverrides>

export const withOverrides = (tags: KeyTags, overrides: TagOverrides = {}): KeyTags => ({
  criticality: overrides.criticality ?? tags.criticality,
  domain: overrides.domain ?? tags.domain,
  compliance: overrides.compliance ?? tags.compliance,
  cost_centre: overrides.cost_centre ?? tags.cost_centre,
})

/** null: not limited. */
export const KeyLimits = z
  .strictObject({
    requests_per_minute: z.number().int().min(1).max(1_000_000).nullable().default(null),
    tokens_per_day: z.number().int().min(1).max(1_000_000_000_000).nullable().default(null),
  })
  .meta({ id: 'KeyLimits' })
export type KeyLimits = z.infer<typeof KeyLimits>

const Endpoint = z.string().regex(/^(\*|[a-z0-9][a-z0-9._-]{0,62})$/, 'the name of an endpoint, or * for every endpoint')

const unique = <T extends string>(values: readonly T[]): T[] => [...new Set(values)].sort()

export const Networks = z
  .array(
    z
      .string()
      .max(64)
      .refine((text) => parseNetwork(text) !== undefined, 'an address or CIDR block without host bits, like 10.0.0.0/8 or 2001:db8::/32'),
  )
  .max(200)
  .transform(unique)

const KeyName = z.string().trim().min(1).max(120)
const Endpoints = z.array(Endpoint).min(1).max(200).transform(unique)
const Actions = z.array(Action).min(1).transform(unique)
const Days = z.number().int().min(1).max(365)

export const NewKey = z
  .strictObject({
    name: KeyName,
    endpoints: Endpoints,
    actions: Actions.default(['embed', 'invoke', 'stream']),
    tags: KeyTags.prefault({}),
    limits: KeyLimits.prefault({}),
    networks: Networks.default([]),
    expires_in_days: Days.default(30),
  })
  .meta({ id: 'NewKey' })
export type NewKey = z.infer<typeof NewKey>

/** What is left out stays; `expires_in_days` counts from now. */
export const KeyChange = z
  .strictObject({
    name: KeyName.optional(),
    endpoints: Endpoints.optional(),
    actions: Actions.optional(),
    tags: KeyTags.optional(),
    limits: KeyLimits.optional(),
    networks: Networks.optional(),
    expires_in_days: Days.optional(),
  })
  .meta({ id: 'KeyChange' })
export type KeyChange = z.infer<typeof KeyChange>

export const KeyRotation = z
  .strictObject({
    /** How long the old secret still works; 0 ends it at once. */
    overlap_seconds: z.number().int().min(0).max(2_592_000).default(86_400),
    expires_in_days: Days.default(30),
  })
  .meta({ id: 'KeyRotation' })
export type KeyRotation = z.infer<typeof KeyRotation>

export const KeyStatus = z.enum(['active', 'expired', 'revoked'])
export type KeyStatus = z.infer<typeof KeyStatus>

export const Key = z
  .object({
    id: z.string(),
    name: z.string(),
    owner: z.string(),
    status: KeyStatus,
    endpoints: z.array(z.string()),
    actions: z.array(Action),
    tags: KeyTags,
    limits: KeyLimits,
    networks: z.array(z.string()),
    /** The end of each secret that still works, by which people tell them apart. */
    secrets: z.array(z.object({ hint: z.string(), created_at: z.iso.datetime(), not_after: z.iso.datetime().nullable() })),
    expires_at: z.iso.datetime(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    revoked_at: z.iso.datetime().nullable(),
    revoked_by: z.string().nullable(),
    revision: z.number().int(),
  })
  .meta({ id: 'Key' })
export type Key = z.infer<typeof Key>

export const KeyWithCredential = z
  .object({ key: Key, credential: z.string() })
  .meta({ id: 'KeyWithCredential', description: 'The credential is shown once: only an HMAC of its secret is kept.' })
export type KeyWithCredential = z.infer<typeof KeyWithCredential>

/** A secret as it is stored. `hash` is hex, HMAC-SHA-256. */
export interface StoredSecret {
  readonly hash: string
  readonly hint: string
  readonly created_at: string
  readonly not_after: string | null
}

export const isLive = (secret: StoredSecret, nowMs: number): boolean => secret.not_after === null || Date.parse(secret.not_after) > nowMs

/** Two live secrets at most: the one in use until the overlap ends, and the new one. A rotation inside an overlap ends the oldest at once. */
export const rotated = (secrets: readonly StoredSecret[], fresh: StoredSecret, nowMs: number, notAfter: string): readonly StoredSecret[] => {
  const current = secrets.findLast((secret) => isLive(secret, nowMs))
  return current === undefined ? [fresh] : [{ ...current, not_after: notAfter }, fresh]
}
