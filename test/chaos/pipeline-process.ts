/** A whole recorder, from append to PostgreSQL, until it is killed. Prints each event id once a flush has said that it is on disk. */
import { writeSync } from 'node:fs'
import { storeEvents } from '#monitoring'
import { systemClock } from '#platform/clock'
import { silentLogger } from '#platform/logging'
import { openStore } from '#platform/store'
import { createShipper } from '../../src/monitoring/spool/shipper.ts'
import { createSpool } from '../../src/monitoring/spool/spool.ts'
import { inferenceEvent } from '../support/events.ts'

const [folder, prefix, url] = process.argv.slice(2)
const log = silentLogger()
const store = await openStore({ kind: 'postgres', url: url!, maxConnections: 2 })
const spool = createSpool({ folder: folder!, log, segmentBytes: 100_000 })
const shipper = await createShipper({
  folder: folder!,
  clock: systemClock,
  log,
  ownWriter: spool.writer,
  write: (events) => storeEvents(store, events),
})
shipper.start(5)

for (let i = 0; ; ) {
  const ids: string[] = []
  for (let n = 0; n < 20; n += 1, i += 1) {
    ids.push(`${prefix}_${i}`)
    spool.append(inferenceEvent({ id: ids.at(-1)!, tags: { criticality: null, domain: `d${i % 3}`, compliance: null, cost_centre: null } }))
  }
  await spool.flush()
  // Synchronous: what is acknowledged is out before the next append, or it is not acknowledged.
  writeSync(1, `${ids.join('\n')}\n`)
}
