import { z } from 'zod'
import { type Digest as DigestText, digestOf } from '#platform/canonical'
import { Digest, Name } from './release.ts'

/** What an approver speaks for: `risk`, `legal`, `security`, … */
export const Capacity = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes; starts with a letter')

/** `approvals` people of this capacity; of those named in `people`, or of everyone who holds it. */
const Quorum = z
  .strictObject({
    capacity: Capacity,
    approvals: z.int().min(1).max(20),
    people: z.array(z.string().min(1).max(100)).min(1).max(50).nullable().default(null),
  })
  .refine(({ approvals, people }) => people === null || new Set(people).size >= approvals, {
    path: ['people'],
    message: 'names fewer people than approvals are asked for',
  })

const Stage = z
  .strictObject({
    name: z.string().min(1).max(100),
    quorum: z.array(Quorum).min(1).max(10),
    deadline_hours: z.number().positive().max(8760),
    /** Who is told when the deadline has passed. Nothing is ever approved by waiting. */
    escalate_to: z.union([
      z.strictObject({ role: z.enum(['administrator', 'developer', 'approver', 'responder', 'auditor']) }),
      z.strictObject({ capacity: Capacity }),
    ]),
  })
  .refine(({ quorum }) => new Set(quorum.map(({ capacity }) => capacity)).size === quorum.length, {
    path: ['quorum'],
    message: 'names a capacity twice',
  })

/** `role:administrator`, `capacity:chief-risk`. */
export const escalationName = (to: z.infer<typeof Stage>['escalate_to']): string => ('role' in to ? `role:${to.role}` : `capacity:${to.capacity}`)

/**
 * How releases are approved, as data. Not for the policy to decide, because nothing may switch them off: who asked, and who wrote any
 * part, never counts; one person counts once; only people sign.
 */
export const ApprovalPolicyDocument = z
  .strictObject({
    name: Name,
    description: z.string().max(4000).default(''),
    /** The risk ratings of model cards that this policy is for, so that a high risk cannot take the easy way. */
    risks: z.array(z.enum(['low', 'medium', 'high', 'unknown'])).min(1),
    stages: z.array(Stage).min(1).max(10),
    separation: z.strictObject({ policy_author_may_sign: z.boolean().default(false) }).prefault({}),
    checks: z
      .strictObject({
        report_passes: z.boolean().default(true),
        report_is_newest: z.boolean().default(true),
        card_is_complete: z.boolean().default(true),
        not_simulated: z.boolean().default(true),
        threads_resolved: z.boolean().default(true),
      })
      .prefault({}),
    /** The capacity one level up that may waive a failed check, and for how long at most; null allows none. */
    waivers: z
      .strictObject({ capacity: Capacity, max_days: z.int().min(1).max(90) })
      .nullable()
      .default(null),
    /** Every approval ends. */
    expires_after_days: z.int().min(1).max(366),
  })
  .meta({ id: 'ApprovalPolicyDocument' })
export type ApprovalPolicyDocument = z.infer<typeof ApprovalPolicyDocument>

export const policyDigest = (document: ApprovalPolicyDocument): DigestText => digestOf(document)

export const ApprovalPolicy = z
  .object({
    id: z.string(),
    name: Name,
    version: z.int().min(1),
    digest: Digest,
    document: ApprovalPolicyDocument,
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'ApprovalPolicy' })
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>
