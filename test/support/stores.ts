/**
 * Real stores for tests. A migrated template is made once per set of migrations: a template database in PostgreSQL
 * (a copy takes some 50 ms), a gzipped data directory for the embedded store. Each test file gets its own copy.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { migrate, openStore, type Store } from '#platform/store'
import { allMigrations } from '../../src/migrations.ts'
import { startPglite } from '../../src/platform/store/pglite-client.ts'

export const POSTGRES_URL = process.env.PLIMSOLL_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

const CACHE = join(import.meta.dirname, '../../.cache')
const fingerprint = createHash('sha256').update(JSON.stringify(allMigrations)).digest('hex').slice(0, 12)
const templateDatabase = `plimsoll_template_${fingerprint}`
const templateFile = join(CACHE, `pglite-${fingerprint}.tar.gz`)

const urlOf = (database: string): string => {
  const url = new URL(POSTGRES_URL)
  url.pathname = `/${database}`
  return url.href
}

const asAdmin = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: POSTGRES_URL })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const prepareTemplateDatabase = (): Promise<void> =>
  asAdmin(async (client) => {
    // Two test runs may start together; the second waits for the first's template.
    await client.query('select pg_advisory_lock(747400)')
    try {
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [templateDatabase])
      if (rowCount !== null && rowCount > 0) return
      const building = `${templateDatabase}_building`
      await client.query(`drop database if exists ${building}`)
      await client.query(`create database ${building}`)
      const store = await openStore({ kind: 'postgres', url: urlOf(building), maxConnections: 2 })
      await migrate(store, allMigrations)
      await store.close()
      await client.query(`alter database ${building} rename to ${templateDatabase}`)
    } finally {
      await client.query('select pg_advisory_unlock(747400)')
    }
  })

const prepareTemplateFile = async (): Promise<void> => {
  if (existsSync(templateFile)) return
  mkdirSync(CACHE, { recursive: true })
  const store = await openStore({ kind: 'pglite', folder: join(CACHE, `building-${process.pid}`) })
  await migrate(store, allMigrations)
  await store.close()
  const client = await startPglite({ folder: join(CACHE, `building-${process.pid}`, 'pg'), template: null, syncWal: false })
  const bytes = await client.dump()
  await client.close()
  rmSync(join(CACHE, `building-${process.pid}`), { recursive: true, force: true })
  for (const old of readdirSync(CACHE)) if (old.startsWith('pglite-')) rmSync(join(CACHE, old), { force: true })
  writeFileSync(`${templateFile}.part`, bytes)
  renameSync(`${templateFile}.part`, templateFile)
}

const wants = (project: string): boolean => {
  const chosen = process.argv.flatMap((argument, index) =>
    argument === '--project' ? [process.argv[index + 1]] : argument.startsWith('--project=') ? [argument.slice(10)] : [],
  )
  return chosen.length === 0 || chosen.includes(project)
}

export const prepareStores = async (): Promise<void> => {
  // Some of the whole-process tests open a store of their own, too.
  if (wants('postgres') || wants('browser')) await prepareTemplateDatabase()
  if (wants('embedded')) await prepareTemplateFile()
}

/** A store of this file's own, migrated, on the engine that the vitest project names. */
export const openTestStore = async (): Promise<{ store: Store; url: string | null; drop: () => Promise<void> }> => {
  if (process.env.PLIMSOLL_TEST_STORE === 'pglite') {
    const store = await openStore({ kind: 'pglite', folder: null, template: templateFile })
    return { store, url: null, drop: () => store.close() }
  }
  const name = `plimsoll_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`
  await asAdmin((client) => client.query(`create database ${name} template ${templateDatabase}`))
  const store = await openStore({ kind: 'postgres', url: urlOf(name), maxConnections: 6 })
  const drop = async (): Promise<void> => {
    await store.close()
    await asAdmin((client) => client.query(`drop database ${name} with (force)`))
  }
  return { store, url: urlOf(name), drop }
}
