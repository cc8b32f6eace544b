import { z } from 'zod'
import { Instant } from '#monitoring'
import { isoAt } from '#platform/clock'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, ListQuery, toPage } from '#platform/http'
import { isDefined, wilson } from '#statistics'
import { Category, type Feedback, publicStatus, State, type Status, StatusQuestion } from './model.ts'
import { can } from './permissions.ts'
import * as store from './store.ts'
import { readToken } from './token.ts'

export const FeedbackQuery = ListQuery.extend({
  state: State.optional(),
  category: Category.optional(),
  endpoint: z.string().max(200).optional(),
  release: z.string().max(100).optional(),
  sentiment: z.enum(['negative', 'positive']).optional(),
})

export const getFeedback = async (ctx: Ctx, id: string): Promise<Feedback> => {
  permit(ctx, can.read)
  const feedback = await store.findFeedback(ctx.read, id)
  if (feedback === undefined) throw platformErrors.not_found({ kind: 'feedback', id })
  return feedback
}

export const listFeedback = async (ctx: Ctx, input: unknown): Promise<{ items: Feedback[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const { limit, cursor, ...filter } = parse(FeedbackQuery, input)
  return toPage(await store.listFeedback(ctx.read, filter, decodeCursor(cursor)?.[0], limit + 1), limit, (one) => [one.id])
}

/** For the person who gave it, without a sign-in: the token of the receipt proves who asks. One answer for all that is wrong. */
export const feedbackStatus = async (ctx: Ctx, input: unknown): Promise<Status> => {
  const { request_id, token } = parse(StatusQuestion, input)
  const id = readToken(ctx.secrets, ctx.project, token)
  const feedback = id === undefined ? undefined : await store.findFeedback(ctx.read, id)
  if (feedback === undefined || feedback.request_id !== request_id)
    throw platformErrors.not_found({ kind: 'feedback', id: 'of this request and token' })
  return publicStatus(feedback)
}

const DAY_MS = 86_400_000

export const SummaryQuery = z.object({
  from: Instant.optional(),
  endpoint: z.string().max(200).optional(),
  release: z.string().max(100).optional(),
})

export const FeedbackSummary = z
  .object({
    from: z.iso.datetime(),
    /** Most feedback first. */
    items: z.array(
      z.object({
        release: z.string().nullable(),
        endpoint: z.string().nullable(),
        count: z.int(),
        negative: z.int(),
        /** With its 95 % interval: few voices say little. */
        negative_share: z.object({ value: z.number(), low: z.number(), high: z.number() }),
        categories: z.record(z.string(), z.int()),
      }),
    ),
  })
  .meta({ id: 'FeedbackSummary' })

/** How each release is received; the last 30 days when no start is given. */
export const summariseFeedback = async (ctx: Ctx, input: unknown): Promise<z.infer<typeof FeedbackSummary>> => {
  permit(ctx, can.read)
  const query = parse(SummaryQuery, input)
  const from = query.from ?? isoAt(ctx.clock.now() - 30 * DAY_MS)
  const counts = await store.countFeedback(ctx.read, { ...query, from })
  const groups = Map.groupBy(counts, ({ release, endpoint }) => JSON.stringify([release, endpoint]))
  const items = [...groups.values()].map((own) => {
    const count = own.reduce((sum, one) => sum + one.count, 0)
    const negative = own.reduce((sum, one) => sum + one.negative, 0)
    return {
      release: own[0]?.release ?? null,
      endpoint: own[0]?.endpoint ?? null,
      count,
      negative,
      negative_share: shareOf(negative, count),
      categories: Object.fromEntries(own.map((one) => [one.category, one.count])),
    }
  })
  return { from, items: items.sort((a, b) => b.count - a.count) }
}

const shareOf = (negative: number, count: number): { value: number; low: number; high: number } => {
  const result = wilson(negative, count)
  return isDefined(result) && result.interval !== null
    ? { value: result.value, low: result.interval.low, high: result.interval.high }
    : { value: 0, low: 0, high: 1 }
}
