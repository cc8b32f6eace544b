import { z } from 'zod'

/** What it is about; the last three families call for people, not for statistics. */
export const CATEGORIES = {
  quality: ['wrong', 'incomplete', 'outdated', 'irrelevant', 'format', 'slow'],
  truth: ['fabricated', 'misattributed'],
  autonomy: ['overreach', 'refused-wrongly', 'manipulation'],
  fairness: ['stereotyping', 'unequal-treatment', 'language-quality', 'accessibility'],
  harm: ['unsafe', 'privacy', 'self-harm', 'illegal', 'security'],
  none: ['praise', 'other'],
} as const
export type Family = keyof typeof CATEGORIES

export const Category = z.enum(Object.values(CATEGORIES).flat() as [(typeof CATEGORIES)[Family][number], ...(typeof CATEGORIES)[Family][number][]])
export type Category = z.infer<typeof Category>

export const familyOf = (category: Category): Family =>
  // Every category stands in the table that the enum was made from.
  (Object.keys(CATEGORIES) as Family[]).find((family) => (CATEGORIES[family] as readonly string[]).includes(category)) ?? 'none'

export const State = z.enum(['parked', 'received', 'in-review', 'accepted', 'dismissed', 'fixed', 'unmatched'])
export type State = z.infer<typeof State>

/** What people may do. `parked` waits for its call and becomes `received`, or `unmatched` when none came. */
export const TRIAGE: Readonly<Record<State, readonly State[]>> = {
  parked: [],
  unmatched: [],
  received: ['in-review', 'accepted', 'dismissed'],
  'in-review': ['accepted', 'dismissed'],
  accepted: ['in-review', 'fixed', 'dismissed'],
  dismissed: ['in-review'],
  fixed: ['in-review'],
}

export const NewFeedback = z
  .strictObject({
    /** As the answer's `x-request-id` gave it. */
    request_id: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'the x-request-id of an answer: up to 128 printable characters'),
    /** -1 bad, 1 good. */
    score: z.number().min(-1).max(1),
    category: Category.default('other'),
    comment: z.string().max(4000).nullable().default(null),
    /** What the answer should have been. */
    expected: z.string().max(20_000).nullable().default(null),
    /** The caller's own pseudonym of the person, so that each has one voice a call; only its HMAC is kept. */
    reporter: z.string().max(200).nullable().default(null),
  })
  .meta({ id: 'NewFeedback' })
export type NewFeedback = z.infer<typeof NewFeedback>

export const Receipt = z
  .object({
    id: z.string(),
    state: State,
    /** Shows later what became of it, to whoever holds it. */
    token: z.string(),
  })
  .meta({ id: 'FeedbackReceipt' })
export type Receipt = z.infer<typeof Receipt>

export const Feedback = z
  .object({
    id: z.string(),
    version: z.int(),
    request_id: z.string(),
    principal: z.string(),
    score: z.number(),
    category: Category,
    /** Personal data masked before it was stored. */
    comment: z.string().nullable(),
    expected: z.string().nullable(),
    state: State,
    event_id: z.string().nullable(),
    endpoint: z.string().nullable(),
    release: z.string().nullable(),
    criticality: z.string().nullable(),
    domain: z.string().nullable(),
    simulated: z.boolean(),
    received_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    /** For colleagues. */
    note: z.string().nullable(),
    /** For the person who gave it. */
    answer: z.string().nullable(),
    fixed_in: z.string().nullable(),
    evaluation_case: z.object({ dataset: z.string(), version: z.int() }).nullable(),
  })
  .meta({ id: 'Feedback' })
export type Feedback = z.infer<typeof Feedback>

export const Triage = z
  .strictObject({
    state: z.enum(['in-review', 'accepted', 'dismissed', 'fixed']),
    note: z.string().max(4000).nullable().default(null),
    answer: z.string().max(1000).nullable().default(null),
    fixed_in: z.string().min(1).max(200).nullable().default(null),
  })
  .refine(({ state, fixed_in }) => state !== 'fixed' || fixed_in !== null, { path: ['fixed_in'], message: 'says in which version it is fixed' })
  .meta({ id: 'FeedbackTriage' })
export type Triage = z.infer<typeof Triage>

export const StatusQuestion = z
  .strictObject({ request_id: z.string().min(1).max(128), token: z.string().min(1).max(200) })
  .meta({ id: 'FeedbackStatusQuestion' })

/** What the reporter sees: no names, no notes. */
export const Status = z
  .object({
    state: z.enum(['received', 'understood', 'fixed', 'closed']),
    received_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    answer: z.string().nullable(),
    fixed_in: z.string().nullable(),
  })
  .meta({ id: 'FeedbackStatus' })
export type Status = z.infer<typeof Status>

const PUBLIC_STATE: Readonly<Record<State, Status['state']>> = {
  parked: 'received',
  received: 'received',
  unmatched: 'received',
  'in-review': 'understood',
  accepted: 'understood',
  fixed: 'fixed',
  dismissed: 'closed',
}

export const publicStatus = ({ state, received_at, updated_at, answer, fixed_in }: Feedback): Status => ({
  state: PUBLIC_STATE[state],
  received_at,
  updated_at,
  answer,
  fixed_in,
})
