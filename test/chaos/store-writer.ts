/**
 * A process that is made to be killed. Opens the embedded store, says which of the names on standard input are
 * missing, then registers models as fast as it can from several callers at once, saying each one that was acknowledged.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { currentCheckpoint, exportLog, verifyExport } from '#audit'
import { systemClock } from '#platform/clock'
import { contextFor, type Platform } from '#platform/context'
import { createJobs } from '#platform/jobs'
import { silentLogger } from '#platform/logging'
import { folderObjects } from '#platform/objects'
import { createSecrets } from '#platform/secrets'
import { migrate, openStore } from '#platform/store'
import { createModel, getModel } from '#registry'
import { allMigrations } from '../../src/migrations.ts'

const folder = process.argv[2] as string
const acknowledged = readFileSync(0, 'utf8').split('\n').filter(Boolean)
const store = await openStore({ kind: 'pglite', folder })
await migrate(store, allMigrations)
const log = silentLogger()
const platform: Platform = {
  store,
  log,
  clock: systemClock,
  secrets: createSecrets(Buffer.alloc(32, 3)),
  objects: folderObjects(folder),
  jobs: createJobs(store, log),
}
const ctx = contextFor(platform, { kind: 'key', id: 'chaos', name: 'chaos', roles: ['administrator'] })

const missing: string[] = []
for (const name of acknowledged) await getModel(ctx, name).catch(() => missing.push(name))
async function* lines(): AsyncGenerator<string> {
  for await (const line of exportLog(ctx)) yield String(line)
}
const verdict = await verifyExport(lines(), (await currentCheckpoint(ctx)).verifier_key)
process.stdout.write(`opened ${JSON.stringify({ missing, verified: verdict.ok, size: verdict.size })}\n`)

const write = async (): Promise<void> => {
  for (;;) {
    const name = `m-${randomBytes(9).toString('hex')}`
    await createModel(ctx, { name, description: 'x'.repeat(200) })
    process.stdout.write(`${name}\n`)
  }
}
await Promise.all([write(), write(), write(), write()])
