import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Principal, Reserved } from '../table.ts'
import { createLimiter } from './limiter.ts'

const DAY_MS = 86_400_000
const NOON = Date.parse('2026-06-01T12:00:00Z')

const holder = (requests_per_minute: number | null, tokens_per_day: number | null, keyId = 'key_a'): Principal => ({
  keyId,
  fingerprint: keyId,
  project: 'default',
  name: 'n',
  owner: 'per_a',
  endpoints: new Set(['chat']),
  isEveryEndpoint: false,
  actions: new Set(['invoke']),
  tags: { criticality: null, domain: null, compliance: null, cost_centre: null },
  limits: { requests_per_minute, tokens_per_day },
})

const refused = (held: Reserved): Extract<Reserved, { ok: false }> => {
  if (held.ok) throw new Error('was let through')
  return held
}
const granted = (held: Reserved): Extract<Reserved, { ok: true }> => {
  if (!held.ok) throw new Error('was refused')
  return held
}

describe('requests per minute', () => {
  it('may be spent at once, and then come back one by one', () => {
    const limiter = createLimiter()
    const key = holder(3, null)
    for (let i = 0; i < 3; i += 1) expect(limiter.reserve(key, NOON, 0).ok).toBe(true)
    const answer = refused(limiter.reserve(key, NOON, 0))
    expect(answer).toMatchObject({ code: 'rate_limit_exceeded', dimension: 'requests', retryAfterMs: 20_000 })
    expect(answer.headers).toMatchObject({
      'retry-after': '20',
      'retry-after-ms': '20000',
      'x-ratelimit-limit-requests': '3',
      'x-ratelimit-remaining-requests': '0',
    })
    expect(limiter.reserve(key, NOON + 19_999, 0).ok).toBe(false)
    expect(limiter.reserve(key, NOON + 20_000, 0).ok).toBe(true)
    expect(limiter.reserve(key, NOON + 20_000, 0).ok).toBe(false)
  })

  it('are counted for each key alone', () => {
    const limiter = createLimiter()
    expect(limiter.reserve(holder(1, null, 'key_a'), NOON, 0).ok).toBe(true)
    expect(limiter.reserve(holder(1, null, 'key_b'), NOON, 0).ok).toBe(true)
    expect(limiter.reserve(holder(1, null, 'key_a'), NOON, 0).ok).toBe(false)
  })

  it('never let more than twice the limit through in any minute, and tell a time that is right', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 400 }), (perMinute, gaps) => {
        const limiter = createLimiter()
        const key = holder(perMinute, null)
        const passed: number[] = []
        let nowMs = NOON
        for (const gap of gaps) {
          nowMs += gap
          const held = limiter.reserve(key, nowMs, 0)
          if (held.ok) passed.push(nowMs)
          else {
            const copy = createLimiter()
            for (const at of passed) copy.reserve(key, at, 0)
            expect(copy.reserve(key, nowMs + held.retryAfterMs, 0).ok).toBe(true)
          }
        }
        passed.forEach((from, i) => {
          expect(passed.slice(i).filter((at) => at < from + 60_000).length).toBeLessThanOrEqual(2 * perMinute)
        })
      }),
      { numRuns: 60 },
    )
  })

  it('survive a clock that goes back', () => {
    const limiter = createLimiter()
    const key = holder(2, 100)
    limiter.reserve(key, NOON, 10)
    expect(limiter.reserve(key, NOON - DAY_MS, 10).ok).toBe(false)
    expect(limiter.reserve(key, NOON, 10).ok).toBe(true)
    expect(limiter.usage(NOON)).toEqual([{ keyId: 'key_a', day: Math.floor(NOON / DAY_MS), tokens: 20 }])
  })
})

describe('tokens per day', () => {
  it('are held by the estimate and settled by the use', () => {
    const limiter = createLimiter()
    const key = holder(null, 100)
    const first = granted(limiter.reserve(key, NOON, 80))
    const answer = refused(limiter.reserve(key, NOON, 21))
    expect(answer).toMatchObject({ dimension: 'tokens', retryAfterMs: 12 * 3_600_000 })
    expect(answer.headers).toMatchObject({
      'retry-after': '60',
      'retry-after-ms': '60000',
      'x-should-retry': 'false',
      'x-ratelimit-remaining-tokens': '20',
      'x-ratelimit-reset-tokens': '12h0m0s',
    })
    limiter.settle(first.reservation, 30)
    limiter.settle(first.reservation, 0)
    expect(granted(limiter.reserve(key, NOON, 70)).headers['x-ratelimit-remaining-tokens']).toBe('0')
  })

  it('cost a refused request nothing, and a request refused for tokens no place in the minute', () => {
    const limiter = createLimiter()
    const key = holder(1, 10)
    expect(refused(limiter.reserve(key, NOON, 11)).dimension).toBe('tokens')
    expect(limiter.reserve(key, NOON, 10).ok).toBe(true)
  })

  it('begin anew at midnight in UTC, and a late settlement pays for its own day', () => {
    const limiter = createLimiter()
    const key = holder(null, 100)
    const late = granted(limiter.reserve(key, NOON, 100))
    const nextDay = Date.parse('2026-06-02T00:00:00Z')
    expect(limiter.reserve(key, nextDay - 1, 1).ok).toBe(false)
    const next = granted(limiter.reserve(key, nextDay, 100))
    limiter.settle(late.reservation, 0)
    expect(limiter.reserve(key, nextDay, 1).ok).toBe(false)
    limiter.settle(next.reservation, 99)
    expect(limiter.reserve(key, nextDay, 1).ok).toBe(true)
  })

  it('are never overspent by what was promised, whatever the order of calls', () => {
    const step = fc.record({ tokens: fc.integer({ min: 0, max: 60 }), share: fc.double({ min: 0, max: 1, noNaN: true }), settles: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limiter = createLimiter()
        const key = holder(null, 500)
        let promised = 0
        for (const { tokens, share, settles } of steps) {
          const held = limiter.reserve(key, NOON, tokens)
          if (!held.ok) continue
          const used = settles ? Math.floor(tokens * share) : tokens
          if (settles) limiter.settle(held.reservation, used)
          promised += used
          expect(promised).toBeLessThanOrEqual(500)
        }
        expect(limiter.usage(NOON).reduce((sum, { tokens }) => sum + tokens, 0)).toBe(promised)
      }),
    )
  })

  it('are not confused by an estimate that is no number', () => {
    const limiter = createLimiter()
    const key = holder(null, 10)
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -5]) expect(limiter.reserve(key, NOON, odd).ok).toBe(true)
    expect(limiter.reserve(key, NOON, 10).ok).toBe(true)
    expect(limiter.reserve(key, NOON, 0.1).ok).toBe(false)
  })

  it('are taken up after a restart, and never lowered by it', () => {
    const limiter = createLimiter()
    const key = holder(null, 100)
    const day = Math.floor(NOON / DAY_MS)
    limiter.reserve(key, NOON, 50)
    limiter.restore([{ keyId: 'key_a', day, tokens: 20 }])
    expect(limiter.usage(NOON)).toEqual([{ keyId: 'key_a', day, tokens: 50 }])
    limiter.restore([{ keyId: 'key_a', day, tokens: 95 }])
    expect(limiter.reserve(key, NOON, 6).ok).toBe(false)
  })
})

describe('a key without limits', () => {
  it('gets no headers', () => {
    expect(granted(createLimiter().reserve(holder(null, null), NOON, 1e12)).headers).toEqual({})
  })
})
