/** Requests per minute by GCRA (one number a key), tokens per UTC day by reserve and settle. In one process; see redis.ts for more. */

import type { Limiter, Principal, Reservation, Reserved } from '../table.ts'
import { type CallLimits, decideRequests, headersOf, refusal, untilMidnightMs, utcDay, wholeTokens } from './arithmetic.ts'

interface Usage {
  /** GCRA's theoretical arrival time of the next request, epoch ms. */
  arrivalMs: number
  day: number
  tokens: number
}

export interface LocalLimiter extends Limiter {
  reserve(principal: Principal, nowMs: number, estimatedTokens: number): Reserved
  settle(reservation: Reservation, actualTokens: number): void
  /** Tokens that each key has used or holds today: what is kept over a restart. */
  usage(nowMs: number): readonly TokenUsage[]
  /** Takes up what an earlier process had counted; never lowers what is counted already. */
  restore(usage: readonly TokenUsage[]): void
}

export interface TokenUsage {
  readonly keyId: string
  readonly day: number
  readonly tokens: number
}

export const createLimiter = (): LocalLimiter => {
  const usages = new Map<string, Usage>()
  // Weak: a reservation that is never settled costs its estimate for the day, but no memory.
  const open = new WeakSet<Reservation>()

  const usageOf = (keyId: string, day: number): Usage => {
    let usage = usages.get(keyId)
    if (usage === undefined) {
      usage = { arrivalMs: 0, day, tokens: 0 }
      usages.set(keyId, usage)
    }
    if (usage.day < day) {
      usage.day = day
      usage.tokens = 0
    }
    return usage
  }

  return {
    reserve: (principal, nowMs, estimatedTokens) => {
      const tokens = wholeTokens(estimatedTokens)
      const limits: CallLimits = principal.limits
      const day = utcDay(nowMs)
      const usage = usageOf(principal.keyId, day)
      const requests = decideRequests(limits.requests_per_minute, usage.arrivalMs, nowMs)
      if (!requests.ok) return refusal('requests', requests.waitMs, headersOf(limits, requests, usage.tokens, nowMs))
      if (limits.tokens_per_day !== null && usage.tokens + tokens > limits.tokens_per_day)
        return refusal(
          'tokens',
          untilMidnightMs(nowMs),
          headersOf(limits, decideRequests(limits.requests_per_minute, usage.arrivalMs, nowMs, 0), usage.tokens, nowMs),
        )
      usage.arrivalMs = requests.arrivalMs
      usage.tokens += tokens
      const reservation: Reservation = { id: '', keyId: principal.keyId, tokens, day }
      open.add(reservation)
      return { ok: true, reservation, headers: headersOf(limits, requests, usage.tokens, nowMs) }
    },
    settle: (reservation, actualTokens) => {
      if (!open.delete(reservation)) return
      const usage = usages.get(reservation.keyId)
      // Tokens of a day that has ended count for that day, and nobody asks for it any more.
      if (usage !== undefined && usage.day === reservation.day) usage.tokens += wholeTokens(actualTokens) - reservation.tokens
    },
    usage: (nowMs) => [...usages].filter(([, { day }]) => day === utcDay(nowMs)).map(([keyId, { day, tokens }]) => ({ keyId, day, tokens })),
    restore: (saved) => {
      for (const { keyId, day, tokens } of saved) {
        const usage = usageOf(keyId, day)
        if (usage.day === day && usage.tokens < tokens) usage.tokens = tokens
      }
    },
  }
}
