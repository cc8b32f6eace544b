import { z } from 'zod'

/** One line of the log. Its canonical JSON is the leaf; nothing in it may ever need to be erased, so it names records and holds no personal text but names. */
export const AuditEntry = z
  .object({
    seq: z.number().int().nonnegative(),
    at: z.iso.datetime(),
    project: z.string(),
    actor: z.object({ kind: z.enum(['person', 'key', 'system']), id: z.string(), name: z.string() }),
    /** `room.verb`. */
    action: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    /** What changed, small: digests, states, names; never credentials or contents. */
    details: z.record(z.string(), z.json()),
    request_id: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof AuditEntry>

/** What a verb says of its own change; the rest is filled in. */
export interface NewEntry {
  readonly action: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly details?: Readonly<Record<string, z.infer<ReturnType<typeof z.json>>>>
}

/** The name that signs checkpoints, and the log's identity. */
export const originOf = (project: string): string => `plimsoll/${project}`
