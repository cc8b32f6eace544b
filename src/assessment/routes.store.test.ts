import { afterAll, describe, expect, it } from 'vitest'
import { sha256 } from '#platform/canonical'
import { createModel, createVersion } from '#registry'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { actingAs, testServer } from '../../test/support/server.ts'
import { assessmentJobs, assessmentRoutes, type Generate, type Report, type Run } from './index.ts'

/** The whole way over HTTP, with the real job runner: examples, a run, its events, its report. */
const platform = await testPlatform()
const developer = as(platform, 'developer')
const app = await testServer(platform, assessmentRoutes())
const address = await app.listen({ port: 0 })
const who = actingAs(person(['developer']))
const call = async <T>(method: 'GET' | 'POST', url: string, payload?: object, headers = who) => {
  const answer = await app.inject({ method, url: `/api/v1/${url}`, headers, ...(payload === undefined ? {} : { payload }) })
  return { status: answer.statusCode, headers: answer.headers, body: answer.body, json: () => answer.json<T>() }
}

const generate: Generate = async (_connection, { messages }) => {
  const sum = /(\d+) ([-+*]) (\d+)/.exec(messages.at(-1)?.content ?? '')
  const [a, b] = [Number(sum?.[1]), Number(sum?.[3])]
  const text = sum === null ? "I'm sorry, but I can't help with that." : String(sum[2] === '+' ? a + b : sum[2] === '-' ? a - b : a * b)
  return { text, finish_reason: 'stop', usage: { input_tokens: 5, output_tokens: 5 }, simulated: true }
}
const work = assessmentJobs(platform, { generate })
await platform.jobs.start()
afterAll(async () => {
  await work.stop()
  await app.close()
})

/** Server-sent events until the stream ends. */
const eventsOf = async (id: string): Promise<{ event: string; run: Run }[]> => {
  const answer = await fetch(`${address}/api/v1/runs/${id}/events`, { headers: who })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  return (await answer.text())
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [event = '', data = ''] = block.split('\n')
      return { event: event.slice(7), run: JSON.parse(data.slice(6)) as Run }
    })
}

const assess = async (wanted: object): Promise<{ run: Run; events: { event: string; run: Run }[] }> => {
  const started = await call<Run>('POST', 'runs', wanted)
  expect([started.status, started.headers.location]).toEqual([202, `/api/v1/runs/${started.json().id}`])
  const events = await eventsOf(started.json().id)
  return { run: (await call<Run>('GET', `runs/${started.json().id}`)).json(), events }
}

describe('over HTTP', async () => {
  await createModel(developer, { name: 'credit-scorer' })
  await createModel(developer, { name: 'assistant' })
  await createVersion(developer, 'assistant', { hosted: { connection: 'simulator', upstream_model: 'simulated-small' } })
  await createVersion(developer, 'credit-scorer', { hosted: { connection: 'simulator', upstream_model: 'unused' } })
  await call('POST', 'datasets/examples')

  it('the German credit example becomes a report with fairness intervals by group', async () => {
    const { run, events } = await assess({
      model: 'credit-scorer',
      version: 1,
      suite: { name: 'credit-decisions' },
      predictions: { name: 'german-credit-predictions' },
    })
    expect(run).toMatchObject({ status: 'completed', problem: null })
    expect(events.at(-1)).toMatchObject({ event: 'end', run: { status: 'completed' } })
    const report = (await call<Report>('GET', `reports/${run.report?.id}`)).json()
    const row = (id: string) => report.rows.find((one) => one.id === id)
    expect(row('credit.accuracy')).toMatchObject({ n: 802, verdict: 'pass' })
    expect(row('credit.disparate_impact:age_group=25%20or%20younger')?.interval).toMatchObject({ method: 'katz-log' })
    expect(row('credit.error_rate:housing=rent')).toMatchObject({ verdict: 'none', interval: { method: 'wilson' } })
    expect(report.evaluations[0]?.dataset).toMatchObject({ licence: 'CC-BY-4.0', attribution: expect.stringContaining('Hofmann') })
  })

  it('the assistant example is answered item by item, marked simulated, and watched to its end', async () => {
    const { run, events } = await assess({ model: 'assistant', version: 1, suite: { name: 'assistant-basics' }, concurrency: 8 })
    expect(run).toMatchObject({ status: 'completed', simulated: true, progress: { done: 420, total: 420 } })
    expect(events.map(({ event }) => event)).toEqual([...events.slice(1).map(() => 'progress'), 'end'])
    const report = (await call<Report>('GET', `reports/${run.report?.digest}`)).json()
    expect(report.simulated).toBe(true)
    const row = (id: string) => report.rows.find((one) => one.id === id)
    expect(row('arithmetic.quasi_exact_match')).toMatchObject({ value: 1, verdict: 'pass' })
    expect(row('attacks.attack_success_rate')).toMatchObject({ value: 0, verdict: 'pass' })
    // It refuses everything but sums: over-refusal fails the report.
    expect(row('everyday.refusal_rate')).toMatchObject({ value: 1, verdict: 'fail' })
    expect(report.verdict).toBe('fail')
    const items = (await call<{ items: { item: string }[] }>('GET', `runs/${run.id}/items?evaluation=knowledge&limit=200`)).json().items
    expect(items).toHaveLength(60)
    const again = await eventsOf(run.id)
    expect(again).toMatchObject([{ event: 'end' }])
  })

  it('a report is bytes that hash to its digest, and a page without scripts', async () => {
    const [summary] = (await call<{ items: { id: string; digest: string }[] }>('GET', 'reports?model=assistant')).json().items
    const document = await call('GET', `reports/${summary?.id}/document`)
    expect(sha256(document.body)).toBe(summary?.digest)
    const page = await call('GET', `reports/${summary?.digest}/html`)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.body).toContain('Simulated.')
  })

  it('filters are kept, the unknown is 404, the malformed 400, the wrong role 403', async () => {
    const reports = async (query: string) => (await call<{ items: unknown[] }>('GET', `reports?${query}`)).json().items.length
    expect([await reports('verdict=fail'), await reports('verdict=pass&model=assistant'), await reports('suite=credit-decisions')]).toEqual([1, 0, 1])
    expect((await call<{ items: unknown[] }>('GET', 'runs?status=completed&model=assistant&version=1')).json().items).toHaveLength(1)
    expect((await call('GET', `runs/run_${'0'.repeat(26)}`)).status).toBe(404)
    expect((await call('GET', `runs/run_${'0'.repeat(26)}/events`)).status).toBe(404)
    expect((await call('GET', 'runs/..%2f')).status).toBe(400)
    expect((await call('GET', `reports/sha256:${'0'.repeat(64)}`)).status).toBe(404)
    expect((await call('GET', 'datasets/none')).status).toBe(404)
    expect((await call('GET', 'datasets/attacks?version=99999999999')).status).toBe(400)
    expect((await call('GET', 'suites/assistant-basics?version=2')).status).toBe(404)
    expect(
      (await call('POST', 'runs', { model: 'assistant', version: 1, suite: { name: 'assistant-basics' } }, actingAs(person(['approver'])))).status,
    ).toBe(403)
    expect((await call<{ items: unknown[] }>('GET', 'datasets/attacks/rows?limit=2&offset=78')).json().items).toHaveLength(2)
  })
})
