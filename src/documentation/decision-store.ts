import type { Tx } from '#audit'
import type { Digest } from '#platform/canonical'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { DecisionContent, DecisionStatus, DecisionSummary, DecisionVersion } from './decision.ts'

interface DecisionTables {
  documentation_decisions: {
    project: string
    id: string
    title: string
    status: DecisionStatus
    version: number
    digest: Digest
    superseded_by: string | null
    review_by: string | null
    created_at: string
    created_by: string
    updated_at: string
    updated_by: string
  }
  documentation_decision_versions: {
    project: string
    decision_id: string
    version: number
    digest: Digest
    status: DecisionStatus
    content: Json<DecisionContent>
    reason: string
    created_at: string
    created_by: string
  }
}

const q = tables<DecisionTables>()

const columns = [
  'id',
  'title',
  'status',
  'version',
  'digest',
  'superseded_by',
  'review_by',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
] as const

export const insertDecision = async (tx: Tx, decision: DecisionSummary): Promise<void> => {
  await q(tx)
    .insertInto('documentation_decisions')
    .values(decision as never)
    .execute()
}

/** False when somebody changed it in between. */
export const advanceDecision = async (
  tx: Tx,
  id: string,
  from: number,
  next: Omit<DecisionSummary, 'id' | 'created_at' | 'created_by'>,
): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('documentation_decisions')
    .set(next)
    .where('id', '=', id)
    .where('version', '=', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const insertDecisionVersion = async (tx: Tx, row: DecisionVersion): Promise<void> => {
  await q(tx)
    .insertInto('documentation_decision_versions')
    .values({ ...row, content: json(row.content) } as never)
    .execute()
}

export const findDecision = (at: Executor, id: string): Promise<DecisionSummary | undefined> =>
  q(at).selectFrom('documentation_decisions').select(columns).where('id', '=', id).executeTakeFirst()

export const listDecisions = (
  at: Executor,
  status: DecisionStatus | undefined,
  beforeId: string | undefined,
  limit: number,
): Promise<DecisionSummary[]> => {
  let query = q(at).selectFrom('documentation_decisions').select(columns).orderBy('id', 'desc').limit(limit)
  if (status !== undefined) query = query.where('status', '=', status)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}

const versionColumns = ['decision_id', 'version', 'digest', 'status', 'content', 'reason', 'created_at', 'created_by'] as const

export const findDecisionVersion = (at: Executor, id: string, version: number): Promise<DecisionVersion | undefined> =>
  q(at)
    .selectFrom('documentation_decision_versions')
    .select(versionColumns)
    .where('decision_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()

export const listDecisionVersions = (at: Executor, id: string, before: number | undefined, limit: number): Promise<DecisionVersion[]> => {
  const query = q(at)
    .selectFrom('documentation_decision_versions')
    .select(versionColumns)
    .where('decision_id', '=', id)
    .orderBy('version', 'desc')
    .limit(limit)
  return (before === undefined ? query : query.where('version', '<', before)).execute()
}
