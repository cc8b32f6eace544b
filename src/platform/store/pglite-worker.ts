/**
 * PGlite runs here and not on the main thread because it starves timers and sockets while it works.
 * Protocol: {id, op, ...} in, {id, ok, value} out; the caller serialises transactions (pglite-client.ts).
 *
 * Durability: PGlite never fsyncs. After a statement that commits, the current WAL segment is fdatasync'ed from
 * here, so that an acknowledged write survives power loss as far as the WAL reaches (0.9 ms measured).
 */
import { closeSync, existsSync, fdatasyncSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { typeParsers } from './type-parsers.ts'

export interface WorkerOptions {
  /** Absolute folder, or null for a store in memory (tests). */
  readonly folder: string | null
  /** A gzipped data directory to start from, or null to run initdb. */
  readonly template: string | null
  readonly syncWal: boolean
}

export type WorkerRequest =
  | { id: number; op: 'query'; text: string; values: readonly unknown[]; commits: boolean }
  | { id: number; op: 'exec'; text: string }
  | { id: number; op: 'dump' }
  | { id: number; op: 'close' }

const options = workerData as WorkerOptions
const port = parentPort
if (port === null) throw new Error('pglite-worker is started as a worker thread')

const isFresh = options.folder === null || !existsSync(join(options.folder, 'PG_VERSION'))
const template = options.template !== null && isFresh ? new Blob([readFileSync(options.template)]) : undefined
const db = await PGlite.create({
  ...(options.folder === null ? {} : { dataDir: options.folder }),
  ...(template === undefined ? {} : { loadDataDir: template }),
  parsers: typeParsers as Record<number, (text: string) => unknown>,
})

let walFile = ''
let walDescriptor = -1

const syncWal = (): void => {
  if (!options.syncWal || options.folder === null) return
  const folder = join(options.folder, 'pg_wal')
  const newest = readdirSync(folder)
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .sort()
    .at(-1)
  if (newest === undefined) return
  if (newest !== walFile) {
    if (walDescriptor >= 0) {
      fdatasyncSync(walDescriptor)
      closeSync(walDescriptor)
    }
    walDescriptor = openSync(join(folder, newest), 'r+')
    walFile = newest
  }
  fdatasyncSync(walDescriptor)
}

const run = async (request: WorkerRequest): Promise<unknown> => {
  switch (request.op) {
    case 'query': {
      const result = await db.query(request.text, [...request.values])
      if (request.commits) syncWal()
      return { rows: result.rows, affectedRows: result.affectedRows ?? 0 }
    }
    case 'exec': {
      const results = await db.exec(request.text)
      syncWal()
      return { rows: results.flatMap((result) => result.rows) }
    }
    case 'dump':
      return new Uint8Array(await (await db.dumpDataDir('gzip')).arrayBuffer())
    case 'close':
      await db.close()
      if (walDescriptor >= 0) closeSync(walDescriptor)
      return null
  }
}

port.on('message', (request: WorkerRequest) => {
  run(request).then(
    (value) => port.postMessage({ id: request.id, ok: true, value }),
    (error: unknown) => {
      const source: { message: string; code?: string; detail?: string; constraint?: string } =
        error instanceof Error ? error : new Error(String(error))
      port.postMessage({
        id: request.id,
        ok: false,
        error: { message: source.message, code: source.code, detail: source.detail, constraint: source.constraint },
      })
    },
  )
})
port.postMessage({ ready: true })
