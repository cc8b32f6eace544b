import { z } from 'zod'

/** A name that clients and URLs can carry. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash and underscore; at most 63; starts with a letter or digit')

export const Tags = z.record(z.string().min(1).max(64), z.string().max(256)).refine((tags) => Object.keys(tags).length <= 50, 'at most 50 tags')

/** `sha256:` and 64 hex digits. */
export const Digest = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)])

export const NewModel = z
  .strictObject({
    name: Name,
    description: z.string().max(4000).default(''),
    tags: Tags.default({}),
  })
  .meta({ id: 'NewModel' })
export type NewModel = z.infer<typeof NewModel>

export const Model = z
  .object({
    id: z.string(),
    name: Name,
    description: z.string(),
    tags: Tags,
    /** Counts edits; the ETag. */
    revision: z.int(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'Model' })
export type Model = z.infer<typeof Model>

/** What may change on a model or a version: words about it, never what it is. */
export const Labelling = z
  .strictObject({ description: z.string().max(4000).optional(), tags: Tags.optional() })
  .refine((change) => change.description !== undefined || change.tags !== undefined, 'give a description or tags')
  .meta({ id: 'Labelling' })
export type Labelling = z.infer<typeof Labelling>
