import type { Kysely } from 'kysely'

export type StoreKind = 'pglite' | 'postgres'

/** Where a query runs: the pool or one transaction, always narrowed to one project (see project-scope.ts). */
export interface Executor {
  readonly db: Kysely<never>
  readonly project: string
}

export interface Store {
  readonly kind: StoreKind
  /** Unscoped access, for the platform itself (migrations, jobs, log head). Rooms use `at(project)`. */
  readonly root: Kysely<never>
  at(project: string): Executor
  /** Runs `work` in one transaction; commits when it resolves, rolls back when it throws. Durable when it returns. */
  transaction<T>(project: string, work: (tx: Executor) => Promise<T>): Promise<T>
  /** Statement text straight through, for the job library: `values` absent allows several statements. */
  raw(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  /** Tells every process that shares the database. At-most-once, milliseconds: a hint to reload, never the data itself. */
  notify(channel: string, payload: string): Promise<void>
  /** What a handler of the notifying process returns is waited for: its caller then finds its own change in force. */
  listen(handler: (channel: string, payload: string) => void | Promise<void>): () => void
  close(): Promise<void>
}

/**
 * The tables of one room, seen through an executor. The cast is safe because the executor reaches the same
 * database for every room; it only narrows which tables this room's SQL may name.
 */
export const tables =
  <Tables>() =>
  (at: Executor): Kysely<Tables> =>
    at.db as unknown as Kysely<Tables>

/** A JSON column: written as text, read back as the value. */
export type Json<T> = { readonly __select__: T; readonly __insert__: string; readonly __update__: string }

/** Writes a value into a jsonb column; both drivers would turn a bare array into a PostgreSQL array. */
export const json = (value: unknown): string => JSON.stringify(value)
