/**
 * The gateway as it runs in production: key, network rule, Cedar policies, release gate, limits, event recording to a real spool on disk.
 * The second argument says whether the release has safeguards.
 */
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLimiter } from '#access/hot'
import { compileSnapshot, createGateway } from '#gateway'
import { systemClock } from '#platform/clock'
import { silentLogger } from '#platform/logging'
import { createSpool } from '../../src/monitoring/spool/spool.ts'
import { keyRow, snapshotRows } from '../../test/support/gateway.ts'
import { SAFEGUARDS } from './cases.ts'
import { serveSubject } from './subject.ts'

const [, , upstream = '', safeguards] = process.argv
const spool = createSpool({ folder: mkdtempSync(join(tmpdir(), 'plimsoll-bench-')), log: silentLogger() })
const rows = snapshotRows({
  baseUrl: `${upstream}/v1`,
  keys: [keyRow({ limits: { requests_per_minute: 1_000_000, tokens_per_day: 1_000_000_000_000 }, networks: ['127.0.0.0/8'] })],
  ...(safeguards === 'on' ? { policy: SAFEGUARDS } : {}),
})
const snapshot = compileSnapshot(rows)
const gateway = createGateway({ snapshot: () => snapshot, record: spool.append, limiter: createLimiter(), log: silentLogger(), clock: systemClock })

serveSubject(
  createServer((request, response) => {
    if (!gateway.handle(request, response)) response.writeHead(404).end()
  }),
)
