import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import { havingTags } from './store.ts'
import type { Alias, Manifest, Version } from './version.ts'

interface VersionTables {
  registry_versions: {
    project: string
    id: string
    model: string
    version: number
    description: string
    tags: Json<Record<string, string>>
    manifest: Json<Manifest>
    manifest_digest: Version['manifest_digest']
    simulated: boolean
    revision: number
    created_at: string
    created_by: string
  }
  registry_aliases: { project: string; model: string; alias: string; version: number; revision: number; updated_at: string; updated_by: string }
}

const q = tables<VersionTables>()

/** A version without its aliases, which live in a table of their own. */
export type VersionRow = Omit<Version, 'aliases'>

const columns = [
  'id',
  'model',
  'version',
  'description',
  'tags',
  'manifest',
  'manifest_digest',
  'simulated',
  'revision',
  'created_at',
  'created_by',
] as const

export const insertVersion = (tx: Tx, row: VersionRow): Promise<unknown> =>
  q(tx)
    .insertInto('registry_versions')
    .values({ ...row, tags: json(row.tags), manifest: json(row.manifest) } as never)
    .execute()

export const findVersion = (at: Executor, model: string, version: number): Promise<VersionRow | undefined> =>
  q(at).selectFrom('registry_versions').select(columns).where('model', '=', model).where('version', '=', version).executeTakeFirst()

export const findVersionByDigest = (at: Executor, model: string, digest: Version['manifest_digest']): Promise<VersionRow | undefined> =>
  q(at).selectFrom('registry_versions').select(columns).where('model', '=', model).where('manifest_digest', '=', digest).executeTakeFirst()

export const findVersionsById = (at: Executor, ids: readonly string[]): Promise<VersionRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : q(at).selectFrom('registry_versions').select(columns).where('id', 'in', ids).execute()

/** Newest first. */
export const listVersions = (
  at: Executor,
  model: string,
  tags: Readonly<Record<string, string>> | undefined,
  before: number | undefined,
  limit: number,
): Promise<VersionRow[]> => {
  const query = q(at).selectFrom('registry_versions').select(columns).where('model', '=', model).orderBy('version', 'desc').limit(limit)
  return havingTags(before === undefined ? query : query.where('version', '<', before), tags).execute()
}

export const updateVersion = async (tx: Tx, id: string, seenRevision: number, { description, tags, revision }: VersionRow): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('registry_versions')
    .set({ description, tags: json(tags), revision })
    .where('id', '=', id)
    .where('revision', '=', seenRevision)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const aliasColumns = ['alias', 'model', 'version', 'revision', 'updated_at', 'updated_by'] as const

export const findAlias = (at: Executor, model: string, alias: string): Promise<Alias | undefined> =>
  q(at).selectFrom('registry_aliases').select(aliasColumns).where('model', '=', model).where('alias', '=', alias).executeTakeFirst()

export const listAliases = (at: Executor, model: string): Promise<Alias[]> =>
  q(at).selectFrom('registry_aliases').select(aliasColumns).where('model', '=', model).orderBy('alias').execute()

/** False when somebody else made it first. */
export const insertAlias = async (tx: Tx, alias: Alias): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('registry_aliases')
    .values(alias as never)
    .onConflict((conflict) => conflict.columns(['project', 'model', 'alias']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const updateAlias = async (tx: Tx, seenRevision: number, { model, alias, ...change }: Alias): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('registry_aliases')
    .set({ version: change.version, revision: change.revision, updated_at: change.updated_at, updated_by: change.updated_by })
    .where('model', '=', model)
    .where('alias', '=', alias)
    .where('revision', '=', seenRevision)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const deleteAlias = async (tx: Tx, { model, alias, revision }: Alias): Promise<boolean> => {
  const { numDeletedRows } = await q(tx)
    .deleteFrom('registry_aliases')
    .where('model', '=', model)
    .where('alias', '=', alias)
    .where('revision', '=', revision)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
