import { type Kysely, sql } from 'kysely'
import { type Migration as KyselyMigration, Migrator } from 'kysely/migration'
import type { Store } from './types.ts'

/** A forward-only step. Names sort inside their room: `registry-001-models`. Rooms do not reference each other's tables. */
export interface Migration {
  readonly name: string
  readonly statements: readonly string[]
}

export const migration = (name: string, statements: readonly string[]): Migration => ({ name, statements })

const step = ({ statements }: Migration): KyselyMigration => ({
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
})

/** Runs what has not run yet, under PostgreSQL's advisory lock, all in one transaction. */
export const migrate = async (store: Store, migrations: readonly Migration[]): Promise<readonly string[]> => {
  const byName: Record<string, KyselyMigration> = {}
  for (const one of migrations) {
    if (one.name in byName) throw new Error(`migration ${one.name} is listed twice`)
    byName[one.name] = step(one)
  }
  const migrator = new Migrator({
    db: store.root as unknown as Kysely<unknown>,
    provider: { getMigrations: async () => byName },
    // A room added later sorts anywhere in the alphabet; steps of different rooms are independent by rule.
    allowUnorderedMigrations: true,
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return (results ?? []).map((result) => result.migrationName)
}
