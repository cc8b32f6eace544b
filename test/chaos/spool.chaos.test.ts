import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { InferenceEvent } from '#monitoring/hot'
import { systemClock } from '#platform/clock'
import { silentLogger } from '#platform/logging'
import { createShipper, type ShipperStats } from '../../src/monitoring/spool/shipper.ts'
import { oneLife } from '../support/mortal.ts'

const KILLS = 50
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const shipInto = async (stored: Map<string, number>): Promise<ShipperStats> => {
  const write = async (events: readonly InferenceEvent[]): Promise<void> => {
    for (const { id } of events) stored.set(id, (stored.get(id) ?? 0) + 1)
  }
  const shipper = await createShipper({ folder, clock: systemClock, log: silentLogger(), ownWriter: null, write })
  await shipper.drain()
  return shipper.stats()
}

describe('kill -9', () => {
  it(`${KILLS} times under load loses no acknowledged event and doubles none`, async () => {
    const acknowledged: string[] = []
    const stored = new Map<string, number>()
    for (let life = 0; life < KILLS; life += 1) {
      acknowledged.push(...(await oneLife('spool-writer.ts', [folder, `life${life}`], 60)))
      // A new shipper each time, as after a restart; every fifth life leaves its segments to the next.
      if (life % 5 !== 4) expect(await shipInto(stored)).toMatchObject({ missing: 0, backlog_bytes: 0 })
    }
    const { dead_letters } = await shipInto(stored)
    expect(acknowledged.length).toBeGreaterThan(KILLS * 20)
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
    expect([...stored].filter(([, times]) => times > 1)).toEqual([])
    console.log(`${KILLS} kills, ${acknowledged.length} acknowledged, ${stored.size} stored, ${dead_letters} torn ends kept`)
  })
})
