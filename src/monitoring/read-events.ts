import { z } from 'zod'
import { type Ctx, isPermitted, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, ListQuery, toPage } from '#platform/http'
import { type InferenceEvent, OUTCOMES } from './event.ts'
import { Instant, isAskable } from './instant.ts'
import { can } from './permissions.ts'
import * as store from './store/events.ts'
import { Criticality } from './tags.ts'

const Text = z.string().max(200).optional()

export const EventQuery = ListQuery.extend({
  from: Instant.optional(),
  to: Instant.optional(),
  endpoint: Text,
  release: Text,
  principal: Text,
  key_id: Text,
  request_id: Text,
  code: Text,
  outcome: z.enum(OUTCOMES).optional(),
  criticality: Criticality.optional(),
  domain: Text,
  compliance: Text,
  cost_centre: Text,
})

const withoutContent = (event: InferenceEvent): InferenceEvent => ({ ...event, content: null })

/** Newest first, without texts. */
export const listEvents = async (ctx: Ctx, input: unknown): Promise<{ items: InferenceEvent[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const { limit, cursor, ...filter } = parse(EventQuery, input)
  const rows = await store.listEvents(ctx.read, filter, placeOf(cursor), limit + 1)
  return toPage(rows.map(withoutContent), limit, (event) => [event.at, event.id])
}

/** Events are in the order of their calls, which their ids need not follow: the cursor holds both. */
const placeOf = (cursor: string | undefined): { at: string; id: string } | undefined => {
  const keys = decodeCursor(cursor)
  if (keys === undefined) return undefined
  const [at, id] = keys
  if (at === undefined || id === undefined || !isAskable(at))
    throw platformErrors.invalid_request({}, { issues: [{ path: 'cursor', message: 'not a cursor that this list gave' }] })
  return { at, id }
}

/** With its texts, where they are kept and the caller may read them. */
export const getEvent = async (ctx: Ctx, id: string): Promise<InferenceEvent> => {
  permit(ctx, can.read)
  const event = await store.findEvent(ctx.read, id)
  if (event === undefined) throw platformErrors.not_found({ kind: 'event', id })
  return isPermitted(ctx.actor, can['read-content']) ? event : withoutContent(event)
}

/** For other rooms: calls with their texts, newest first; null texts where none are kept. */
export const listEventsWithContent = (
  ctx: Ctx,
  { limit, ...filter }: { readonly limit: number } & Pick<z.infer<typeof EventQuery>, 'from' | 'to' | 'endpoint' | 'release'>,
): Promise<InferenceEvent[]> => {
  permit(ctx, can['read-content'])
  return store.listEvents(ctx.read, filter, undefined, limit)
}

/** For other rooms: the call that this caller knows by this id, or undefined while it is not stored. Clients choose request ids, so an id alone names nobody's call. */
export const findEventOfRequest = (ctx: Ctx, requestId: string, principal: string): Promise<InferenceEvent | undefined> => {
  permit(ctx, can.read)
  return store.findEventByRequest(ctx.read, requestId, principal)
}
