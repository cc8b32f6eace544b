import type { Tx } from '#audit'
import type { Digest } from '#platform/canonical'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { ReleaseDocument } from './release.ts'

interface ReleaseTables {
  governance_releases: {
    project: string
    digest: Digest
    id: string
    model: string
    model_version: number
    document: Json<ReleaseDocument>
    risk: string
    authors: Json<string[]>
    created_at: string
    created_by: string
    suspended_at: string | null
    suspended_by: string | null
    suspended_reason: string | null
  }
}

const q = tables<ReleaseTables>()

export interface ReleaseRow {
  readonly digest: Digest
  readonly id: string
  readonly model: string
  readonly model_version: number
  readonly document: ReleaseDocument
  readonly risk: string
  readonly authors: string[]
  readonly created_at: string
  readonly created_by: string
  readonly suspended_at: string | null
  readonly suspended_by: string | null
  readonly suspended_reason: string | null
}

const columns = [
  'digest',
  'id',
  'model',
  'model_version',
  'document',
  'risk',
  'authors',
  'created_at',
  'created_by',
  'suspended_at',
  'suspended_by',
  'suspended_reason',
] as const

/** False when the same content was built before. */
export const insertRelease = async (tx: Tx, row: ReleaseRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('governance_releases')
    .values({ ...row, document: json(row.document), authors: json(row.authors) } as never)
    .onConflict((conflict) => conflict.columns(['project', 'digest']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findRelease = (at: Executor, digest: string): Promise<ReleaseRow | undefined> =>
  q(at)
    .selectFrom('governance_releases')
    .select(columns)
    .where('digest', '=', digest as Digest)
    .executeTakeFirst()

/** Takes the row lock: whoever decides on a release, and whoever stops it, wait for each other. */
export const lockRelease = (tx: Tx, digest: string): Promise<ReleaseRow | undefined> =>
  q(tx)
    .selectFrom('governance_releases')
    .select(columns)
    .where('digest', '=', digest as Digest)
    .forUpdate()
    .executeTakeFirst()

export const findReleases = async (at: Executor, digests: readonly string[]): Promise<ReleaseRow[]> =>
  digests.length === 0
    ? []
    : q(at)
        .selectFrom('governance_releases')
        .select(columns)
        .where('digest', 'in', digests as Digest[])
        .execute()

export const listReleases = (at: Executor, model: string | undefined, beforeId: string | undefined, limit: number): Promise<ReleaseRow[]> => {
  let query = q(at).selectFrom('governance_releases').select(columns).orderBy('id', 'desc').limit(limit)
  if (model !== undefined) query = query.where('model', '=', model)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}

export const setSuspension = async (
  tx: Tx,
  digest: string,
  suspension: Pick<ReleaseRow, 'suspended_at' | 'suspended_by' | 'suspended_reason'>,
): Promise<void> => {
  await q(tx)
    .updateTable('governance_releases')
    .set(suspension)
    .where('digest', '=', digest as Digest)
    .execute()
}
