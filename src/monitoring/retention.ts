import { z } from 'zod'

/** What is kept of calls, and for how long. */
export const Retention = z
  .strictObject({
    /** `masked`: texts are stored with personal data masked, whatever the endpoint's own policy says; `none`: no texts. */
    content: z.enum(['masked', 'none']).default('masked'),
    content_days: z.int().min(1).max(3650).default(30),
    event_days: z.int().min(1).max(3650).default(395),
    minute_rollup_days: z.int().min(1).max(3650).default(8),
    hour_rollup_days: z.int().min(1).max(3650).default(395),
  })
  .meta({ id: 'Retention' })
export type Retention = z.infer<typeof Retention>

export const DEFAULT_RETENTION: Retention = Object.freeze(Retention.parse({}))
