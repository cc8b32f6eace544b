/** Limits that hold across processes: one step in Redis or Valkey a request, some 0.3 ms. */
import { createHash, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { z } from 'zod'
import type { Logger } from '#platform/logging'
import type { Limiter, Principal, Reservation, Reserved } from '../table.ts'
import { decideRequests, headersOf, refusal, untilMidnightMs, utcDay, wholeTokens } from './arithmetic.ts'
import { createLimiter } from './limiter.ts'
import { RESERVE, SETTLE } from './redis-scripts.ts'

export interface SharedLimiter extends Limiter {
  reserve(principal: Principal, nowMs: number, estimatedTokens: number): Promise<Reserved>
  settle(reservation: Reservation, actualTokens: number): Promise<void>
  close(): Promise<void>
}

export interface SharedLimiterOptions {
  readonly log: Logger
  readonly prefix?: string
  /** After this a process that holds tokens is taken for dead. Longer than any request. */
  readonly holdMs?: number
  /** An answer that takes longer is none. */
  readonly timeoutMs?: number
}

const script = (source: string) => ({ source, digest: createHash('sha1').update(source).digest('hex') })
const reserveScript = script(RESERVE)
const settleScript = script(SETTLE)

const Answer = z.tuple([z.coerce.number(), z.coerce.number(), z.coerce.number()])

/**
 * While Redis does not answer, each process limits by itself: more than the limit may pass (once it, times the processes), but never
 * without limit, and no request fails for our own outage.
 */
export const openSharedLimiter = async (
  url: string,
  { log, prefix = 'plimsoll', holdMs = 900_000, timeoutMs = 500 }: SharedLimiterOptions,
): Promise<SharedLimiter> => {
  const redis = new Redis(url, { lazyConnect: true, commandTimeout: timeoutMs, enableOfflineQueue: false, maxRetriesPerRequest: 0 })
  const alone = createLimiter()
  const open = new WeakSet<Reservation>()
  let isDown = false

  const noteDown = (error: unknown): void => {
    if (!isDown) log.error({ err: error }, 'the shared limiter does not answer; this process limits by itself')
    isDown = true
  }
  const noteUp = (): void => {
    if (isDown) log.info({}, 'the shared limiter answers again')
    isDown = false
  }
  redis.on('error', noteDown)
  // A Redis that is away at the start is taken up when it comes.
  await redis.connect().catch(noteDown)

  const run = async ({ source, digest }: { source: string; digest: string }, keys: readonly string[], args: readonly (string | number)[]) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return await redis.eval(source, keys.length, ...keys, ...args)
    }
  }

  const requestsKey = (keyId: string): string => `${prefix}:{${keyId}}:r`
  const tokensKey = (keyId: string, day: number): string => `${prefix}:{${keyId}}:t:${day}`
  const holdsKey = (keyId: string): string => `${prefix}:{${keyId}}:h`
  const holdOf = ({ id, tokens, day }: Reservation): string => `${id}|${tokens}|${day}`

  const reserveShared = async ({ keyId, limits }: Principal, nowMs: number, tokens: number): Promise<Reserved> => {
    const { requests_per_minute: perMinute, tokens_per_day: perDay } = limits
    const day = utcDay(nowMs)
    const reservation: Reservation = { id: randomUUID(), keyId, tokens, day }
    const [verdict, arrivalMs, used] = Answer.parse(
      await run(
        reserveScript,
        [requestsKey(keyId), tokensKey(keyId, day), holdsKey(keyId)],
        [nowMs, perMinute ?? 0, perDay ?? 0, tokens, holdOf(reservation), nowMs + holdMs, day],
      ),
    )
    const headers = headersOf(limits, decideRequests(perMinute, arrivalMs, nowMs, 0), used, nowMs)
    if (verdict === 1) return refusal('requests', decideRequests(perMinute, arrivalMs, nowMs).waitMs, headers)
    if (verdict === 2) return refusal('tokens', untilMidnightMs(nowMs), headers)
    open.add(reservation)
    return { ok: true, reservation, headers }
  }

  return {
    reserve: async (principal, nowMs, estimatedTokens) => {
      if (principal.limits.requests_per_minute === null && principal.limits.tokens_per_day === null)
        return alone.reserve(principal, nowMs, estimatedTokens)
      try {
        const held = await reserveShared(principal, nowMs, wholeTokens(estimatedTokens))
        noteUp()
        return held
      } catch (error) {
        noteDown(error)
        return alone.reserve(principal, nowMs, estimatedTokens)
      }
    },
    settle: async (reservation, actualTokens) => {
      if (!open.delete(reservation)) return alone.settle(reservation, actualTokens)
      const { keyId, day, tokens } = reservation
      try {
        await run(settleScript, [tokensKey(keyId, day), holdsKey(keyId)], [holdOf(reservation), tokens, wholeTokens(actualTokens)])
      } catch (error) {
        // The hold is given back at its deadline: this call then counts for nothing, which the log says.
        log.error({ err: error, key_id: keyId, tokens: actualTokens }, 'tokens could not be settled')
      }
    },
    close: async () => {
      redis.disconnect()
    },
  }
}
