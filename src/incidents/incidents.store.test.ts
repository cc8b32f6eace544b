import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Alert } from '#monitoring'
import { defineErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { silentLogger } from '#platform/logging'
import { createOutbox, insertMessages } from '#platform/outbox'
import { expectAudit } from '../../test/support/audit.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { changeState } from './change-state.ts'
import { incidentRoutes, listIncidents, type Mitigations, openIncident, subscribeIncidents } from './index.ts'
import { mitigate } from './mitigate.ts'
import { getIncident, listSteps, listTimeline } from './read.ts'

const platform = await testPlatform()
const errors = defineErrors({ test_release_unknown: { status: 404, message: 'There is no such release.' } })

/** Records what it was asked; says no to one release, and breaks on another. */
const calls: { verb: string; actor: string; target: string; reason: string }[] = []
const asked = (verb: string, actor: string, target: string, reason: string) => {
  calls.push({ verb, actor, target, reason })
  if (target === 'sha256:unknown') throw errors.test_release_unknown()
  if (target === 'sha256:broken') throw new Error('connect ECONNREFUSED 10.0.0.7')
}
const mitigations: Mitigations = {
  suspendRelease: async (ctx, { digest, reason }) => asked('suspend', ctx.actor.kind, digest, reason),
  rollbackEndpoint: async (ctx, { endpoint, reason }) => asked('rollback', ctx.actor.kind, endpoint, reason),
  restoreRelease: async (ctx, { digest, reason }) => asked('restore', ctx.actor.kind, digest, reason),
}
const outbox = createOutbox(platform.store, platform.clock, silentLogger())
subscribeIncidents(platform, outbox, mitigations)

const alertOf = (changes: Partial<Omit<Alert, 'details'>> = {}, details: Partial<Alert['details']> = {}): Alert => ({
  id: newId('alr'),
  monitor_id: 'mon_1',
  monitor_name: 'errors',
  state: 'firing',
  fired_at: '2026-06-01T12:00:00.000Z',
  resolved_at: null,
  resolution: null,
  acknowledged_at: null,
  acknowledged_by: null,
  details: {
    metric: 'error_rate',
    comparator: 'above',
    threshold: 0.1,
    value: 0.45,
    count: 20,
    window_minutes: 2,
    from: '2026-06-01T11:58:00.000Z',
    to: '2026-06-01T12:00:00.000Z',
    impact: 'slo-burn',
    criticality: 'high',
    endpoint: 'support',
    release: 'sha256:one',
    domain: 'billing',
    compliance: null,
    cost_centre: null,
    simulated: true,
    ...details,
  },
  ...changes,
})
const deliver = async (project: string, topic: string, alert: Alert): Promise<void> => {
  await insertMessages(platform.store.at(project), [{ topic, payload: { ...alert } }], platform.clock.now())
  await outbox.drain()
}
const all = async (project: string) => (await listIncidents(as(platform, 'auditor', project), { limit: 50 })).items
const timelineOf = async (project: string, id: string) => (await listTimeline(as(platform, 'auditor', project), id, { limit: 200 })).items
const declared = { title: 'Wrong refunds', impact: 'wrong-decisions', criticality: 'high', endpoint: 'support', release: 'sha256:one' }

describe('an alert', () => {
  it('opens one incident however often its message comes, with the severity and what it was made from', async () => {
    const alert = alertOf()
    for (let i = 0; i < 3; i += 1) await deliver('opens', 'monitoring.alert-fired', alert)
    const [incident, ...others] = await all('opens')
    expect(others).toEqual([])
    expect(incident).toMatchObject({
      title: 'errors on support',
      state: 'suspected',
      severity: 'sev2',
      endpoint: 'support',
      release: 'sha256:one',
      alert_id: alert.id,
      simulated: true,
      assessment: { matrix_version: 0, cell: 'sev2', inputs: { impact: 'slo-burn', criticality: 'high' } },
      targets: { acknowledge_minutes: 60 },
    })
    await expectAudit(as(platform, 'auditor', 'opens'), 'incidents.open-incident', incident!.id)
    expect((await timelineOf('opens', incident!.id)).map(({ kind, text }) => [kind, text])).toEqual([
      ['opened', 'Opened by an alert.'],
      ['alert', 'errors: error_rate was 0.45 (above 0.1) in 20 calls of the last 2 min.'],
    ])
    for (let i = 0; i < 2; i += 1) await deliver('opens', 'monitoring.alert-resolved', { ...alert, state: 'resolved', resolution: 'recovered' })
    expect((await timelineOf('opens', incident!.id)).slice(2)).toMatchObject([{ kind: 'alert', text: 'errors is well again (recovered).' }])
  })

  it('joins the incident that its monitor has open, also when both come at once; after that one is resolved it opens another', async () => {
    const ctx = as(platform, 'responder', 'joins')
    const at = platform.store.at('joins')
    const topic = 'monitoring.alert-fired'
    await insertMessages(
      at,
      [
        { topic, payload: { ...alertOf() } },
        { topic, payload: { ...alertOf() } },
        { topic, payload: { ...alertOf() } },
      ],
      platform.clock.now(),
    )
    const twin = createOutbox(platform.store, platform.clock, silentLogger())
    subscribeIncidents(platform, twin, mitigations)
    await Promise.all([outbox.drain(), twin.drain()])
    const [incident, ...others] = await all('joins')
    expect(others).toEqual([])
    expect((await timelineOf('joins', incident!.id)).filter(({ kind }) => kind === 'alert')).toHaveLength(3)
    await changeState(ctx, { id: incident!.id, change: { state: 'resolved', reason: 'false alarm' } })
    await deliver('joins', topic, alertOf())
    expect((await all('joins')).map(({ state }) => state).sort()).toEqual(['resolved', 'suspected'])
  })

  it('of little weight is only logged', async () => {
    const alert = alertOf({}, { impact: 'drift', criticality: 'low' })
    await deliver('light', 'monitoring.alert-fired', alert)
    await deliver('light', 'monitoring.alert-resolved', { ...alert, state: 'resolved', resolution: 'recovered' })
    expect(await all('light')).toEqual([])
    await expectAudit(as(platform, 'auditor', 'light'), 'incidents.open-incident', alert.id)
  })

  it('sets the automatic steps of the runbooks for it going, once, and leaves a failure to people', async () => {
    const app = await testServer(platform, incidentRoutes(mitigations))
    const headers = actingAs(person(['responder']), 'auto')
    const runbook = (name: string, applies: unknown, steps: unknown[]) =>
      app.inject({ method: 'POST', url: '/api/v1/runbooks', headers, payload: { name, applies, steps } })
    await runbook('stop', { impacts: ['harm'], at_least: 'sev1' }, [
      { kind: 'check', text: 'Look at the last answers' },
      { kind: 'suspend_release', text: 'Stop it', automatic: true },
      { kind: 'suspend_release', text: 'Stop the other', release: 'sha256:unknown', automatic: true },
      { kind: 'notify', text: 'Tell them', audience: 'risk', automatic: true },
      { kind: 'rollback_endpoint', text: 'By hand only' },
    ])
    await runbook('not-this', { endpoint: 'other' }, [{ kind: 'suspend_release', text: 'Never', automatic: true }])
    calls.length = 0
    const alert = alertOf({ monitor_id: 'mon_harm' }, { impact: 'harm', release: 'sha256:harmful' })
    for (let i = 0; i < 2; i += 1) await deliver('auto', 'monitoring.alert-fired', alert)
    const [incident] = await all('auto')
    expect(incident).toMatchObject({ state: 'contained', severity: 'sev0', contained_at: expect.any(String) })
    expect(calls.filter(({ target }) => target === 'sha256:harmful')).toMatchObject([{ verb: 'suspend', actor: 'system' }])
    expect((await listSteps(as(platform, 'auditor', 'auto'), incident!.id)).map(({ step, state }) => [step, state])).toEqual([
      [1, 'done'],
      [2, 'failed'],
      [3, 'done'],
    ])
    expect((await timelineOf('auto', incident!.id)).map(({ kind }) => kind)).toContain('notification')
  })
})

describe('an incident', () => {
  it('is declared by hand, and moves along its states only', async () => {
    const ctx = as(platform, person(['responder'], { name: 'Rae' }), 'states')
    const incident = await openIncident(ctx, declared)
    expect(incident).toMatchObject({ state: 'declared', severity: 'sev1', opened_by: 'Rae', version: 1 })
    const move = (state: string) => changeState(ctx, { id: incident.id, change: { state, reason: 'because' } })
    await expect(move('suspected')).rejects.toMatchObject({ code: 'incident_transition' })
    await expect(move('reviewed')).rejects.toMatchObject({ code: 'incident_transition' })
    await expect(move('declared')).rejects.toMatchObject({ code: 'incident_transition' })
    platform.clock.advance(60_000)
    expect((await move('contained')).contained_at).toBe(new Date(platform.clock.now()).toISOString())
    expect((await move('monitoring')).state).toBe('monitoring')
    const results = await Promise.allSettled([move('resolved'), move('resolved'), move('resolved')])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await timelineOf('states', incident.id)).filter(({ data }) => data.to === 'resolved')).toHaveLength(1)
    expect(await move('declared')).toMatchObject({ resolved_at: null })
    await move('resolved')
    await expect(move('reviewed')).rejects.toMatchObject({ code: 'post_mortem_missing' })
    await expectAudit(ctx, 'incidents.change-state', incident.id)
  })

  it('has a timeline that the store itself refuses to change', async () => {
    const incident = await openIncident(as(platform, 'responder', 'fixed'), declared)
    const [entry] = await timelineOf('fixed', incident.id)
    await expect(sql`update incidents_timeline set text = 'x' where id = ${entry!.id}`.execute(platform.store.root)).rejects.toThrow('append-only')
    await expect(sql`delete from incidents_timeline where id = ${entry!.id}`.execute(platform.store.root)).rejects.toThrow('append-only')
  })

  it('is stopped in one click: intent, deed and outcome stand on its timeline', async () => {
    const ctx = as(platform, 'responder', 'click')
    const incident = await openIncident(ctx, declared)
    calls.length = 0
    const act = (mitigation: unknown) => mitigate(ctx, mitigations, { id: incident.id, mitigation })
    expect(await act({ kind: 'suspend_release', reason: 'it refunds everyone' })).toMatchObject({ state: 'contained' })
    expect(calls).toEqual([{ verb: 'suspend', actor: 'person', target: 'sha256:one', reason: `it refunds everyone (incident ${incident.id})` }])
    await expectAudit(ctx, 'incidents.mitigate', incident.id)
    expect(await act({ kind: 'restore_release', reason: 'mended' })).toMatchObject({ state: 'monitoring' })
    expect(await act({ kind: 'rollback_endpoint', reason: 'again' })).toMatchObject({ state: 'contained' })
    await expect(act({ kind: 'suspend_release', release: 'sha256:unknown', reason: 'x' })).rejects.toMatchObject({ code: 'test_release_unknown' })
    const failure = act({ kind: 'suspend_release', release: 'sha256:broken', reason: 'x' })
    await expect(failure).rejects.toMatchObject({ code: 'mitigation_failed', message: expect.not.stringContaining('10.0.0.7') })
    await expect(act({ kind: 'suspend_release', reason: ' ' })).rejects.toMatchObject({ issues: [{ path: 'reason' }] })
    const entries = (await timelineOf('click', incident.id)).filter(({ kind }) => kind === 'mitigation')
    expect(entries.map(({ data }) => `${data.kind} ${data.phase}`)).toEqual([
      'suspend_release begun',
      'suspend_release done',
      'restore_release begun',
      'restore_release done',
      'rollback_endpoint begun',
      'rollback_endpoint done',
      'suspend_release begun',
      'suspend_release failed',
      'suspend_release begun',
      'suspend_release failed',
    ])
    expect(entries[0]?.data.evidence).toMatchObject({ state: 'declared', release: 'sha256:one' })
    const blank = await openIncident(ctx, { ...declared, release: null })
    await expect(mitigate(ctx, mitigations, { id: blank.id, mitigation: { kind: 'suspend_release', reason: 'x' } })).rejects.toMatchObject({
      code: 'mitigation_target_missing',
    })
    await changeState(ctx, { id: incident.id, change: { state: 'resolved', reason: 'done' } })
    await expect(act({ kind: 'suspend_release', reason: 'x' })).rejects.toMatchObject({ code: 'incident_closed' })
  })
})

describe('the routes', async () => {
  const app = await testServer(platform, incidentRoutes(mitigations))
  const responder = actingAs(person(['responder'], { name: 'Rae' }), 'routes')
  const call = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: unknown, headers: Record<string, string> = responder) => {
    const answer = await app.inject({ method, url: `/api/v1${url}`, headers, ...(payload === undefined ? {} : { payload: payload as object }) })
    return { status: answer.statusCode, body: answer.json(), etag: answer.headers.etag as string }
  }

  it('run a runbook step by step, each once, and keep old versions apart', async () => {
    const steps = [
      { kind: 'check', text: 'Is it still wrong?' },
      { kind: 'rollback_endpoint', text: 'Go back' },
      { kind: 'notify', text: 'Tell the owners', audience: 'owners' },
    ]
    const runbook = await call('POST', '/runbooks', { name: 'refunds', steps })
    expect([runbook.status, runbook.etag, runbook.body.version]).toEqual([201, '"1"', 1])
    expect((await call('POST', '/runbooks', { name: 'refunds', steps })).body.code).toBe('runbook_exists')
    expect((await call('PUT', `/runbooks/${runbook.body.id}`, { name: 'refunds', steps })).status).toBe(428)
    const edit = () =>
      call(
        'PUT',
        `/runbooks/${runbook.body.id}`,
        { name: 'refunds', steps: [...steps, { kind: 'note', text: 'Write it down' }] },
        { ...responder, 'if-match': '"1"' },
      )
    expect((await Promise.all([edit(), edit()])).map(({ status }) => status === 200).sort()).toEqual([false, true])
    const incident = (await call('POST', '/incidents', declared)).body
    expect((await call('GET', `/incidents/${incident.id}/runbooks`)).body.items).toMatchObject([{ name: 'refunds', version: 2 }])
    calls.length = 0
    const run = (step: number, headers = responder) =>
      call('POST', `/incidents/${incident.id}/steps`, { runbook_id: runbook.body.id, step, outcome: 'seen' }, headers)
    expect((await run(0)).body).toMatchObject({ state: 'done', runbook_version: 2, actor: 'Rae' })
    expect((await run(0)).body).toMatchObject({ code: 'step_already_run' })
    const twice = await Promise.all([run(1), run(1), run(1)])
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect(calls).toMatchObject([{ verb: 'rollback', target: 'support' }])
    expect((await run(9)).status).toBe(404)
    expect((await run(2, actingAs(person(['developer']), 'routes'))).status).toBe(403)
    expect((await call('GET', `/incidents/${incident.id}/steps`)).body.items).toHaveLength(2)
    expect((await call('GET', `/incidents/${incident.id}`)).body.state).toBe('contained')
  })

  it('correct the severity by its inputs, assign roles, take notes', async () => {
    const { id } = (await call('POST', '/incidents', declared)).body
    expect((await call('POST', `/incidents/${id}/severity`, { impact: 'harm', criticality: 'high' })).body).toMatchObject({
      severity: 'sev0',
      targets: { acknowledge_minutes: 5 },
    })
    expect((await call('POST', `/incidents/${id}/severity`, { impact: 'drift', criticality: 'low' })).body).toMatchObject({ severity: 'sev4' })
    expect((await call('PUT', `/incidents/${id}/roles/commander`, { person: 'Rae' })).body.roles).toEqual({ commander: 'Rae' })
    expect((await call('PUT', `/incidents/${id}/roles/king`, { person: 'Rae' })).status).toBe(400)
    expect((await call('POST', `/incidents/${id}/notes`, { text: 'called the owner' }, actingAs(person(['approver']), 'routes'))).status).toBe(200)
    const timeline = (await call('GET', `/incidents/${id}/timeline?limit=2`)).body
    expect(timeline.items).toHaveLength(2)
    const rest = (await call('GET', `/incidents/${id}/timeline?cursor=${timeline.next_cursor}`)).body
    expect(rest.items.map(({ kind }: { kind: string }) => kind)).toEqual(['severity', 'role', 'note'])
    expect((await call('GET', '/incidents?status=open&severity=sev4')).body.items).toMatchObject([{ id }])
    expect((await call('GET', '/incidents?cursor=x')).status).toBe(400)
  })

  it('take an incident to its review, with a post-mortem that is whole, signed by digest and final', async () => {
    const { id } = (await call('POST', '/incidents', declared)).body
    platform.clock.advance(120_000)
    await call('POST', `/incidents/${id}/suspend-release`, { reason: 'stop' })
    platform.clock.advance(60_000)
    await call('POST', `/incidents/${id}/state`, { state: 'resolved', reason: 'new release' })
    const draft = await call('GET', `/incidents/${id}/post-mortem`)
    expect(draft).toMatchObject({
      etag: '"0"',
      body: { version: 0, measured: { detection_seconds: null, containment_seconds: 120, resolution_seconds: 180 } },
    })
    expect(draft.body.missing).toContain('lessons')
    const url = `/incidents/${id}/post-mortem`
    const half = { summary: 'Refunds went out', impact: '12 people', detection: 'a call', lessons: '' }
    expect((await call('PUT', url, half)).status).toBe(428)
    expect((await call('PUT', url, half, { ...responder, 'if-match': '"0"' })).body).toMatchObject({
      version: 1,
      missing: ['lessons', 'contributing_factors'],
    })
    expect((await call('PUT', url, half, { ...responder, 'if-match': '"0"' })).status).toBe(412)
    expect((await call('POST', `${url}/publish`)).body).toMatchObject({ code: 'post_mortem_incomplete' })
    // What this save leaves out was written before, and stays.
    const whole = {
      lessons: 'test refunds',
      contributing_factors: ['no case for it'],
      actions: [{ text: 'add a case', owner: 'Dee', due_on: '2026-07-01' }],
    }
    expect((await call('PUT', url, whole, { ...responder, 'if-match': '"1"' })).body).toMatchObject({ ...half, ...whole, version: 2 })
    expect((await call('POST', `/incidents/${id}/state`, { state: 'reviewed', reason: 'x' })).body.code).toBe('post_mortem_missing')
    const published = await call('POST', `${url}/publish`)
    expect(published.body).toMatchObject({ published_by: 'Rae', digest: expect.stringMatching(/^sha256:/) })
    expect((await call('POST', `${url}/publish`)).body.code).toBe('post_mortem_published')
    expect((await call('PUT', url, half, { ...responder, 'if-match': '*' })).body.code).toBe('post_mortem_published')
    expect((await call('POST', `/incidents/${id}/state`, { state: 'reviewed', reason: 'learned' })).body.state).toBe('reviewed')
    expect((await call('POST', `/incidents/${id}/state`, { state: 'declared', reason: 'no' })).body.code).toBe('incident_transition')
  })

  it('change the matrix for new incidents only, by administrators', async () => {
    const admin = actingAs(person(['administrator']), 'matrix')
    const before = await call('GET', '/incidents/severity-matrix', undefined, admin)
    expect(before.etag).toBe('"0"')
    const old = (await call('POST', '/incidents', declared, admin)).body
    const changed = { ...before.body, high: { ...before.body.high, 'wrong-decisions': 'sev4' } }
    expect((await call('PUT', '/incidents/severity-matrix', changed, { ...admin, 'if-match': '"0"' })).etag).toBe('"1"')
    expect((await call('PUT', '/incidents/severity-matrix', changed, { ...admin, 'if-match': '"0"' })).status).toBe(412)
    expect((await call('PUT', '/incidents/severity-matrix', { ...changed, low: {} }, { ...admin, 'if-match': '*' })).status).toBe(400)
    expect((await call('PUT', '/incidents/severity-matrix', changed, { ...actingAs(person(['responder']), 'matrix'), 'if-match': '*' })).status).toBe(
      403,
    )
    expect((await call('POST', '/incidents', declared, admin)).body).toMatchObject({ severity: 'sev4', assessment: { matrix_version: 1 } })
    expect((await call('GET', `/incidents/${old.id}`, undefined, admin)).body).toMatchObject({ severity: 'sev1', assessment: { matrix_version: 0 } })
  })

  it('refuse the wrong role, the wrong field, the unknown and the other project', async () => {
    const auditor = actingAs(person(['auditor']), 'routes')
    expect((await call('POST', '/incidents', declared, auditor)).status).toBe(403)
    expect((await call('POST', '/incidents', { ...declared, impact: 'boredom' })).body.errors).toMatchObject([{ path: 'impact' }])
    expect((await call('POST', '/incidents', { ...declared, title: 'x'.repeat(201) })).body.errors).toMatchObject([{ path: 'title' }])
    expect((await call('POST', '/incidents', { ...declared, severity: 'sev4' })).status).toBe(400)
    expect((await call('POST', '/incidents/inc_none/notes', { text: 'x' })).status).toBe(404)
    const { id } = (await call('POST', '/incidents', declared)).body
    expect((await call('GET', `/incidents/${id}`, undefined, actingAs(person(['responder']), 'elsewhere'))).status).toBe(404)
    expect((await call('POST', `/incidents/${id}/suspend-release`, { reason: 'x' }, actingAs(person(['developer']), 'routes'))).status).toBe(403)
    expect((await call('POST', '/incidents', { ...declared, impact: 'drift', criticality: 'low' })).body.code).toBe('incident_not_severe')
    expect(await getIncident(as(platform, 'auditor', 'routes'), id)).toMatchObject({ state: 'declared' })
  })
})
