/**
 * What recording costs: `node bench/events.ts [postgres URL]`. CPU is of this process, by its own accounting, the disk's
 * threads included. With a URL of an empty database also how fast the store takes events.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeEvents } from '#monitoring'
import { systemClock } from '#platform/clock'
import { silentLogger } from '#platform/logging'
import { migrate, openStore, type Store } from '#platform/store'
import { allMigrations } from '../src/migrations.ts'
import { createShipper } from '../src/monitoring/spool/shipper.ts'
import { createSpool } from '../src/monitoring/spool/spool.ts'
import { inferenceEvent } from '../test/support/events.ts'

const log = silentLogger()
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
const cpuMicros = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return user + system
}

/** CPU a tick of the loop below costs without a spool, so that the spool's own share can be told. */
const nobody = { append: () => {}, flush: async () => {}, close: async () => {}, stats: () => ({ commits: 0 }) }

/** Events at a constant rate, as calls end. */
const pace = async (perSecond: number, seconds: number, isRecording: boolean): Promise<{ cpu: number; perSync: number }> => {
  const spool = isRecording ? createSpool({ folder: join(folder, `paced-${perSecond}`), log }) : nobody
  const events = Array.from({ length: perSecond * seconds }, () => inferenceEvent())
  const usage = process.cpuUsage()
  const start = performance.now()
  for (let sent = 0; sent < events.length; ) {
    const due = Math.min(events.length, Math.floor(((performance.now() - start) / 1000) * perSecond))
    for (; sent < due; sent += 1) spool.append(events[sent]!)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await spool.flush()
  const cpu = cpuMicros(usage) / events.length
  const perSync = events.length / spool.stats().commits
  await spool.close()
  return { cpu, perSync }
}

const paced = async (perSecond: number): Promise<void> => {
  const idle = await pace(perSecond, 3, false)
  const { cpu, perSync } = await pace(perSecond, 3, true)
  console.log(`spool at ${perSecond}/s: ${(cpu - idle.cpu).toFixed(0)} us CPU an event, ${perSync.toFixed(1)} events a sync`)
}

const burst = async (count: number): Promise<void> => {
  const spool = createSpool({ folder: join(folder, 'burst'), log, maxWaiting: count })
  const events = Array.from({ length: count }, () => inferenceEvent())
  const usage = process.cpuUsage()
  const start = performance.now()
  for (const event of events) spool.append(event)
  await spool.flush()
  const seconds = (performance.now() - start) / 1000
  await spool.close()
  console.log(`spool burst: ${Math.round(count / seconds)} durable events/s, ${(cpuMicros(usage) / count).toFixed(1)} us CPU an event`)
}

const shipped = async (name: string, store: Store): Promise<void> => {
  await migrate(store, allMigrations)
  const shipper = await createShipper({
    folder: join(folder, 'burst'),
    clock: systemClock,
    log,
    ownWriter: null,
    write: (events) => storeEvents(store, events),
  })
  const usage = process.cpuUsage()
  const start = performance.now()
  await shipper.drain()
  const seconds = (performance.now() - start) / 1000
  const { shipped: count } = shipper.stats()
  console.log(`${name}: ${Math.round(count / seconds)} events/s stored and counted, ${(cpuMicros(usage) / count).toFixed(1)} us CPU an event here`)
  await store.close()
}

try {
  for (const perSecond of [500, 1_000, 5_000]) await paced(perSecond)
  await burst(20_000)
  const [url] = process.argv.slice(2)
  if (url !== undefined) await shipped('PostgreSQL', await openStore({ kind: 'postgres', url }))
  await burst(20_000)
  await shipped('embedded store', await openStore({ kind: 'pglite', folder: join(folder, 'data') }))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
