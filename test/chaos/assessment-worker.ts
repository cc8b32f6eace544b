/**
 * A process that does one run on an embedded store, to be killed. Prints `asked <item>` before each call is answered and `stored <n>` for what
 * it found at start; exits with 0 when the run is over.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { assessmentJobs, createDataset, createSuite, type Generate, getRun, listRuns, startRun } from '#assessment'
import { systemClock } from '#platform/clock'
import { contextFor, type Platform } from '#platform/context'
import { createJobs } from '#platform/jobs'
import { silentLogger } from '#platform/logging'
import { folderObjects } from '#platform/objects'
import { createSecrets } from '#platform/secrets'
import { migrate, openStore } from '#platform/store'
import { createModel, createVersion } from '#registry'
import { allMigrations } from '../../src/migrations.ts'

const say = (text: string): void => {
  writeSync(1, `${text}\n`)
}

const [folder = '', itemCount = '0'] = process.argv.slice(2)
const store = await openStore({ kind: 'pglite', folder })
await migrate(store, allMigrations)
const platform: Platform = {
  store,
  clock: systemClock,
  log: silentLogger(),
  secrets: createSecrets(Buffer.alloc(32, 7)),
  objects: folderObjects(join(folder, 'objects')),
  jobs: createJobs(store, silentLogger(), { pollSeconds: 0.5 }),
}
const ctx = contextFor(platform, { kind: 'person', id: 'per_dev', name: 'dev', roles: ['developer'], capacities: [] })

const generate: Generate = async (_connection, { messages }) => {
  const prompt = messages.at(-1)?.content ?? ''
  say(`asked ${prompt}`)
  await new Promise((resolve) => setTimeout(resolve, 5))
  return { text: prompt, finish_reason: 'stop', usage: { input_tokens: 1, output_tokens: 1 }, simulated: true }
}
const work = assessmentJobs(platform, { generate })
await platform.jobs.start()

const known = (await listRuns(ctx, { limit: 1 })).items[0]
if (known === undefined) {
  await createModel(ctx, { name: 'echo' })
  await createVersion(ctx, 'echo', { hosted: { connection: 'simulator', upstream_model: 'echo' } })
  await createDataset(ctx, {
    name: 'words',
    licence: 'Apache-2.0',
    rows: Array.from({ length: Number(itemCount) }, (_, index) => ({ id: `i${index}`, prompt: `word ${index}`, target: `word ${index}` })),
  })
  await createSuite(ctx, {
    name: 'echo',
    evaluations: [{ id: 'echo', kind: 'generation', dataset: { name: 'words' }, metrics: [{ metric: 'exact_match', at_least: 0.9 }] }],
  })
}
const run = known ?? (await startRun(ctx, { model: 'echo', version: 1, suite: { name: 'echo' }, concurrency: 4 }))
await work.recover()
const { rows } = await store.raw('select count(*)::int as n from assessment_items')
say(`stored ${String(rows[0]?.n)}`)

const look = setInterval(async () => {
  const { status, report } = await getRun(ctx, run.id)
  if (status !== 'completed') return
  clearInterval(look)
  const items = await store.raw('select count(*)::int as n, count(distinct item)::int as items from assessment_items')
  const reports = await store.raw('select count(*)::int as n, min(digest) as digest from assessment_reports')
  say(`done ${JSON.stringify({ ...items.rows[0], reports: reports.rows[0]?.n, isOwn: reports.rows[0]?.digest === report?.digest })}`)
  await work.stop()
  await platform.jobs.stop()
  await store.close()
  process.exit(0)
}, 200)
