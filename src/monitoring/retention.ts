import { z } from 'zod'

const Content = z.enum(['masked', 'none'])
const Days = z.int().min(1).max(3650)

/** What is kept of calls, and for how long. */
export const Retention = z
  .strictObject({
    /** `masked`: texts are stored with personal data masked, whatever the endpoint's own policy says; `none`: no texts. */
    content: Content.default('masked'),
    content_days: Days.default(30),
    event_days: Days.default(395),
    minute_rollup_days: Days.default(8),
    hour_rollup_days: Days.default(395),
  })
  .meta({ id: 'Retention' })
export type Retention = z.infer<typeof Retention>

/** What is left out stays as it was: a new number of days must not begin to keep texts. */
export const RetentionEdit = z
  .strictObject({ content: Content, content_days: Days, event_days: Days, minute_rollup_days: Days, hour_rollup_days: Days })
  .partial()
  .meta({ id: 'RetentionEdit' })

export const DEFAULT_RETENTION: Retention = Object.freeze(Retention.parse({}))
