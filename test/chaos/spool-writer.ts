/** Appends until it is killed, and prints each event id once a flush has said that it is on disk. */
import { writeSync } from 'node:fs'
import { silentLogger } from '#platform/logging'
import { createSpool } from '../../src/monitoring/spool/spool.ts'
import { inferenceEvent } from '../support/events.ts'

const [folder, prefix] = process.argv.slice(2)
const spool = createSpool({ folder: folder!, log: silentLogger(), segmentBytes: 100_000 })

for (let i = 0; ; ) {
  const ids: string[] = []
  for (let n = 0; n < 20; n += 1, i += 1) {
    ids.push(`${prefix}_${i}`)
    spool.append(inferenceEvent({ id: ids.at(-1)! }))
  }
  await spool.flush()
  // Synchronous: what is acknowledged is out before the next append, or it is not acknowledged.
  writeSync(1, `${ids.join('\n')}\n`)
}
