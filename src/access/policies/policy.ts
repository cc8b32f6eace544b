import { z } from 'zod'
import { Action, TagOverrides } from '../keys/key.ts'

export const PolicyName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, dash and underscore; at most 63')

const Source = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'holds a character that cannot be stored')

export const PolicyText = z.strictObject({ source: Source, description: z.string().trim().max(500).default('') }).meta({ id: 'AccessPolicyText' })

export const AccessPolicy = z
  .object({
    name: z.string(),
    version: z.number().int(),
    /** Cedar. */
    source: z.string(),
    description: z.string(),
    digest: z.string(),
    built_in: z.boolean(),
    created_at: z.iso.datetime().nullable(),
    created_by: z.string().nullable(),
  })
  .meta({ id: 'AccessPolicy' })
export type AccessPolicy = z.infer<typeof AccessPolicy>

/** One version in a policy's history; a null source is the version that took it out of force. */
export const AccessPolicyVersion = AccessPolicy.omit({ built_in: true }).extend({ source: z.string().nullable() }).meta({ id: 'AccessPolicyVersion' })
export type AccessPolicyVersion = z.infer<typeof AccessPolicyVersion>

export const PolicyDraft = z.strictObject({ name: PolicyName, source: Source }).meta({ id: 'AccessPolicyDraft' })

const PolicyRemark = z.object({ line: z.number().int().nullable(), column: z.number().int().nullable(), message: z.string() })

export const PolicyCheck = z.object({ errors: z.array(PolicyRemark), warnings: z.array(PolicyRemark) }).meta({ id: 'AccessPolicyCheck' })
export type PolicyCheck = z.infer<typeof PolicyCheck>

export const AccessQuestion = z
  .strictObject({
    key_id: z.string().max(100),
    action: Action,
    endpoint: z.string().min(1).max(200),
    /** From where, when, with which tags; what is left out: the loopback address, now, the key's own tags. */
    remote_ip: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
    at: z.iso.datetime().optional(),
    tags: TagOverrides.optional(),
    release: z.string().max(100).default(''),
    /** Judged as if this text were in force, in the place of the policy of that name if there is one. */
    draft: PolicyDraft.optional(),
  })
  .meta({ id: 'AccessQuestion' })
export type AccessQuestion = z.infer<typeof AccessQuestion>

export const AccessAnswer = z
  .object({
    decision: z.enum(['allow', 'deny']),
    /** What the gateway would answer. */
    code: z.enum(['key_revoked', 'key_expired', 'network_denied', 'model_not_found', 'permission_denied']).nullable(),
    /** Ids of the policies that decided: the name, or `name.n` of the n-th in one text. Empty: no policy permits. */
    policies: z.array(z.string()),
    /** The request facts that any policy in force reads. */
    facts_read: z.array(z.string()),
  })
  .meta({ id: 'AccessAnswer' })
export type AccessAnswer = z.infer<typeof AccessAnswer>
