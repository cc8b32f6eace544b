import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectAudit } from '../../test/support/audit.ts'
import { inferenceEvent } from '../../test/support/events.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import type { InferenceEvent } from './event.ts'
import {
  applyRetention,
  findEventOfRequest,
  getEvent,
  loadPricesForGateway,
  loadRetentionForGateway,
  monitoringRoutes,
  type Pipeline,
  readMetrics,
  setPrice,
  startEventPipeline,
  storeEvents,
} from './index.ts'
import { createLiveFeed } from './live.ts'
import { listEvents } from './read-events.ts'
import { setRetention } from './set-retention.ts'
import { createSpool } from './spool/spool.ts'

const platform = await testPlatform()
const AT = '2026-06-01T11:58:00.000Z'

const inProject = (project: string, changes: Partial<InferenceEvent> = {}): InferenceEvent => inferenceEvent({ project, at: AT, ...changes })
const summaryOf = async (project: string, query: Record<string, unknown> = {}) => {
  const { series } = await readMetrics(as(platform, 'auditor', project), query)
  return series[0]?.total
}

describe('a batch of events', () => {
  it('is stored and counted once, however often it comes', async () => {
    const events = [inProject('twice'), inProject('twice'), inProject('twice', { status: 502, code: 'upstream_error' })]
    await storeEvents(platform.store, events)
    await storeEvents(platform.store, events)
    await storeEvents(platform.store, [...events, ...events])
    expect((await listEvents(as(platform, 'auditor', 'twice'), {})).items).toHaveLength(3)
    expect(await summaryOf('twice')).toMatchObject({
      requests: 3,
      errors: 1,
      error_rate: 1 / 3,
      codes: { upstream_error: 1 },
      input_tokens: 300,
      output_tokens: 60,
      cost_micros: 81,
    })
  })

  it('is counted right when several writers bring overlapping batches at once', async () => {
    const events = Array.from({ length: 60 }, (_, i) =>
      inProject('raced', { tags: { criticality: null, domain: `d${i % 7}`, compliance: null, cost_centre: null } }),
    )
    const batches = Array.from({ length: 6 }, (_, i) => events.slice(i * 5, i * 5 + 35))
    await Promise.all(batches.map((batch) => storeEvents(platform.store, batch)))
    const { series } = await readMetrics(as(platform, 'auditor', 'raced'), { group_by: 'domain' })
    expect(series.reduce((sum, one) => sum + one.total.requests, 0)).toBe(60)
    expect(series).toHaveLength(7)
  })

  it('is stored whole or not at all', async () => {
    const broken = { ...inProject('whole'), status: 'seven' } as never
    await expect(storeEvents(platform.store, [inProject('whole'), broken])).rejects.toThrow()
    expect((await listEvents(as(platform, 'auditor', 'whole'), {})).items).toEqual([])
    expect(await summaryOf('whole')).toBeUndefined()
  })

  it('keeps quantiles within one per cent, over minutes, hours and tags', async () => {
    // A long tail, as latencies have; the exact quantile comes from sorting.
    let state = 42
    const random = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return (state + 1) / 2_147_483_649
    }
    const latencies = Array.from({ length: 3_000 }, () => 20 * Math.exp(2 * Math.sqrt(-2 * Math.log(random())) * Math.cos(6.283185 * random())))
    const events = latencies.map((latency_ms, i) =>
      inProject('tail', {
        latency_ms,
        ttft_ms: latency_ms / 3,
        at: new Date(Date.parse('2026-06-01T10:10:00.000Z') + i * 2_000).toISOString(),
        tags: { criticality: null, domain: `d${i % 5}`, compliance: null, cost_centre: null },
      }),
    )
    for (let from = 0; from < events.length; from += 700) await storeEvents(platform.store, events.slice(from, from + 700))
    const sorted = [...latencies].sort((a, b) => a - b)
    for (const step_seconds of [60, 300, 3600]) {
      const total = await summaryOf('tail', { from: '2026-06-01T10:00:00.000Z', to: '2026-06-01T12:00:00.000Z', step_seconds })
      expect(total?.requests).toBe(3_000)
      for (const [name, p] of [
        ['p50', 0.5],
        ['p95', 0.95],
        ['p99', 0.99],
      ] as const) {
        const exact = sorted[Math.floor(p * (sorted.length - 1))]!
        expect(Math.abs(total!.latency_ms[name]! / exact - 1), `${name} at ${step_seconds} s`).toBeLessThan(0.01)
        expect(Math.abs(total!.ttft_ms[name]! / (exact / 3) - 1)).toBeLessThan(0.01)
      }
      expect(total?.latency_ms.mean).toBeCloseTo(latencies.reduce((a, b) => a + b, 0) / 3_000, 6)
    }
  })

  it('counts tags together once clients send too many different ones, and hides strangers’ endpoints', async () => {
    const many = Array.from({ length: 700 }, (_, i) =>
      inProject('many', { tags: { criticality: 'low', domain: `d${i}`, compliance: null, cost_centre: null } }),
    )
    await storeEvents(platform.store, many.slice(0, 400))
    await storeEvents(platform.store, many.slice(400))
    const { series } = await readMetrics(as(platform, 'auditor', 'many'), { group_by: 'domain' })
    expect(series.length).toBeLessThanOrEqual(101)
    expect(series.reduce((sum, one) => sum + one.total.requests, 0)).toBe(700)
    expect(series.find(({ group }) => group === '(other)')?.total.requests).toBeGreaterThanOrEqual(200)

    await storeEvents(
      platform.store,
      Array.from({ length: 50 }, (_, i) => inProject('strangers', { principal: null, endpoint: `guess-${i}`, status: 401, code: 'invalid_api_key' })),
    )
    const strangers = await readMetrics(as(platform, 'auditor', 'strangers'), { group_by: 'endpoint' })
    expect(strangers.series).toMatchObject([{ group: null, total: { requests: 50, refusals: 50, latency_ms: { p50: null } } }])
  })
})

describe('metrics', () => {
  it('come by time, tag, endpoint and release', async () => {
    await storeEvents(platform.store, [
      inProject('cut', { endpoint: 'a', at: '2026-06-01T11:40:10.000Z', latency_ms: 100 }),
      inProject('cut', { endpoint: 'a', at: '2026-06-01T11:41:10.000Z', latency_ms: 200, cost_micros: null }),
      inProject('cut', { endpoint: 'b', at: '2026-06-01T11:41:59.999Z', latency_ms: 300, release: null }),
    ])
    const ctx = as(platform, 'auditor', 'cut')
    const { series } = await readMetrics(ctx, { group_by: 'endpoint', from: '2026-06-01T11:40:00.000Z', to: '2026-06-01T11:42:00.000Z' })
    expect(series.map(({ group, total }) => [group, total.requests, total.unpriced])).toEqual([
      ['a', 2, 1],
      ['b', 1, 0],
    ])
    expect(series[0]?.points.map(({ start_at, requests, throughput_per_second }) => [start_at, requests, throughput_per_second])).toEqual([
      ['2026-06-01T11:40:00.000Z', 1, 1 / 60],
      ['2026-06-01T11:41:00.000Z', 1, 1 / 60],
    ])
    expect((await readMetrics(ctx, { endpoint: 'b' })).series[0]?.total.requests).toBe(1)
    expect((await readMetrics(ctx, { group_by: 'release' })).series.map(({ group }) => group)).toContain(null)
    expect((await readMetrics(ctx, { simulated: 'false' })).series).toEqual([])
    expect((await readMetrics(ctx, { step_seconds: '86400' })).series[0]?.total.requests).toBe(3)
  })

  it('refuse a question that is too big, or backwards, with the field', async () => {
    const ctx = as(platform, 'auditor', 'cut')
    await expect(readMetrics(ctx, { from: '2020-01-01T00:00:00.000Z' })).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'step_seconds' }],
    })
    await expect(readMetrics(ctx, { from: '2026-06-02T00:00:00.000Z', to: AT })).rejects.toMatchObject({ issues: [{ path: 'from' }] })
    for (const to of ['9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '2026-02-30T00:00:00Z', 'soon'])
      await expect(readMetrics(ctx, { to })).rejects.toMatchObject({ issues: [{ path: 'to' }] })
    await expect(readMetrics(ctx, { step_seconds: 7 })).rejects.toMatchObject({ issues: [{ path: 'step_seconds' }] })
  })
})

describe('an event', () => {
  it('is found in pages, by filter, by id and by request', async () => {
    const ctx = as(platform, 'auditor', 'listed')
    const events = Array.from({ length: 5 }, (_, i) =>
      inProject('listed', { at: `2026-06-01T11:50:0${i >> 1}.000Z`, endpoint: i === 4 ? 'other' : 'support' }),
    )
    await storeEvents(platform.store, events)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listEvents(ctx, { limit: 2, cursor })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(new Set(seen)).toEqual(new Set(events.map(({ id }) => id)))
    expect(seen).toHaveLength(5)
    expect(seen[0]).toBe(events[4]!.id)
    expect((await listEvents(ctx, { endpoint: 'other' })).items).toMatchObject([{ id: events[4]!.id }])
    const ended = [
      { status: 200 },
      { status: 429, code: 'rate_limit_exceeded' },
      { status: 503, code: 'release_suspended' },
      { status: 502, code: 'upstream_error' },
    ]
    await storeEvents(
      platform.store,
      ended.map((changes) => inProject('listed', { endpoint: 'ended', ...changes })),
    )
    const codes = async (outcome: string) => (await listEvents(ctx, { outcome, endpoint: 'ended' })).items.map(({ code }) => code).sort()
    expect([await codes('answered'), await codes('refused'), await codes('failed')]).toEqual([
      [null],
      ['rate_limit_exceeded', 'release_suspended'],
      ['upstream_error'],
    ])
    expect((await readMetrics(ctx, { endpoint: 'ended' })).series[0]?.total).toMatchObject({ requests: 4, refusals: 2, errors: 1 })
    expect((await listEvents(ctx, { domain: 'billing', to: '2026-06-01T11:57:00.000Z', from: '2026-06-01T11:50:01.000Z' })).items).toHaveLength(3)
    expect(await findEventOfRequest(ctx, events[2]!.request_id, 'app-one')).toMatchObject({ id: events[2]!.id })
    expect(await findEventOfRequest(ctx, events[2]!.request_id, 'another')).toBeUndefined()
    await expect(getEvent(as(platform, 'auditor', 'elsewhere'), seen[0]!)).rejects.toMatchObject({ code: 'not_found' })
    for (const wrong of [
      'x',
      Buffer.from('["never","x"]').toString('base64url'),
      Buffer.from('["2026"]').toString('base64url'),
      Buffer.from('["+275760-09-13T00:00:00.000Z","x"]').toString('base64url'),
    ])
      await expect(listEvents(ctx, { cursor: wrong })).rejects.toMatchObject({ issues: [{ path: 'cursor' }] })
  })

  it('shows its texts to those who may read them, and to nobody in a list', async () => {
    const event = inProject('texts', { content: { input: 'my mail is [EMAIL]', output: 'noted' } })
    await storeEvents(platform.store, [event])
    expect(await getEvent(as(platform, 'responder', 'texts'), event.id)).toEqual(event)
    expect(await getEvent(as(platform, 'approver', 'texts'), event.id)).toEqual({ ...event, content: null })
    expect((await listEvents(as(platform, 'responder', 'texts'), {})).items).toEqual([{ ...event, content: null }])
  })
})

describe('retention', () => {
  it('takes texts away first, then the calls, and keeps the hours', async () => {
    const ctx = as(platform, 'auditor', 'kept')
    const content = { input: 'a', output: 'b' }
    await storeEvents(platform.store, [
      inProject('kept', { id: 'evt_kept_old', at: '2025-01-01T00:00:00.000Z', content }),
      inProject('kept', { id: 'evt_kept_month', at: '2026-04-01T00:00:00.000Z', content }),
      inProject('kept', { id: 'evt_kept_new', content }),
    ])
    await applyRetention(platform)
    const events = (await listEvents(ctx, {})).items.map(({ id }) => id)
    expect(events).toEqual(['evt_kept_new', 'evt_kept_month'])
    const content_of = async (id: string) => (await getEvent(as(platform, 'responder', 'kept'), id)).content
    expect([await content_of('evt_kept_month'), await content_of('evt_kept_new')]).toEqual([null, content])
    const april = { from: '2026-04-01T00:00:00.000Z', to: '2026-04-01T01:00:00.000Z' }
    expect((await readMetrics(ctx, { ...april, step_seconds: 60 })).series).toEqual([])
    expect((await readMetrics(ctx, { ...april, step_seconds: 3600 })).series[0]?.total.requests).toBe(1)
  })

  it('is changed by administrators only, against the version they saw', async () => {
    const admin = as(platform, 'administrator', 'rules')
    await expect(setRetention(as(platform, 'developer', 'rules'), { ifMatch: '*', policy: {} })).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(setRetention(admin, { ifMatch: undefined, policy: {} })).rejects.toMatchObject({ code: 'precondition_required' })
    expect(await setRetention(admin, { ifMatch: '"0"', policy: { content: 'none' } })).toMatchObject({
      version: 1,
      policy: { content: 'none', event_days: 395 },
    })
    await expectAudit(admin, 'monitoring.set-retention', 'rules')
    // Texts are not kept again because somebody changed a number of days.
    expect((await setRetention(admin, { ifMatch: '"1"', policy: { event_days: 100 } })).policy).toMatchObject({ content: 'none', event_days: 100 })
    await expect(setRetention(admin, { ifMatch: '"0"', policy: {} })).rejects.toMatchObject({ code: 'precondition_failed' })
    await expect(setRetention(admin, { ifMatch: '*', policy: { event_days: 0 } })).rejects.toMatchObject({ issues: [{ path: 'event_days' }] })
    expect((await loadRetentionForGateway(platform)).content).toBe('masked')
    await storeEvents(platform.store, [inProject('rules', { content: { input: 'a', output: null } })])
    await applyRetention(platform)
    expect((await listEvents(admin, {})).items).toHaveLength(1)
    expect((await getEvent(admin, (await listEvents(admin, {})).items[0]!.id)).content).toBeNull()
  })
})

describe('a price', () => {
  it('is set, replaced, audited, and given to the gateway', async () => {
    const developer = as(platform, 'developer')
    const price = { connection: 'c', upstream_model: 'm', input_micros_per_million: 150_000, output_micros_per_million: 600_000 }
    await setPrice(developer, price)
    await setPrice(developer, { ...price, output_micros_per_million: 1 })
    expect(await loadPricesForGateway(platform)).toEqual([{ ...price, output_micros_per_million: 1 }])
    await expectAudit(developer, 'monitoring.set-price', 'c/m')
    await expect(setPrice(as(platform, 'auditor'), price)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(setPrice(developer, { ...price, input_micros_per_million: -1 })).rejects.toMatchObject({
      issues: [{ path: 'input_micros_per_million' }],
    })
  })
})

describe('the pipeline', () => {
  it('takes an event from the gateway’s hand to the store, and what was left on disk from the run before', async () => {
    const folder = join(platform.folder, 'pipeline')
    const first = await startEventPipeline(platform, folder)
    const event = inProject('piped', { content: { input: 'a\u0000b', output: null } })
    first.spool.append(event)
    await expect.poll(() => first.stats().shipped, { timeout: 5_000 }).toBe(1)
    expect(first.stats()).toMatchObject({ state: 'ok', durable: 1, backlog_bytes: 0, missing: 0, dead_letters: 0 })
    await first.stop()
    // A run that died before it shipped: its segment is all there is.
    const dead = createSpool({ folder, log: platform.log })
    dead.append(inProject('piped'))
    await dead.close()
    const second = await startEventPipeline(platform, folder)
    await second.stop()
    const { items } = await listEvents(as(platform, 'auditor', 'piped'), {})
    expect(items).toHaveLength(2)
    expect((await getEvent(as(platform, 'responder', 'piped'), event.id)).content).toEqual({ input: 'a\uFFFDb', output: null })
  })
})

describe('the live feed', () => {
  it('ends by itself without a late write, serves only so many, and forgets who left', async () => {
    const feed = createLiveFeed({ everyMs: 5, maxWatchers: 2, maxLifeMs: 60 })
    const ctx = as(platform, 'auditor', 'feed')
    const server = createServer((_request, response) => {
      feed.watch(ctx, {}, response).catch((error: { code: string }) => response.writeHead(503).end(error.code))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const watch = async () => (await fetch(`http://127.0.0.1:${port}`)).text()
    const texts = await Promise.all([watch(), watch(), watch()])
    expect(texts.filter((text) => text === 'too_many_watchers')).toHaveLength(1)
    expect(texts.filter((text) => text.includes('event: history'))).toHaveLength(2)
    await expect.poll(() => feed.watchers).toBe(0)
    server.close()
  })
})

describe('the routes', async () => {
  const stats: Pipeline = {
    state: 'ok',
    appended: 1,
    durable: 1,
    dropped: 0,
    commits: 1,
    failed_commits: 0,
    last_error: null,
    shipped: 1,
    backlog_bytes: 0,
    backlog_age_ms: 0,
    dead_letters: 0,
    missing: 0,
    failures_in_a_row: 0,
  }
  const app = await testServer(platform, monitoringRoutes({ pipeline: () => stats }))
  const headers = actingAs(person(['auditor']), 'by-route')

  it('answer with events, metrics, retention and the state of the pipeline', async () => {
    const event = inProject('by-route', { endpoint: 'e'.repeat(200) })
    await storeEvents(platform.store, [event])
    const get = async (url: string) => (await app.inject({ method: 'GET', url, headers })).json()
    expect((await get('/api/v1/events?limit=1')).items).toEqual([event])
    expect(await get(`/api/v1/events/${event.id}`)).toEqual(event)
    expect((await get('/api/v1/metrics?group_by=criticality&simulated=true')).series[0]).toMatchObject({ group: 'high', total: { requests: 1 } })
    expect(await get('/api/v1/metrics/pipeline')).toEqual(stats)
    const retention = await app.inject({ method: 'GET', url: '/api/v1/events/retention', headers })
    expect([retention.headers.etag, retention.json().content]).toEqual(['"0"', 'masked'])
    expect((await get('/api/v1/events/none')).code).toBe('not_found')
    expect((await get('/api/v1/metrics?step_seconds=7')).errors).toMatchObject([{ path: 'step_seconds' }])
    expect((await get('/api/v1/events?outcome=maybe')).errors).toMatchObject([{ path: 'outcome' }])
  })

  it('stream the last hour, then what changes', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const controller = new AbortController()
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/metrics/live?endpoint=live`, {
      headers: actingAs(person(['auditor']), 'live'),
      signal: controller.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = pattern.exec(text)
        if (found !== null) return found
        text += (await reader.read()).value ?? ''
      }
    }
    const history = JSON.parse((await until(/event: history\ndata: (.*)\n\n/))[1]!)
    expect(history.points).toHaveLength(60)
    expect(history.points.at(-1)).toMatchObject({ start_at: '2026-06-01T12:00:00.000Z', requests: 0 })
    await storeEvents(platform.store, [
      inferenceEvent({ project: 'live', endpoint: 'live' }),
      inferenceEvent({ project: 'live', endpoint: 'another' }),
    ])
    const [, changed] = await until(/event: metrics\ndata: (.*"requests":1,.*)\n\n/)
    expect(JSON.parse(changed!).points).toMatchObject([{ requests: 0 }, { start_at: '2026-06-01T12:00:00.000Z', requests: 1 }])
    controller.abort()
    await app.close()
  })
})
