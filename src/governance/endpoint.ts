import { z } from 'zod'
import { Digest, Name } from './release.ts'

/** The same four tags as an inference event carries; an event takes from its endpoint what the caller leaves out. */
const TagValue = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore; at most 64')
const Criticality = z.enum(['low', 'medium', 'high', 'critical']).nullable()
const Tag = TagValue.nullable()
export const EndpointTags = z
  .strictObject({
    criticality: Criticality.default(null),
    domain: Tag.default(null),
    compliance: Tag.default(null),
    cost_centre: Tag.default(null),
  })
  .meta({ id: 'EndpointTags' })
export type EndpointTags = z.infer<typeof EndpointTags>

/** `project`: every key of the project may know of it. `scoped`: only keys that name it; for the others it does not exist. */
export const Visibility = z.enum(['project', 'scoped'])
export type Visibility = z.infer<typeof Visibility>

export const Target = z.strictObject({ release: Digest, weight: z.int().min(1).max(10_000) }).meta({ id: 'EndpointTarget' })
export type Target = z.infer<typeof Target>

export const Targets = z
  .array(Target)
  .min(1)
  .max(10)
  .refine((targets) => new Set(targets.map(({ release }) => release)).size === targets.length, 'each release once')

const NO_TAGS: EndpointTags = { criticality: null, domain: null, compliance: null, cost_centre: null }

export const NewEndpoint = z
  .strictObject({
    name: Name,
    description: z.string().max(4000).default(''),
    tags: EndpointTags.default(NO_TAGS),
    visibility: Visibility.default('project'),
    /** Empty at first: it answers `release_not_approved` until it points at an approved release. */
    targets: Targets.or(z.array(Target).max(0)).default([]),
  })
  .meta({ id: 'NewEndpoint' })
export type NewEndpoint = z.infer<typeof NewEndpoint>

/** What is left out stays as it was: a new description must not show a scoped endpoint to everybody. */
export const EndpointEdit = z
  .strictObject({
    description: z.string().max(4000),
    tags: z.strictObject({ criticality: Criticality, domain: Tag, compliance: Tag, cost_centre: Tag }).partial(),
    visibility: Visibility,
  })
  .partial()
  .meta({ id: 'EndpointEdit' })
export type EndpointEdit = z.infer<typeof EndpointEdit>

export const PointEndpoint = z.strictObject({ targets: Targets, reason: z.string().max(2000).default('') }).meta({ id: 'PointEndpoint' })
export type PointEndpoint = z.infer<typeof PointEndpoint>

/** A target as it stands now; `refusal` is what the gateway would say. */
const TargetView = Target.extend({
  model: z.string(),
  version: z.int(),
  refusal: z.enum(['release_not_approved', 'release_suspended']).nullable(),
  expires_at: z.iso.datetime().nullable(),
}).meta({ id: 'EndpointTargetStanding' })

export const Endpoint = z
  .object({
    id: z.string(),
    name: Name,
    description: z.string(),
    tags: EndpointTags,
    visibility: Visibility,
    targets: z.array(TargetView),
    /** Counts every change; the ETag. */
    revision: z.int(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    updated_at: z.iso.datetime(),
    updated_by: z.string(),
  })
  .meta({ id: 'Endpoint' })
export type Endpoint = z.infer<typeof Endpoint>

export const EndpointHistoryEntry = z
  .object({
    seq: z.int(),
    /** The entry that these targets come from: itself, or the one that a rollback went back to. */
    origin: z.int(),
    targets: z.array(Target),
    reason: z.string(),
    at: z.iso.datetime(),
    by: z.string(),
  })
  .meta({ id: 'EndpointHistoryEntry' })
