/** The arithmetic of limits and their headers, the same for every limiter. */
import type { KeyLimits } from '../keys/key.ts'
import type { LimitHeaders, Reserved } from '../table.ts'

export type CallLimits = KeyLimits

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** The clients' own retry code sleeps as long as `retry-after` says, some without a cap. */
const LONGEST_RETRY_MS = 60_000

export const utcDay = (nowMs: number): number => Math.floor(nowMs / DAY_MS)
export const untilMidnightMs = (nowMs: number): number => (utcDay(nowMs) + 1) * DAY_MS - nowMs

/** Counts are whole and never negative, whatever a caller computed; what is no number counts nothing, or it would stop all counting. */
export const wholeTokens = (tokens: number): number => (Number.isFinite(tokens) ? Math.max(0, Math.ceil(tokens)) : 0)

export interface RequestState {
  readonly ok: boolean
  /** Theoretical arrival time after this decision. */
  readonly arrivalMs: number
  readonly waitMs: number
  readonly remaining: number
  readonly resetMs: number
}

/**
 * GCRA (ITU-T I.371): a request moves the theoretical arrival time by one interval; it is refused when that would lie more than a whole
 * minute ahead. So a key may spend its minute at once, and then one request every interval: at most twice the limit in any 60 s.
 */
export const decideRequests = (perMinute: number | null, arrivalMs: number, nowMs: number, cost: 0 | 1 = 1): RequestState => {
  if (perMinute === null) return { ok: true, arrivalMs, waitMs: 0, remaining: 0, resetMs: 0 }
  const intervalMs = MINUTE_MS / perMinute
  const from = Math.max(nowMs, arrivalMs)
  const next = from + cost * intervalMs
  // A millionth of an interval: sums of intervals are not exact in floating point.
  const ok = next - nowMs <= MINUTE_MS + intervalMs * 1e-6
  const kept = ok ? next : from
  return {
    ok,
    arrivalMs: kept,
    waitMs: ok ? 0 : next - nowMs - MINUTE_MS,
    remaining: Math.max(0, Math.floor((MINUTE_MS - (kept - nowMs)) / intervalMs + 1e-6)),
    resetMs: kept - nowMs,
  }
}

/** As OpenAI writes durations: `120ms`, `1.5s`, `6m0s`, `1h2m3s`. */
const durationOf = (ms: number): string => {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`
  const seconds = Math.ceil(ms / 1_000)
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor((seconds % 3_600) / 60)
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds % 60}s`
}

const NO_HEADERS: LimitHeaders = Object.freeze({})

export const headersOf = (limits: CallLimits, requests: RequestState, usedTokens: number, nowMs: number): LimitHeaders => {
  const { requests_per_minute: perMinute, tokens_per_day: perDay } = limits
  if (perMinute === null && perDay === null) return NO_HEADERS
  const headers: Record<string, string> = {}
  if (perMinute !== null) {
    headers['x-ratelimit-limit-requests'] = String(perMinute)
    headers['x-ratelimit-remaining-requests'] = String(requests.remaining)
    headers['x-ratelimit-reset-requests'] = durationOf(requests.resetMs)
  }
  if (perDay !== null) {
    headers['x-ratelimit-limit-tokens'] = String(perDay)
    headers['x-ratelimit-remaining-tokens'] = String(Math.max(0, perDay - usedTokens))
    headers['x-ratelimit-reset-tokens'] = durationOf(untilMidnightMs(nowMs))
  }
  return headers
}

export const refusal = (dimension: 'requests' | 'tokens', waitMs: number, headers: LimitHeaders): Reserved => {
  const shownMs = Math.ceil(Math.min(waitMs, LONGEST_RETRY_MS))
  return {
    ok: false,
    code: 'rate_limit_exceeded',
    dimension,
    retryAfterMs: Math.ceil(waitMs),
    headers: {
      ...headers,
      'retry-after': String(Math.max(1, Math.ceil(shownMs / 1_000))),
      'retry-after-ms': String(shownMs),
      ...(waitMs > LONGEST_RETRY_MS ? { 'x-should-retry': 'false' } : {}),
    },
  }
}
