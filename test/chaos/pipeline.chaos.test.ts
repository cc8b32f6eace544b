import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { readMetrics, storeEvents } from '#monitoring'
import { createShipper } from '../../src/monitoring/spool/shipper.ts'
import { oneLife } from '../support/mortal.ts'
import { as, testPlatform } from '../support/platform.ts'

const KILLS = 10
const platform = await testPlatform()
const folder = join(platform.folder, 'spool')

describe('kill -9 between spool and store', () => {
  it(`${KILLS} times loses no acknowledged event, stores none twice, and counts each once`, async () => {
    const acknowledged: string[] = []
    for (let life = 0; life < KILLS; life += 1)
      acknowledged.push(...(await oneLife('pipeline-process.ts', [folder, `life${life}`, platform.url!], 300)))
    const { rows: before } = await sql<{ n: number }>`select count(*)::int as n from monitoring_events`.execute(platform.store.root)
    const shipper = await createShipper({
      folder,
      clock: platform.clock,
      log: platform.log,
      ownWriter: null,
      write: (events) => storeEvents(platform.store, events),
    })
    await shipper.drain()
    const { rows } = await sql<{ id: string }>`select id from monitoring_events`.execute(platform.store.root)
    const stored = new Set(rows.map(({ id }) => id))
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
    expect(stored.size).toBe(rows.length)
    const { series } = await readMetrics(as(platform, 'auditor'), {
      from: '2026-06-01T11:30:00.000Z',
      to: '2026-06-01T12:30:00.000Z',
      group_by: 'domain',
    })
    expect(series.reduce((sum, one) => sum + one.total.requests, 0)).toBe(rows.length)
    expect(shipper.stats()).toMatchObject({ missing: 0, backlog_bytes: 0 })
    // Otherwise the kills met an idle shipper, and the test shows nothing.
    expect(before[0]?.n).toBeGreaterThan(0)
    console.log(`${KILLS} kills, ${acknowledged.length} acknowledged, ${rows.length} stored (${before[0]?.n} before the last drain)`)
  })
})
