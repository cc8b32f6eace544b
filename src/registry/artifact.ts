import { z } from 'zod'
import { Digest } from './model.ts'

export const MediaType = z
  .string()
  .max(127)
  .regex(/^[\w.+-]+\/[\w.+-]+$/, 'type/subtype')
  .default('application/octet-stream')

export const Artifact = z
  .object({ digest: Digest, size_bytes: z.int(), media_type: z.string(), created_at: z.iso.datetime(), created_by: z.string() })
  .meta({ id: 'Artifact' })
export type Artifact = z.infer<typeof Artifact>

export const NewUpload = z
  .strictObject({
    /** What the finished bytes must hash to; completing refuses anything else. */
    digest: Digest.nullable().default(null),
    size_bytes: z.int().min(1).nullable().default(null),
    media_type: MediaType,
  })
  .meta({ id: 'NewUpload' })
export type NewUpload = z.infer<typeof NewUpload>

/** A resumable upload: send the next bytes at `offset`; whatever `offset` says is safe on disk. */
export const Upload = z
  .object({
    id: z.string(),
    offset: z.int(),
    digest: Digest.nullable(),
    size_bytes: z.int().nullable(),
    media_type: z.string(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
  })
  .meta({ id: 'Upload' })
export type Upload = z.infer<typeof Upload>
