import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Suite, SuiteDocument } from './suite.ts'

type SuiteRow = Omit<Suite, 'document'> & { project: string; document: Json<SuiteDocument> }
const q = tables<{ assessment_suites: SuiteRow }>()

const columns = ['id', 'name', 'version', 'digest', 'document', 'created_at', 'created_by'] as const

/** False when this version or this content of the name is there already. */
export const insertSuite = async (tx: Tx, suite: Suite): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('assessment_suites')
    .values({ ...suite, document: json(suite.document) } as never)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** The newest without a version. */
export const findSuite = (at: Executor, name: string, version?: number): Promise<Suite | undefined> => {
  const query = q(at).selectFrom('assessment_suites').select(columns).where('name', '=', name).orderBy('version', 'desc').limit(1)
  return (version === undefined ? query : query.where('version', '=', version)).executeTakeFirst()
}

export const findSuiteByDigest = (at: Executor, name: string, digest: Suite['digest']): Promise<Suite | undefined> =>
  q(at).selectFrom('assessment_suites').select(columns).where('name', '=', name).where('digest', '=', digest).executeTakeFirst()

/** Newest first. */
export const listSuites = (at: Executor, name: string | undefined, beforeId: string | undefined, limit: number): Promise<Suite[]> => {
  let query = q(at).selectFrom('assessment_suites').select(columns).orderBy('id', 'desc').limit(limit)
  if (name !== undefined) query = query.where('name', '=', name)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}
