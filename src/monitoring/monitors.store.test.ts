import { describe, expect, it } from 'vitest'
import { silentLogger } from '#platform/logging'
import { createOutbox, type Message } from '#platform/outbox'
import { expectAudit } from '../../test/support/audit.ts'
import { inferenceEvent } from '../../test/support/events.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { acknowledgeAlert } from './acknowledge-alert.ts'
import { deleteMonitor } from './delete-monitor.ts'
import { createMonitor, evaluateMonitors, monitoringRoutes, storeEvents } from './index.ts'
import { getAlert, getMonitor, listAlerts, listMonitors } from './read-monitors.ts'
import { updateMonitor } from './update-monitor.ts'

const platform = await testPlatform()
const { clock } = platform
const isoNow = (): string => new Date(clock.now()).toISOString()

const outbox = createOutbox(platform.store, clock, silentLogger())
const messages: Message[] = []
outbox.subscribe('monitoring.', async (message) => void messages.push(message))

const calls = (project: string, count: number, failing: number): Promise<void> =>
  storeEvents(
    platform.store,
    Array.from({ length: count }, (_, i) =>
      inferenceEvent({ project, at: isoNow(), ...(i < failing ? { status: 502, code: 'upstream_error', latency_ms: 5 } : {}) }),
    ),
  )

const errorRate = { metric: 'error_rate', comparator: 'above', threshold: 0.1, clear_threshold: 0.05, min_count: 10, window_minutes: 2 } as const
const pass = async (seconds: number): Promise<void> => {
  clock.advance(seconds * 1000)
  await evaluateMonitors(platform)
}
const alertsOf = async (project: string) => (await listAlerts(as(platform, 'auditor', project), { limit: 50 })).items

describe('a monitor', () => {
  it('fires once, stays through the edge, and is resolved after a minute of health', async () => {
    const ctx = as(platform, 'responder', 'life')
    const monitor = await createMonitor(ctx, { name: 'errors', ...errorRate })
    await expectAudit(ctx, 'monitoring.create-monitor', monitor.id)
    await calls('life', 9, 9)
    await pass(1)
    expect(await alertsOf('life')).toEqual([])
    await calls('life', 11, 0)
    await pass(1)
    await pass(5)
    const [alert, ...others] = await alertsOf('life')
    expect(others).toEqual([])
    expect(alert).toMatchObject({
      monitor_name: 'errors',
      state: 'firing',
      details: {
        value: 0.45,
        count: 20,
        endpoint: 'support',
        release: `sha256:${'a'.repeat(64)}`,
        criticality: 'high',
        domain: 'billing',
        simulated: true,
      },
    })
    await expectAudit(ctx, 'monitoring.evaluate-monitors', alert!.id)
    expect(await getMonitor(ctx, monitor.id)).toMatchObject({
      firing_alert: alert!.id,
      last_value: 0.45,
      last_count: 20,
      last_evaluated_at: isoNow(),
    })

    await calls('life', 130, 0)
    await pass(5)
    expect(await getMonitor(ctx, monitor.id)).toMatchObject({ last_value: 0.06, firing_alert: alert!.id })
    clock.advance(180_000)
    await calls('life', 20, 0)
    await pass(5)
    expect((await getAlert(ctx, alert!.id)).state).toBe('firing')
    await pass(30)
    await calls('life', 20, 0)
    await pass(30)
    expect(await getAlert(ctx, alert!.id)).toMatchObject({ state: 'resolved', resolution: 'recovered', resolved_at: isoNow() })
    await outbox.drain()
    expect(messages.filter(({ project }) => project === 'life').map(({ topic, payload }) => [topic, payload.id, payload.state])).toEqual([
      ['monitoring.alert-fired', alert!.id, 'firing'],
      ['monitoring.alert-resolved', alert!.id, 'resolved'],
    ])
  })

  it('fires one alert when several processes evaluate at the same moment, and resolves it once', async () => {
    await createMonitor(as(platform, 'responder', 'many'), { name: 'errors', ...errorRate, clear_after_seconds: 0 })
    await calls('many', 20, 20)
    await Promise.all(Array.from({ length: 5 }, () => evaluateMonitors(platform)))
    expect(await alertsOf('many')).toHaveLength(1)
    clock.advance(600_000)
    await Promise.all(Array.from({ length: 5 }, () => evaluateMonitors(platform)))
    expect(await alertsOf('many')).toMatchObject([{ state: 'resolved', resolution: 'too-few-calls' }])
    await outbox.drain()
    expect(messages.filter(({ project }) => project === 'many')).toHaveLength(2)
  })

  it('looks only at the traffic it names', async () => {
    const ctx = as(platform, 'developer', 'narrow')
    await createMonitor(ctx, { name: 'other-endpoint', ...errorRate, endpoint: 'another' })
    await createMonitor(ctx, { name: 'critical-only', ...errorRate, criticality: 'critical' })
    await createMonitor(ctx, { name: 'slow', metric: 'latency_p95_ms', comparator: 'above', threshold: 200, min_count: 1, criticality: 'high' })
    await createMonitor(ctx, { name: 'silent', metric: 'requests', comparator: 'below', threshold: 1, min_count: 0, endpoint: 'nobody' })
    await createMonitor(ctx, { name: 'day', metric: 'cost_micros', comparator: 'above', threshold: 1, window_minutes: 1440, enabled: false })
    await calls('narrow', 20, 10)
    await pass(1)
    const alerts = await alertsOf('narrow')
    expect(alerts.map((alert) => alert.monitor_name).sort()).toEqual(['silent', 'slow'])
    // Failed calls are quick and do not count as answers.
    expect(alerts.find((alert) => alert.monitor_name === 'slow')?.details.value).toBeCloseTo(250, -1)
  })

  it('is changed against the version that was seen; the alert of the old rule ends', async () => {
    const ctx = as(platform, 'responder', 'changed')
    const definition = { name: 'errors', ...errorRate }
    const monitor = await createMonitor(ctx, definition)
    await calls('changed', 20, 20)
    await pass(1)
    const change = (ifMatch: string | undefined, changes: Record<string, unknown>) =>
      updateMonitor(ctx, { id: monitor.id, ifMatch, monitor: { ...definition, ...changes } })
    await expect(change(undefined, {})).rejects.toMatchObject({ code: 'precondition_required' })
    await expect(change('"7"', {})).rejects.toMatchObject({ code: 'precondition_failed' })
    await expect(change('"1"', { name: 'renamed' })).rejects.toMatchObject({ issues: [{ path: 'name' }] })
    await expect(change('"1"', { clear_threshold: 0.2 })).rejects.toMatchObject({ issues: [{ path: 'clear_threshold' }] })
    const results = await Promise.allSettled([change('"1"', { threshold: 0.5 }), change('"1"', { threshold: 0.6 })])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await alertsOf('changed')).toMatchObject([{ state: 'resolved', resolution: 'monitor-changed' }])
    await pass(1)
    expect((await alertsOf('changed')).map(({ state }) => state)).toEqual(['firing', 'resolved'])
    await deleteMonitor(ctx, monitor.id)
    await expectAudit(ctx, 'monitoring.delete-monitor', monitor.id)
    await expect(deleteMonitor(ctx, monitor.id)).rejects.toMatchObject({ code: 'not_found' })
    expect((await alertsOf('changed')).map(({ resolution }) => resolution)).toEqual(['monitor-deleted', 'monitor-changed'])
    expect((await createMonitor(ctx, definition)).id).not.toBe(monitor.id)
  })

  it('is refused with the field, for the wrong role, and under a name that is taken', async () => {
    const ctx = as(platform, 'responder', 'refused')
    const bad = (changes: Record<string, unknown>) => createMonitor(ctx, { name: 'errors', ...errorRate, ...changes })
    await expect(bad({ metric: 'happiness' })).rejects.toMatchObject({ issues: [{ path: 'metric' }] })
    await expect(bad({ threshold: Number.NaN })).rejects.toMatchObject({ issues: [{ path: 'threshold' }] })
    await expect(bad({ threshold: '0.1' })).rejects.toMatchObject({ issues: [{ path: 'threshold' }] })
    await expect(bad({ window_minutes: 100_000 })).rejects.toMatchObject({ issues: [{ path: 'window_minutes' }] })
    await expect(bad({ owner: 'x' })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(createMonitor(as(platform, 'auditor', 'refused'), { name: 'errors', ...errorRate })).rejects.toMatchObject({
      code: 'permission_denied',
    })
    const results = await Promise.allSettled([bad({}), bad({}), bad({})])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(bad({})).rejects.toMatchObject({ code: 'monitor_exists' })
    expect((await listMonitors(ctx, { limit: 10 })).items).toMatchObject([{ name: 'errors', firing_alert: null }])
  })
})

describe('an alert', async () => {
  const app = await testServer(platform, monitoringRoutes({ pipeline: () => ({}) as never }))

  it('is acknowledged by a responder while it fires, and listed by state', async () => {
    const responder = person(['responder'], { name: 'Rae' })
    const headers = actingAs(responder, 'ack')
    const created = await app.inject({ method: 'POST', url: '/api/v1/monitors', headers, payload: { name: 'errors', ...errorRate } })
    expect([created.statusCode, created.headers.etag]).toEqual([201, '"1"'])
    await calls('ack', 20, 20)
    await pass(1)
    const [alert] = (await app.inject({ method: 'GET', url: '/api/v1/alerts?status=firing', headers })).json().items
    const acknowledge = (who: Record<string, string>) => app.inject({ method: 'POST', url: `/api/v1/alerts/${alert.id}/acknowledge`, headers: who })
    expect((await acknowledge(actingAs(person(['auditor']), 'ack'))).statusCode).toBe(403)
    const answers = await Promise.all([acknowledge(headers), acknowledge(headers)])
    expect(answers.map(({ statusCode }) => statusCode)).toContain(200)
    expect((await acknowledge(headers)).json()).toMatchObject({ acknowledged_by: 'Rae', state: 'firing' })
    await expectAudit(as(platform, responder, 'ack'), 'monitoring.acknowledge-alert', alert.id)
    const changed = await app.inject({
      method: 'PUT',
      url: `/api/v1/monitors/${created.json().id}`,
      headers: { ...headers, 'if-match': '"1"' },
      payload: { name: 'errors', ...errorRate, enabled: false },
    })
    expect([changed.statusCode, changed.headers.etag]).toEqual([200, '"2"'])
    expect((await app.inject({ method: 'GET', url: `/api/v1/alerts/${alert.id}`, headers })).json()).toMatchObject({ resolution: 'monitor-disabled' })
    await expect(acknowledgeAlert(as(platform, responder, 'ack'), 'alr_none')).rejects.toMatchObject({ code: 'not_found' })
    expect((await app.inject({ method: 'DELETE', url: `/api/v1/monitors/${created.json().id}`, headers })).statusCode).toBe(204)
    expect((await app.inject({ method: 'GET', url: '/api/v1/monitors', headers })).json()).toEqual({ items: [], next_cursor: null })
  })
})
