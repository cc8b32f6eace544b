import { z } from 'zod'
import { type Digest as DigestText, digestOf, isDigest } from '#platform/canonical'

export const Digest = z
  .custom<DigestText>((value) => typeof value === 'string' && isDigest(value), 'sha256: and 64 hex digits')
  .meta({
    type: 'string',
    pattern: '^sha256:[0-9a-f]{64}$',
  })

/** A name that clients and URLs can carry; the same rule as in the registry. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash and underscore; at most 63; starts with a letter or digit')

const Parameter = z.union([z.number(), z.string(), z.boolean(), z.array(z.string())])

export const SafeguardsPart = z.strictObject({
  name: Name,
  version: z.int().min(1),
  /** Of the policy together with the organisation's floor below it. */
  digest: Digest,
  floor: z.strictObject({ version: z.int().min(1), digest: Digest }).optional(),
})

/**
 * What is under review, and all of it: the content behind the release digest. One changed byte in any part is another release,
 * which nobody has approved.
 */
export const ReleaseDocument = z
  .strictObject({
    model: z.strictObject({
      name: Name,
      version: z.int().min(1),
      manifest_digest: Digest,
      connection: Name,
      upstream_model: z.string(),
      parameters: z.record(z.string(), Parameter),
    }),
    system_prompt: z.string().nullable(),
    safeguards: SafeguardsPart.nullable(),
    card: z.strictObject({ id: z.string(), version: z.int().min(1), digest: Digest }),
    report: z.strictObject({ id: z.string(), digest: Digest }),
  })
  .meta({ id: 'ReleaseDocument' })
export type ReleaseDocument = z.infer<typeof ReleaseDocument>

export const releaseDigest = (document: ReleaseDocument): DigestText => digestOf(document)

/** The parts that a person compares, in the order in which they are shown. */
export const RELEASE_PARTS = ['model', 'system_prompt', 'safeguards', 'card', 'report'] as const

/** What an approver may demand of the traffic; the gateway holds it (hot.ts). */
export const Condition = z
  .strictObject({
    text: z.string().min(1).max(2000),
    /** Share of the endpoint's traffic that this release may take, in (0, 1]. */
    max_share: z.number().gt(0).max(1).nullable().default(null),
    /** The only endpoints that may serve it. */
    endpoints: z.array(Name).min(1).max(50).nullable().default(null),
  })
  .meta({ id: 'Condition' })
export type Condition = z.infer<typeof Condition>
