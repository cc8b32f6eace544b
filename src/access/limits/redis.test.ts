import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { silentLogger } from '#platform/logging'
import type { Principal, Reservation } from '../table.ts'
import { createLimiter } from './limiter.ts'
import { openSharedLimiter } from './redis.ts'

const NOON = Date.parse('2026-06-01T12:00:00Z')
const DAY = Math.floor(NOON / 86_400_000)

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** A Redis of this file's own, so that it can be killed. */
const startRedis = async (port: number): Promise<ChildProcess> => {
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { stdio: 'ignore' })
  const probe = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: 200 })
  probe.on('error', () => {})
  await probe.ping()
  probe.disconnect()
  return child
}

const port = await freePort()
const url = `redis://127.0.0.1:${port}`
let server = await startRedis(port)
const redis = new Redis(url)
redis.on('error', () => {})
const nodes = await Promise.all([0, 1, 2].map(() => openSharedLimiter(url, { log: silentLogger(), holdMs: 60_000, timeoutMs: 20_000 })))
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()))
  redis.disconnect()
  server.kill('SIGKILL')
})

let keys = 0
const holder = (requests_per_minute: number | null, tokens_per_day: number | null): Principal => {
  keys += 1
  return {
    keyId: `key_${keys}`,
    fingerprint: '',
    project: 'default',
    name: 'n',
    owner: 'per_a',
    endpoints: new Set(['chat']),
    isEveryEndpoint: false,
    actions: new Set(['invoke']),
    tags: { criticality: null, domain: null, compliance: null, cost_centre: null },
    limits: { requests_per_minute, tokens_per_day },
  }
}
const [first = nodes[0]!] = nodes
const usedBy = async (key: Principal): Promise<number> => Number((await redis.get(`plimsoll:{${key.keyId}}:t:${DAY}`)) ?? 0)

describe('limits shared by three processes', () => {
  it('let exactly the limit through when a thousand ask at once', async () => {
    const key = holder(100, null)
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, i) => nodes[i % 3]!.reserve(key, NOON, 1)))
    expect(answers.filter((answer) => answer.ok)).toHaveLength(100)
  })

  it('hold exactly the tokens of the day', async () => {
    const key = holder(null, 1_000)
    const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => nodes[i % 3]!.reserve(key, NOON, 7)))
    expect(answers.filter((answer) => answer.ok)).toHaveLength(Math.floor(1_000 / 7))
    await Promise.all(answers.flatMap((answer, i) => (answer.ok ? [nodes[i % 3]!.settle(answer.reservation, 3)] : [])))
    expect(await usedBy(key)).toBe(142 * 3)
    await Promise.all(answers.flatMap((answer, i) => (answer.ok ? [nodes[(i + 1) % 3]!.settle(answer.reservation, 9)] : [])))
    expect(await usedBy(key)).toBe(142 * 3)
  })

  it('decide and answer like the limiter of one process', async () => {
    const step = fc.record({
      gapMs: fc.integer({ min: 0, max: 30_000 }),
      tokens: fc.integer({ min: 0, max: 50 }),
      used: fc.option(fc.integer({ min: 0, max: 60 })),
    })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 40 }), async (perMinute, steps) => {
        const key = holder(perMinute, 300)
        const local = createLimiter()
        const shared = await openSharedLimiter(url, { log: silentLogger(), holdMs: 10 * 86_400_000, timeoutMs: 20_000 })
        let nowMs = NOON
        for (const { gapMs, tokens, used } of steps) {
          nowMs += gapMs
          const [a, b] = [local.reserve(key, nowMs, tokens), await shared.reserve(key, nowMs, tokens)]
          expect(b.headers).toEqual(a.headers)
          expect(b.ok).toBe(a.ok)
          if (!a.ok || !b.ok || used === null) continue
          local.settle(a.reservation, used)
          await shared.settle(b.reservation, used)
        }
        await shared.close()
      }),
      { numRuns: 25 },
    )
  })

  it('get back, once, what a process held that died', async () => {
    const key = holder(null, 100)
    const dead = await first.reserve(key, NOON, 100)
    expect(dead.ok).toBe(true)
    expect((await first.reserve(key, NOON + 59_999, 1)).ok).toBe(false)
    expect((await first.reserve(key, NOON + 60_000, 40)).ok).toBe(true)
    expect(await usedBy(key)).toBe(40)
    expect((await first.reserve(key, NOON + 60_001, 60)).ok).toBe(true)
    expect((await first.reserve(key, NOON + 60_002, 1)).ok).toBe(false)
    // It was only slow: what it used counts after all.
    if (dead.ok) await first.settle(dead.reservation, 25)
    expect(await usedBy(key)).toBe(125)
  })

  it('survive a Redis that forgot the scripts', async () => {
    const key = holder(5, null)
    await first.reserve(key, NOON, 1)
    await redis.script('FLUSH')
    expect(await first.reserve(key, NOON, 1)).toMatchObject({ ok: true, headers: { 'x-ratelimit-remaining-requests': '3' } })
  })

  it('fall back to this process alone while Redis is away, and return to it', async () => {
    const key = holder(2, null)
    server.kill('SIGKILL')
    await new Promise((resolve) => server.once('exit', resolve))
    const before = performance.now()
    const answers = [await first.reserve(key, NOON, 1), await first.reserve(key, NOON, 1), await first.reserve(key, NOON, 1)]
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, false])
    expect(performance.now() - before).toBeLessThan(2_000)
    const reservation: Reservation = { id: 'unknown', keyId: key.keyId, tokens: 1, day: DAY }
    await first.settle(reservation, 1)

    server = await startRedis(port)
    const later = holder(1, null)
    const isShared = async (): Promise<number> => {
      await first.reserve(later, NOON, 0)
      return redis.exists(`plimsoll:{${later.keyId}}:r`)
    }
    await expect.poll(isShared, { timeout: 10_000 }).toBe(1)
  })
})
