import { Worker } from 'node:worker_threads'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { WorkerOptions } from './pglite-worker.ts'

/** What a failed statement carries over the thread boundary, named as `pg` names it. */
export class StatementError extends Error {
  readonly code: string | undefined
  readonly detail: string | undefined
  readonly constraint: string | undefined
  constructor(source: { message: string; code?: string; detail?: string; constraint?: string }) {
    super(source.message)
    this.name = 'StatementError'
    this.code = source.code
    this.detail = source.detail
    this.constraint = source.constraint
  }
}

type Rows = { rows: Record<string, unknown>[]; affectedRows?: number }
type Reply =
  | { ready: true }
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; error: { message: string; code?: string; detail?: string; constraint?: string } }

/** The one session of an embedded store. `exclusive` queues callers: a transaction owns the session until it ends. */
export interface PgliteClient {
  query(text: string, values: readonly unknown[], commits: boolean): Promise<Rows>
  exec(text: string): Promise<Rows>
  exclusive(): Promise<() => void>
  dump(): Promise<Uint8Array>
  close(): Promise<void>
}

export const startPglite = async (options: WorkerOptions): Promise<PgliteClient> => {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: options })
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let nextId = 1
  let failure: Error | undefined

  const failAll = (error: Error): void => {
    failure = error
    for (const call of waiting.values()) call.reject(error)
    waiting.clear()
  }

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (reply: Reply) => {
      if ('ready' in reply) return resolve()
      const call = waiting.get(reply.id)
      waiting.delete(reply.id)
      if (reply.ok) call?.resolve(reply.value as never)
      else call?.reject(new StatementError(reply.error))
    })
    worker.on('error', (error: Error) => {
      failAll(error)
      reject(error)
    })
    worker.on('exit', () => failAll(failure ?? new Error('the embedded store has stopped')))
  })

  const call = <T>(request: Record<string, unknown>): Promise<T> => {
    if (failure !== undefined) return Promise.reject(failure)
    const id = nextId++
    return new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.postMessage({ ...request, id })
    })
  }

  let tail: Promise<void> = Promise.resolve()
  const exclusive = (): Promise<() => void> => {
    let release!: () => void
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const turn = tail.then(() => release)
    tail = tail.then(() => held)
    return turn
  }

  return {
    query: (text, values, commits) => call<Rows>({ op: 'query', text, values, commits }),
    exec: (text) => call<Rows>({ op: 'exec', text }),
    exclusive,
    dump: () => call<Uint8Array>({ op: 'dump' }),
    close: async () => {
      if (failure === undefined) await call({ op: 'close' })
      await worker.terminate()
    },
  }
}

const READ_ONLY = /^\s*(select|with|show|explain|begin|set|values)\b/i

class PgliteConnection implements DatabaseConnection {
  readonly #client: PgliteClient
  inTransaction = false
  release: () => void = () => {}
  constructor(client: PgliteClient) {
    this.#client = client
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    // A statement outside a transaction commits by itself; inside, only `commit` does. A CTE may write, so it counts.
    const isRead = READ_ONLY.test(query.sql) && !/\b(insert|update|delete|merge)\b/i.test(query.sql)
    const { rows, affectedRows } = await this.#client.query(query.sql, query.parameters, !this.inTransaction && !isRead)
    return { rows: rows as R[], numAffectedRows: BigInt(affectedRows ?? 0) }
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator; an embedded store has one session and cannot stream
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the embedded store does not stream rows')
  }
}

class PgliteDriver implements Driver {
  readonly #client: PgliteClient
  constructor(client: PgliteClient) {
    this.#client = client
  }
  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = new PgliteConnection(this.#client)
    connection.release = await this.#client.exclusive()
    return connection
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    ;(connection as PgliteConnection).release()
  }

  async beginTransaction(connection: DatabaseConnection, settings: { isolationLevel?: string }): Promise<void> {
    await this.#client.query(settings.isolationLevel === undefined ? 'begin' : `begin isolation level ${settings.isolationLevel}`, [], false)
    ;(connection as PgliteConnection).inTransaction = true
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    ;(connection as PgliteConnection).inTransaction = false
    await this.#client.query('commit', [], true)
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    ;(connection as PgliteConnection).inTransaction = false
    await this.#client.query('rollback', [], false)
  }

  // The owner closes the client (open.ts): jobs and the query builder share it.
  async destroy(): Promise<void> {}
}

export const pgliteDialect = (client: PgliteClient): Dialect => ({
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new PgliteDriver(client),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
})
