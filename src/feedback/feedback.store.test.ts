import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { getDataset } from '#assessment'
import { listIncidents } from '#incidents'
import { storeEvents } from '#monitoring'
import type { InferenceEvent } from '#monitoring/hot'
import { silentLogger } from '#platform/logging'
import { createOutbox } from '#platform/outbox'
import { expectAudit } from '../../test/support/audit.ts'
import { inferenceEvent } from '../../test/support/events.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { type AddEvaluationCase, collectFeedback, type EvaluationCase, feedbackRoutes, linkParked, subscribeFeedback } from './index.ts'
import { feedbackStatus, getFeedback, listFeedback, summariseFeedback } from './read.ts'
import { triageFeedback } from './triage.ts'

const platform = await testPlatform()
const outbox = createOutbox(platform.store, platform.clock, silentLogger())
subscribeFeedback(platform, outbox)

const callerIn = (project: string, principal = 'app-one') => ({ project, principal, key_id: 'key_one' })
const say = (project: string, input: Record<string, unknown>, principal?: string) =>
  collectFeedback(platform, callerIn(project, principal), { score: -1, ...input })
const callIn = async (project: string, changes: Partial<InferenceEvent> = {}): Promise<InferenceEvent> => {
  const event = inferenceEvent({ project, ...changes })
  await storeEvents(platform.store, [event])
  return event
}

describe('feedback', () => {
  it('is linked to its call and release, with personal data masked before it is stored', async () => {
    const event = await callIn('linked')
    const receipt = await say('linked', {
      request_id: event.request_id,
      category: 'wrong',
      comment: 'Write to ann@example.com or 4111 1111 1111 1111',
      expected: 'Ask bob@example.com, key AKIAIOSFODNN7EXAMPLE',
    })
    expect(receipt.state).toBe('received')
    const ctx = as(platform, 'auditor', 'linked')
    const feedback = await getFeedback(ctx, receipt.id)
    expect(feedback).toMatchObject({
      event_id: event.id,
      release: event.release,
      endpoint: 'support',
      principal: 'app-one',
      criticality: 'high',
      simulated: true,
    })
    await expectAudit(ctx, 'feedback.collect', receipt.id)
    const { rows } = await sql<{ row: string }>`select to_jsonb(feedback)::text as row from feedback where id = ${receipt.id}`.execute(
      platform.store.root,
    )
    expect(rows[0]?.row).not.toMatch(/ann@|bob@|4111|AKIAIOSF/)
    expect(feedback.comment).toMatch(/^Write to .+ or .+/)
  })

  it('on a call that is not stored yet is parked, and linked when it comes', async () => {
    const event = inferenceEvent({ project: 'parked' })
    const receipt = await say('parked', { request_id: event.request_id })
    expect(receipt.state).toBe('parked')
    await linkParked(platform)
    const ctx = as(platform, 'auditor', 'parked')
    expect((await getFeedback(ctx, receipt.id)).state).toBe('parked')
    await storeEvents(platform.store, [event])
    await Promise.all([linkParked(platform), linkParked(platform), linkParked(platform)])
    expect(await getFeedback(ctx, receipt.id)).toMatchObject({ state: 'received', event_id: event.id, release: event.release, version: 2 })
  })

  it('on a call that never comes, or was somebody else’s, is never linked', async () => {
    const event = await callIn('foreign')
    const receipt = await say('foreign', { request_id: event.request_id }, 'another-app')
    await linkParked(platform)
    const ctx = as(platform, 'auditor', 'foreign')
    expect(await getFeedback(ctx, receipt.id)).toMatchObject({ state: 'parked', event_id: null, release: null })
    platform.clock.advance(8 * 86_400_000)
    await linkParked(platform)
    expect((await getFeedback(ctx, receipt.id)).state).toBe('unmatched')
    await expect(triageFeedback(as(platform, 'responder', 'foreign'), { id: receipt.id, triage: { state: 'accepted' } })).rejects.toMatchObject({
      code: 'feedback_transition',
    })
  })

  it('is one a voice and call, however often it is sent; a voice may change its mind until somebody looks', async () => {
    const event = await callIn('once')
    const ctx = as(platform, 'auditor', 'once')
    const first = await say('once', { request_id: event.request_id, category: 'slow', reporter: 'u1' })
    const again = await say('once', { request_id: event.request_id, category: 'slow', reporter: 'u1' })
    expect(again).toEqual(first)
    await Promise.all(Array.from({ length: 5 }, () => say('once', { request_id: event.request_id, category: 'praise', score: 1, reporter: 'u2' })))
    expect((await listFeedback(ctx, {})).items).toHaveLength(2)
    const changed = await say('once', { request_id: event.request_id, category: 'wrong', reporter: 'u1' })
    expect(changed.id).toBe(first.id)
    expect(await getFeedback(ctx, first.id)).toMatchObject({ category: 'wrong', version: 2 })
    await triageFeedback(as(platform, 'responder', 'once'), { id: first.id, triage: { state: 'in-review' } })
    await expect(say('once', { request_id: event.request_id, category: 'slow', reporter: 'u1' })).rejects.toMatchObject({ code: 'feedback_in_hand' })
    const { rows } = await sql<{ reporter: string }>`select reporter from feedback where id = ${first.id}`.execute(platform.store.root)
    expect(rows[0]?.reporter).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    [{ score: 2 }, 'score'],
    [{ score: 'good' }, 'score'],
    [{ score: Number.NaN }, 'score'],
    [{ category: 'mood' }, 'category'],
    [{ comment: 'x'.repeat(4001) }, 'comment'],
    [{ request_id: '' }, 'request_id'],
    [{ request_id: 'a\u0000' }, 'request_id'],
    [{ request_id: 'a\ud800' }, 'request_id'],
    [{ request_id: 7 }, 'request_id'],
  ])('%j is refused with the field', async (changes, path) => {
    await expect(say('refused', { request_id: 'r', ...changes })).rejects.toMatchObject({ code: 'invalid_request', issues: [{ path }] })
  })

  it('with characters that cannot be stored is stored without them', async () => {
    const event = await callIn('odd')
    const { id } = await say('odd', { request_id: event.request_id, comment: 'a\u0000b\ud800c' })
    expect((await getFeedback(as(platform, 'auditor', 'odd'), id)).comment).toBe('a\uFFFDb\uFFFDc')
  })
})

describe('harm', () => {
  it('reported by two people in a day opens one incident, which later reports join; one voice is no warning', async () => {
    const calls = await Promise.all([callIn('harm'), callIn('harm'), callIn('harm')])
    const harm = (index: number, reporter: string) => say('harm', { request_id: calls[index]!.request_id, category: 'unsafe', reporter })
    const incidents = async () => (await listIncidents(as(platform, 'auditor', 'harm'), { limit: 10 })).items
    await harm(0, 'u1')
    await harm(1, 'u1')
    await outbox.drain()
    expect(await incidents()).toEqual([])
    await harm(1, 'u2')
    await harm(2, 'u3')
    await outbox.drain()
    expect(await incidents()).toMatchObject([{ severity: 'sev0', state: 'suspected', endpoint: 'support', release: calls[0]!.release }])
  })
})

describe('the summary', () => {
  it('counts each release with the interval of its negative share', async () => {
    const release = `sha256:${'b'.repeat(64)}`
    for (let i = 0; i < 8; i += 1) {
      const event = await callIn('counted', i < 4 ? {} : { release })
      await say('counted', { request_id: event.request_id, score: i % 4 === 0 ? -1 : 1, category: 'other' })
    }
    await say('counted', { request_id: 'never-stored' })
    const { items } = await summariseFeedback(as(platform, 'auditor', 'counted'), {})
    expect(items).toHaveLength(2)
    expect(items.find((item) => item.release === release)).toMatchObject({
      count: 4,
      negative: 1,
      categories: { other: 4 },
      negative_share: { value: 0.25 },
    })
    // Wilson, 1 of 4.
    expect(items[0]?.negative_share.low).toBeCloseTo(0.0456, 3)
    expect(items[0]?.negative_share.high).toBeCloseTo(0.6994, 3)
  })
})

describe('the routes', async () => {
  const cases: EvaluationCase[] = []
  const addEvaluationCase: AddEvaluationCase = async (_ctx, one) => {
    cases.push(one)
    return { dataset: one.dataset, version: 3 }
  }
  const app = await testServer(platform, feedbackRoutes({ addEvaluationCase }))
  const developer = actingAs(person(['developer']), 'routes')
  const call = async (method: 'GET' | 'POST', url: string, payload?: unknown, headers: Record<string, string> = developer) => {
    const answer = await app.inject({
      method,
      url: `/api/v1/feedback${url}`,
      headers,
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    return { status: answer.statusCode, body: answer.json() }
  }

  it('triage feedback along its states, and show the reporter what became of it', async () => {
    const event = await callIn('routes')
    const { id, token } = await say('routes', { request_id: event.request_id })
    const status = async (request_id = event.request_id, by = token) => feedbackStatus(as(platform, person([]), 'routes'), { request_id, token: by })
    expect(await status()).toMatchObject({ state: 'received', answer: null })
    expect((await call('POST', `/${id}/triage`, { state: 'fixed' })).body.errors).toMatchObject([{ path: 'fixed_in' }])
    expect((await call('POST', `/${id}/triage`, { state: 'fixed', fixed_in: '2' })).body.code).toBe('feedback_transition')
    expect((await call('POST', `/${id}/triage`, { state: 'accepted' }, actingAs(person(['auditor']), 'routes'))).status).toBe(403)
    const both = await Promise.all([
      call('POST', `/${id}/triage`, { state: 'accepted', note: 'ours' }),
      call('POST', `/${id}/triage`, { state: 'accepted', note: 'ours' }),
    ])
    expect(both.map((one) => one.status).sort()).toEqual([200, 409])
    await expectAudit(as(platform, 'auditor', 'routes'), 'feedback.triage', id)
    expect((await call('POST', `/${id}/triage`, { state: 'fixed', fixed_in: 'support v2', answer: 'Thank you' })).body).toMatchObject({
      state: 'fixed',
      note: 'ours',
    })
    expect(await status()).toMatchObject({ state: 'fixed', fixed_in: 'support v2', answer: 'Thank you' })
    for (const [request, by] of [
      ['other', token],
      [event.request_id, `${token.slice(0, -1)}x`],
      [event.request_id, `fb_none.${token.split('.')[1]}`],
      [event.request_id, '.'],
    ] as const)
      await expect(status(request, by)).rejects.toMatchObject({ code: 'not_found' })
    await expect(feedbackStatus(as(platform, person([]), 'elsewhere'), { request_id: event.request_id, token })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await call('POST', '/status', { request_id: 'x', token: 'y' }, {})).status).toBe(404)
    expect((await call('GET', `/${id}`)).body).toMatchObject({ id, state: 'fixed' })
  })

  it('make an evaluation case, once, from the texts that were kept or sent', async () => {
    const event = await callIn('routes', { content: { input: 'Refund [NAME]?', output: 'No' } })
    const { id } = await say('routes', { request_id: event.request_id, category: 'wrong', expected: 'Yes' })
    expect((await call('POST', `/${id}/evaluation-case`, { dataset: 'refunds' })).body).toMatchObject({
      evaluation_case: { dataset: 'refunds', version: 3 },
    })
    expect(cases).toEqual([
      {
        dataset: 'refunds',
        input: 'Refund [NAME]?',
        expected: 'Yes',
        tags: { category: 'wrong', endpoint: 'support', domain: 'billing', criticality: 'high' },
        provenance: { feedback_id: id, event_id: event.id, request_id: event.request_id, release: event.release },
      },
    ])
    expect((await call('POST', `/${id}/evaluation-case`, { dataset: 'refunds' })).body.code).toBe('evaluation_case_made')
    const bare = await callIn('routes')
    const other = await say('routes', { request_id: bare.request_id })
    const make = (body: unknown) => call('POST', `/${other.id}/evaluation-case`, body)
    expect((await make({ dataset: 'refunds' })).body.code).toBe('evaluation_case_input_missing')
    expect((await make({ dataset: 'refunds', input: 'Q' })).body.code).toBe('evaluation_case_expected_missing')
    expect((await make({ dataset: 'refunds', input: 'Q', expected: 'A' })).status).toBe(200)
    const parked = await say('routes', { request_id: 'not-there' })
    expect((await call('POST', `/${parked.id}/evaluation-case`, { dataset: 'refunds' })).body.code).toBe('feedback_not_linked')
  })

  it('put the case into the next version of a real data set, once, also when several are made at the same moment', async () => {
    const real = await testServer(platform, feedbackRoutes())
    const given = await Promise.all(
      ['one', 'two', 'three'].map(async (input) => {
        const event = await callIn('cases', { content: { input, output: null } })
        return say('cases', { request_id: event.request_id, expected: input.toUpperCase() })
      }),
    )
    const headers = actingAs(person(['developer']), 'cases')
    const make = (id: string) =>
      real.inject({ method: 'POST', url: `/api/v1/feedback/${id}/evaluation-case`, headers, payload: { dataset: 'refunds' } })
    const answers = await Promise.all([...given, ...given].map(({ id }) => make(id)))
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(3)
    expect(answers.filter(({ statusCode }) => statusCode !== 200).map((answer) => answer.json().code)).toEqual(Array(3).fill('evaluation_case_made'))
    const ctx = as(platform, 'developer', 'cases')
    const dataset = await getDataset(ctx, 'refunds')
    expect(dataset).toMatchObject({ row_count: 3, version: 3 })
    const rows = (await ctx.objects.read(dataset.digest))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map(({ input, expected }) => [input, expected]).sort()).toEqual([
      ['one', 'ONE'],
      ['three', 'THREE'],
      ['two', 'TWO'],
    ])
    expect(rows.map(({ id }) => id).sort()).toEqual(given.map(({ id }) => id).sort())
  })

  it('list by state, category and release in pages', async () => {
    const all = (await call('GET', '?limit=200')).body.items
    const first = (await call('GET', '?limit=1')).body
    const second = (await call('GET', `?limit=200&cursor=${first.next_cursor}`)).body
    expect([...first.items, ...second.items]).toEqual(all)
    expect((await call('GET', '?state=parked')).body.items).toMatchObject([{ request_id: 'not-there' }])
    expect((await call('GET', '?sentiment=positive')).body.items).toEqual([])
    expect((await call('GET', '?category=mood')).status).toBe(400)
    expect((await call('GET', '/summary')).body.items[0]).toMatchObject({ endpoint: 'support' })
    expect((await call('GET', '/fb_none')).status).toBe(404)
    expect((await call('GET', '', undefined, {})).status).toBe(401)
  })
})
