import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { defineErrors } from '../errors/index.ts'
import { acquireFolderLock } from './folder-lock.ts'
import { pgliteDialect, startPglite } from './pglite-client.ts'
import { projectScope } from './project-scope.ts'
import { typeParsers } from './type-parsers.ts'
import type { Executor, Store } from './types.ts'

export const storeErrors = defineErrors({
  data_folder_in_use: { status: 503, message: 'Another process uses the data folder {folder}. Stop it, or set PLIMSOLL_DATA to another folder.' },
})

export type OpenStoreOptions =
  | { readonly kind: 'postgres'; readonly url: string; readonly maxConnections?: number }
  | { readonly kind: 'pglite'; readonly folder: string | null; readonly template?: string | null }

export const openStore = (options: OpenStoreOptions): Promise<Store> =>
  options.kind === 'postgres' ? openPostgres(options.url, options.maxConnections ?? 10) : openPglite(options.folder, options.template ?? null)

const scoped = (db: Kysely<never>, project: string): Executor => ({ db: db.withPlugin(projectScope(project)), project })

const executors = (root: Kysely<never>) => {
  const known = new Map<string, Executor>()
  return (project: string): Executor => {
    let found = known.get(project)
    if (found === undefined) {
      found = scoped(root, project)
      known.set(project, found)
    }
    return found
  }
}

type Handler = (channel: string, payload: string) => void | Promise<void>

const createListeners = () => {
  const handlers = new Set<Handler>()
  return {
    add: (handler: Handler) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    /** A handler looks after its own failures; one that rejects must not fail the write that was committed. */
    tell: async (channel: string, payload: string): Promise<void> => {
      await Promise.allSettled([...handlers].map(async (handler) => handler(channel, payload)))
    },
  }
}

const openPglite = async (folder: string | null, template: string | null): Promise<Store> => {
  const lock = folder === null ? undefined : acquireFolderLock(folder)
  if (folder !== null && lock === undefined) throw storeErrors.data_folder_in_use({ folder })
  const data = folder === null ? null : join(folder, 'pg')
  if (data !== null) mkdirSync(data, { recursive: true, mode: 0o700 })
  const client = await startPglite({ folder: data, template, syncWal: true })
  const root = new Kysely<never>({ dialect: pgliteDialect(client) })
  const listeners = createListeners()
  return {
    kind: 'pglite',
    root,
    at: executors(root),
    transaction: (project, work) => root.transaction().execute((tx) => work(scoped(tx as unknown as Kysely<never>, project))),
    raw: async (text, values) => {
      const release = await client.exclusive()
      try {
        return values === undefined || values.length === 0 ? await client.exec(text) : await client.query(text, values, true)
      } catch (error) {
        // A block that failed half-way leaves the only session in an aborted transaction.
        if (values === undefined || values.length === 0) await client.exec('rollback').catch(() => {})
        throw error
      } finally {
        release()
      }
    },
    // Nobody else can open the folder, so the process itself is everyone.
    notify: listeners.tell,
    listen: listeners.add,
    close: async () => {
      await client.close()
      lock?.release()
    },
  }
}

const CHANNEL = 'plimsoll'
const RECONNECT_MS = 250

const openPostgres = async (url: string, max: number): Promise<Store> => {
  const types = { getTypeParser: (oid: number, format?: string) => typeParsers[oid] ?? pg.types.getTypeParser(oid, format as 'text') }
  const pool = new pg.Pool({ connectionString: url, max, types: types as never })
  pool.on('error', () => {}) // An idle connection that the server closes is replaced on next use.
  const root = new Kysely<never>({ dialect: new PostgresDialect({ pool }) })
  const listeners = createListeners()
  const sender = randomUUID()
  let listener: pg.Client | undefined
  let isClosed = false

  const connectListener = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url })
    client.on('notification', (message) => {
      const { from, channel, payload } = JSON.parse(message.payload ?? '{}') as { from: string; channel: string; payload: string }
      // Our own listeners were told, and waited for, when it was sent.
      if (from !== sender) void listeners.tell(channel, payload)
    })
    client.on('error', () => {
      if (isClosed || listener !== client) return
      listener = undefined
      reconnectListener()
    })
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    listener = client
  }
  const reconnectListener = (): void => {
    setTimeout(() => {
      if (isClosed) return
      // Hints were missed meanwhile: everyone reloads.
      connectListener().then(() => listeners.tell('reconnected', ''), reconnectListener)
    }, RECONNECT_MS).unref()
  }
  await connectListener()

  return {
    kind: 'postgres',
    root,
    at: executors(root),
    transaction: (project, work) => root.transaction().execute((tx) => work(scoped(tx as unknown as Kysely<never>, project))),
    raw: async (text, values) => {
      const result = (await pool.query(text, values as unknown[])) as pg.QueryResult | pg.QueryResult[]
      return { rows: Array.isArray(result) ? result.flatMap((one) => one.rows) : result.rows }
    },
    notify: async (channel, payload) => {
      const sent = pool.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify({ from: sender, channel, payload })])
      // A lost hint is made up for by those who look themselves (snapshot-keeper.ts, outbox).
      await Promise.all([sent.catch(() => {}), listeners.tell(channel, payload)])
    },
    listen: listeners.add,
    close: async () => {
      isClosed = true
      await listener?.end()
      await root.destroy()
    },
  }
}
