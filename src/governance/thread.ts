import { z } from 'zod'
import { Digest } from './release.ts'

export const NewThread = z
  .strictObject({
    /** The report row that is discussed; null for the release as a whole. */
    row: z.string().min(1).max(256).nullable().default(null),
    text: z.string().min(1).max(5000),
  })
  .meta({ id: 'NewThread' })

export const NewComment = z.strictObject({ text: z.string().min(1).max(5000) }).meta({ id: 'NewComment' })

export const Thread = z
  .object({
    id: z.string(),
    approval: z.string(),
    anchor: z.object({ report: Digest, row: z.string() }).nullable(),
    comments: z.array(z.object({ id: z.string(), text: z.string(), at: z.iso.datetime(), by: z.string(), author: z.string() })),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    resolved_at: z.iso.datetime().nullable(),
    resolved_by: z.string().nullable(),
  })
  .meta({ id: 'Thread' })
export type Thread = z.infer<typeof Thread>
