import type { ServerResponse } from 'node:http'
import { isoAt } from '#platform/clock'
import { type Ctx, permit } from '#platform/context'
import { monitoringErrors } from './errors.ts'
import { type MetricsFilter, summarise } from './metrics.ts'
import { can } from './permissions.ts'
import { rollupFilter, totalOf } from './read-metrics.ts'
import { readRollups } from './store/rollups.ts'
import { MINUTE_SECONDS } from './store-events.ts'

/**
 * Server-sent events: first the last hour by minute, then each second the running minute and the one before, which late
 * events still change. Watchers with the same filter share one query.
 */
export interface LiveFeed {
  watch(ctx: Ctx, filter: MetricsFilter, response: ServerResponse): Promise<void>
  readonly watchers: number
}

const MINUTE_MS = 60_000
const HISTORY_MINUTES = 60
const MAX_ROWS = 20_000
/** A page that does not read is let go. */
const MAX_UNREAD_BYTES = 1_048_576

const pointsOf = async (ctx: Ctx, filter: MetricsFilter, minutes: number) => {
  const nowMs = ctx.clock.now()
  const toMs = (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS
  const range = { step_seconds: MINUTE_SECONDS, from: isoAt(toMs - minutes * MINUTE_MS), to: isoAt(toMs) }
  const rows = await readRollups(ctx.read, range, rollupFilter(filter), MAX_ROWS)
  const byStart = Map.groupBy(rows, (row) => row.start_at)
  return {
    now: isoAt(nowMs),
    points: Array.from({ length: minutes }, (_, index) => {
      const startMs = toMs - (minutes - index) * MINUTE_MS
      const seconds = Math.max(1, Math.min(MINUTE_SECONDS, (nowMs - startMs) / 1000))
      return { start_at: isoAt(startMs), ...summarise(totalOf(byStart.get(isoAt(startMs)) ?? []), seconds) }
    }),
  }
}

const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

interface Channel {
  readonly responses: Set<ServerResponse>
  timer: NodeJS.Timeout
}

/** `maxLifeMs`: a session that ended meanwhile is noticed when the browser connects again. */
export const createLiveFeed = ({
  everyMs = 1_000,
  maxWatchers = 100,
  maxLifeMs = 15 * MINUTE_MS,
}: {
  everyMs?: number
  maxWatchers?: number
  maxLifeMs?: number
} = {}): LiveFeed => {
  const channels = new Map<string, Channel>()
  let watchers = 0

  const open = (ctx: Ctx, filter: MetricsFilter, key: string): Channel => {
    const responses = new Set<ServerResponse>()
    let isReading = false
    const tick = async (): Promise<void> => {
      if (isReading) return
      isReading = true
      try {
        const text = frame('metrics', await pointsOf(ctx, filter, 2))
        for (const response of responses) {
          if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
          else response.write(text)
        }
      } catch (error) {
        ctx.log.error({ err: error }, 'live metrics')
        // A broken stream does not end like a clean one: the browser connects again.
        for (const response of responses) response.destroy()
      } finally {
        isReading = false
      }
    }
    const timer = setInterval(() => void tick(), everyMs)
    timer.unref()
    const channel: Channel = { responses, timer }
    channels.set(key, channel)
    return channel
  }

  const leave = (key: string, channel: Channel, response: ServerResponse): void => {
    if (!channel.responses.delete(response)) return
    watchers -= 1
    if (channel.responses.size > 0) return
    clearInterval(channel.timer)
    channels.delete(key)
  }

  return {
    get watchers() {
      return watchers
    },
    watch: async (ctx, filter, response) => {
      permit(ctx, can.read)
      if (watchers >= maxWatchers) throw monitoringErrors.too_many_watchers()
      watchers += 1
      const key = JSON.stringify([ctx.project, filter])
      let history: string
      try {
        history = frame('history', await pointsOf(ctx, filter, HISTORY_MINUTES))
      } catch (error) {
        watchers -= 1
        throw error
      }
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      response.write(`retry: 2000\n\n${history}`)
      const channel = channels.get(key) ?? open(ctx, filter, key)
      channel.responses.add(response)
      const lifetime = setTimeout(() => {
        // Out of the channel first: a write after the end is an error that nobody catches.
        leave(key, channel, response)
        response.end()
      }, maxLifeMs)
      lifetime.unref()
      response.on('close', () => {
        clearTimeout(lifetime)
        leave(key, channel, response)
      })
      // Gone while the history was read.
      if (response.destroyed) leave(key, channel, response)
    },
  }
}
