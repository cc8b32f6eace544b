import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Column, Dataset } from './dataset.ts'

type DatasetRow = Omit<Dataset, 'columns'> & { project: string; columns: Json<Column[]> }
const q = tables<{ assessment_datasets: DatasetRow }>()

const columns = [
  'id',
  'name',
  'version',
  'digest',
  'description',
  'licence',
  'attribution',
  'source',
  'row_count',
  'size_bytes',
  'columns',
  'created_at',
  'created_by',
] as const

/** False when this version or this content of the name is there already. */
export const insertDataset = async (tx: Tx, dataset: Dataset): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('assessment_datasets')
    .values({ ...dataset, columns: json(dataset.columns) } as never)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** The newest without a version. */
export const findDataset = (at: Executor, name: string, version?: number): Promise<Dataset | undefined> => {
  const query = q(at).selectFrom('assessment_datasets').select(columns).where('name', '=', name).orderBy('version', 'desc').limit(1)
  return (version === undefined ? query : query.where('version', '=', version)).executeTakeFirst()
}

export const findDatasetByDigest = (at: Executor, name: string, digest: Dataset['digest']): Promise<Dataset | undefined> =>
  q(at).selectFrom('assessment_datasets').select(columns).where('name', '=', name).where('digest', '=', digest).executeTakeFirst()

/** Newest first. */
export const listDatasets = (at: Executor, name: string | undefined, beforeId: string | undefined, limit: number): Promise<Dataset[]> => {
  let query = q(at).selectFrom('assessment_datasets').select(columns).orderBy('id', 'desc').limit(limit)
  if (name !== undefined) query = query.where('name', '=', name)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}
