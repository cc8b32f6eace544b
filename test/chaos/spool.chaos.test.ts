import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { InferenceEvent } from '#monitoring/hot'
import { systemClock } from '#platform/clock'
import { silentLogger } from '#platform/logging'
import { createShipper, type ShipperStats } from '../../src/monitoring/spool/shipper.ts'

const KILLS = 50
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One life of a writer, ended by kill -9 at a random moment after its first acknowledgement. */
const oneLife = (life: number): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'spool-writer.ts'), folder, `life${life}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 60)
      output += chunk.toString()
    })
    child.on('error', reject)
    // The last line may be cut by the kill: only whole lines are acknowledgements.
    child.on('close', () =>
      resolve(
        output
          .slice(0, output.lastIndexOf('\n') + 1)
          .split('\n')
          .filter(Boolean),
      ),
    )
  })

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
      acknowledged.push(...(await oneLife(life)))
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
