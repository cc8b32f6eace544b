import { describe, expect, it } from 'vitest'
import { canonicalJson, sha256 } from '#platform/canonical'
import { createConnection, createModel, createVersion } from '#registry'
import { expectAudit } from '../../test/support/audit.ts'
import { as, person, testPlatform } from '../../test/support/platform.ts'
import { executeRun, SHUTDOWN } from './execute-run.ts'
import type { Generate } from './generate.ts'
import {
  cancelRun,
  createDataset,
  createSuite,
  getReport,
  getReportBytes,
  getRun,
  latestReport,
  listReports,
  listRuns,
  ReportDocument,
  resumeRun,
  startRun,
} from './index.ts'
import { assessmentJobs, recoverRuns } from './jobs.ts'
import { listItems } from './read-runs.ts'
import { takeLease } from './run-store.ts'

const platform = await testPlatform()
const developer = as(platform, person(['developer'], { id: 'per_dev' }))
const never = new AbortController().signal

/** A model that adds, is wrong about every tenth sum, and counts its calls. */
const adder =
  (calls: string[] = []): Generate =>
  async (_connection, { messages }, signal) => {
    signal.throwIfAborted()
    const prompt = messages.at(-1)?.content ?? ''
    calls.push(prompt)
    const [, a, b] = /(\d+) \+ (\d+)/.exec(prompt) ?? []
    const sum = Number(a) + Number(b)
    return { text: String(sum % 10 === 0 ? sum + 1 : sum), finish_reason: 'stop', usage: { input_tokens: 10, output_tokens: 1 }, simulated: false }
  }

await createConnection(as(platform, 'administrator'), {
  name: 'upstream',
  provider: 'openai-compatible',
  base_url: 'http://127.0.0.1:9/v1',
  credentials: 'sk-canary-in-errors-1234',
})
await createModel(developer, { name: 'adder' })
await createVersion(developer, 'adder', { hosted: { connection: 'upstream', upstream_model: 'adder-1' } })
const sums = Array.from({ length: 60 }, (_, index) => ({
  id: `s${index}`,
  prompt: `${index} + 7`,
  target: String(index + 7),
  parity: index % 2 === 0 ? 'even' : 'odd',
}))
const dataset = await createDataset(developer, { name: 'sums', licence: 'Apache-2.0', rows: sums })
const suite = await createSuite(developer, {
  name: 'adding',
  evaluations: [
    {
      id: 'sums',
      kind: 'generation',
      dataset: { name: 'sums' },
      metrics: [
        { metric: 'quasi_exact_match', at_least: 0.7 },
        { metric: 'exact_match', where: { column: 'parity', equals: 'even' } },
      ],
    },
  ],
})
const start = (extra: object = {}) => startRun(developer, { model: 'adder', version: 1, suite: { name: 'adding' }, ...extra })
const execute = (id: string, generate: Generate, shutdown: AbortSignal = never) => executeRun(platform, 'default', id, generate, shutdown)

// A run answers at once and is queued; these tests do the work themselves, and one below leaves it to the job runner.
assessmentJobs(platform, { generate: adder() })
await platform.jobs.start({ work: false })

describe('a run', () => {
  it('ends with one immutable report whose digest is that of its bytes', async () => {
    const run = await start({ system_prompt: 'Add.' })
    expect(run).toMatchObject({ status: 'queued', progress: { total: 60, done: 0 }, created_by: 'per_dev' })
    await execute(run.id, adder())
    const done = await getRun(developer, run.id)
    expect(done).toMatchObject({ status: 'completed', progress: { phase: 'done', done: 60, errors: 0 } })
    const report = await getReport(developer, done.report?.id ?? '')
    const { digest, ...document } = report
    expect(ReportDocument.parse(document)).toEqual(document)
    expect(sha256((await getReportBytes(developer, digest)).canonical)).toBe(digest)
    expect(sha256(canonicalJson(document))).toBe(digest)
    expect(report).toMatchObject({
      verdict: 'pass',
      simulated: false,
      created_by: 'per_dev',
      system_prompt: 'Add.',
      model: { name: 'adder', version: 1, manifest_digest: run.manifest_digest },
      suite: { name: 'adding', version: 1, digest: suite.digest },
      reproduction: { seed: 1, usage: { input_tokens: 600, output_tokens: 60 } },
    })
    expect(report.evaluations[0]).toMatchObject({
      dataset: { digest: dataset.digest, licence: 'Apache-2.0' },
      items: { total: 60, scored: 60, errors: 0 },
    })
    expect(report.rows.map(({ id }) => id)).toEqual(['sums.quasi_exact_match', 'sums.exact_match:parity=even'])
    expect(report.rows[0]).toMatchObject({ value: 0.9, n: 60, verdict: 'pass', interval: { method: 'bootstrap percentile' } })
    await expectAudit(developer, 'assessment.create-report', report.id)
    await expectAudit(developer, 'assessment.move-run', run.id)
    expect(await latestReport(developer, 'adder', 1)).toMatchObject({ id: report.id, digest })
  })

  it('has a report that is not answered once somebody changed it in the database', async () => {
    const run = await start({ seed: 3 })
    await execute(run.id, adder())
    const { report } = await getRun(developer, run.id)
    await platform.store.raw(`update assessment_reports set canonical = replace(canonical, '"seed":3', '"seed":4') where id = '${report?.id}'`)
    await expect(getReport(developer, report?.digest ?? '')).rejects.toMatchObject({ code: 'object_corrupt' })
    await expect(getReportBytes(developer, report?.id ?? '')).rejects.toMatchObject({ code: 'object_corrupt' })
    await platform.store.raw(`delete from assessment_reports where id = '${report?.id}'`)
  })

  it('with the same seed gives the same rows again', async () => {
    const rows = async () => {
      const run = await start({ seed: 5 })
      await execute(run.id, adder())
      return (await getReport(developer, (await getRun(developer, run.id)).report?.digest ?? '')).rows
    }
    expect(await rows()).toEqual(await rows())
  })

  it('goes on where it stopped: nothing is asked twice, nothing is left out', async () => {
    const run = await start({ concurrency: 3 })
    const calls: string[] = []
    const process = new AbortController()
    const slow: Generate = async (...args) => {
      if (calls.length === 20) process.abort(SHUTDOWN)
      return adder(calls)(...args)
    }
    await execute(run.id, slow, process.signal)
    const stopped = await getRun(developer, run.id)
    expect(stopped.status).toBe('running')
    const answered = (await listItems(developer, run.id, { limit: 200 })).items.length
    expect(answered).toBeGreaterThanOrEqual(18)
    expect(answered).toBeLessThan(60)
    const rest: string[] = []
    await execute(run.id, adder(rest))
    expect(rest).toHaveLength(60 - answered)
    expect(await getRun(developer, run.id)).toMatchObject({ status: 'completed', progress: { done: 60 } })
  })

  it('is done by one worker when three take it at the same moment', async () => {
    const run = await start()
    const calls: string[] = []
    await Promise.all([1, 2, 3].map(() => execute(run.id, adder(calls))))
    expect(calls).toHaveLength(60)
    expect((await listReports(developer, { limit: 200 })).items.filter(({ run_id }) => run_id === run.id)).toHaveLength(1)
  })

  it('whose worker died is queued again when its lease ends, and not before', async () => {
    const run = await start()
    const at = (ms: number) => new Date(platform.clock.now() + ms).toISOString()
    await takeLease(developer.read, run.id, 'dead', at(0), at(15_000))
    await execute(run.id, adder())
    expect((await getRun(developer, run.id)).status).toBe('queued')
    platform.clock.advance(61_000)
    await recoverRuns(platform)
    const { rows } = await platform.store.raw(`select count(*)::int as jobs from jobs.job where data->>'id' = '${run.id}'`)
    expect(rows).toEqual([{ jobs: 2 }])
    await execute(run.id, adder())
    expect((await getRun(developer, run.id)).status).toBe('completed')
  })

  it('is cancelled at once while it waits, within a second while it works, and can go on later', async () => {
    const waiting = await start()
    expect(await cancelRun(developer, waiting.id)).toMatchObject({ status: 'cancelled' })
    await execute(waiting.id, adder())
    expect((await getRun(developer, waiting.id)).status).toBe('cancelled')

    const working = await start({ concurrency: 1 })
    const hanging: Generate = (connection, request, signal) =>
      request.messages.at(-1)?.content === '30 + 7'
        ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        : adder()(connection, request, signal)
    const work = execute(working.id, hanging)
    await expect.poll(async () => (await listItems(developer, working.id, { limit: 200 })).items.length, { timeout: 5000 }).toBe(30)
    const asked = Date.now()
    expect(await cancelRun(developer, working.id)).toMatchObject({ status: 'cancelling' })
    await work
    expect(Date.now() - asked).toBeLessThan(5000)
    expect(await getRun(developer, working.id)).toMatchObject({ status: 'cancelled', report: null })
    await expect(cancelRun(developer, working.id)).rejects.toMatchObject({ code: 'run_state' })

    expect(await resumeRun(developer, working.id)).toMatchObject({ status: 'queued' })
    const rest: string[] = []
    await execute(working.id, adder(rest))
    expect(rest).toHaveLength(30)
    expect((await getRun(developer, working.id)).status).toBe('completed')
  })

  it('fails with the reason when the provider is down, without the key, and goes on when it is up', async () => {
    const run = await start({ concurrency: 2 })
    const down: Generate = async ({ credentials }) => {
      throw Object.assign(new Error(`401 wrong key ${credentials}`), { retryable: false })
    }
    await execute(run.id, down)
    const failed = await getRun(developer, run.id)
    expect(failed).toMatchObject({ status: 'failed', report: null, problem: '10 calls in a row failed; the last: 401 wrong key [credentials]' })
    expect(JSON.stringify(await listItems(developer, run.id, { limit: 200 }))).not.toContain('sk-canary')
    await resumeRun(developer, run.id)
    await execute(run.id, adder())
    expect(await getRun(developer, run.id)).toMatchObject({ status: 'completed', problem: null, progress: { done: 60, errors: 0 } })
  })

  it('with too many failed calls decides nothing, and says so', async () => {
    const run = await start({ concurrency: 1 })
    const flaky: Generate = async (connection, request, signal) => {
      if (/^3[03] /.test(request.messages.at(-1)?.content ?? '')) throw Object.assign(new Error('refused'), { retryable: false })
      return adder()(connection, request, signal)
    }
    await execute(run.id, flaky)
    const report = await getReport(developer, (await getRun(developer, run.id)).report?.id ?? '')
    expect(report).toMatchObject({ verdict: 'inconclusive', evaluations: [{ items: { total: 60, scored: 58, errors: 2 } }] })
    expect(report.rows[0]).toMatchObject({ n: 58, verdict: 'inconclusive', explanation: '3.33 % of the items failed, more than 2 %.' })
  })

  it('is tried again after a passing failure of the provider', async () => {
    const run = await start({ concurrency: 8 })
    const seen = new Set<string>()
    const shaky: Generate = async (connection, request, signal) => {
      const prompt = request.messages.at(-1)?.content ?? ''
      if (prompt.endsWith('5 + 7') && !seen.has(prompt)) {
        seen.add(prompt)
        throw new Error('503')
      }
      return adder()(connection, request, signal)
    }
    await execute(run.id, shaky)
    expect(seen.size).toBe(6)
    expect(await getRun(developer, run.id)).toMatchObject({ status: 'completed', progress: { errors: 0 } })
  })

  it('is refused for the wrong role, unknown parts, and what cannot be done', async () => {
    const wanted = { model: 'adder', version: 1, suite: { name: 'adding' } }
    await expect(startRun(as(platform, 'auditor'), wanted)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(startRun(developer, { ...wanted, model: 'none' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(startRun(developer, { ...wanted, suite: { name: 'none' } })).rejects.toMatchObject({ code: 'suite_unknown' })
    await expect(startRun(developer, { ...wanted, suite: { name: 'adding', version: 9 } })).rejects.toMatchObject({ code: 'suite_unknown' })
    await expect(startRun(developer, { ...wanted, predictions: { name: 'none' } })).rejects.toMatchObject({ code: 'dataset_unknown' })
    await expect(startRun(developer, { ...wanted, seed: -1 })).rejects.toMatchObject({ code: 'invalid_request', issues: [{ path: 'seed' }] })
    await expect(startRun(as(platform, 'developer', 'elsewhere'), wanted)).rejects.toMatchObject({ code: 'not_found' })
    await expect(getReport(as(platform, 'developer', 'elsewhere'), (await latestReport(developer, 'adder', 1))?.digest ?? '')).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('is listed by status and model, newest first, in pages', async () => {
    const all = (await listRuns(developer, { limit: 200 })).items
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    )
    const completed = await listRuns(developer, { limit: 2, status: 'completed', model: 'adder', version: 1 })
    expect(completed.items).toHaveLength(2)
    const next = await listRuns(developer, { limit: 200, status: 'completed', cursor: completed.next_cursor ?? '' })
    expect([...completed.items, ...next.items]).toEqual(all.filter(({ status }) => status === 'completed'))
    const forged = Buffer.from(JSON.stringify(['x', '9'.repeat(40)])).toString('base64url')
    expect(await listItems(developer, all[0]?.id ?? '', { limit: 5, cursor: forged })).toEqual({ items: [], next_cursor: null })
  })
})
