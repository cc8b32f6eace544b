import type { Tx } from '#audit'
import type { Digest } from '#platform/canonical'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { ApprovalPolicy, ApprovalPolicyDocument } from './policy.ts'

interface PolicyTables {
  governance_policies: {
    project: string
    id: string
    name: string
    version: number
    digest: Digest
    document: Json<ApprovalPolicyDocument>
    created_at: string
    created_by: string
  }
}

const q = tables<PolicyTables>()
const columns = ['id', 'name', 'version', 'digest', 'document', 'created_at', 'created_by'] as const

/** False when somebody took this version number first. */
export const insertPolicy = async (tx: Tx, policy: ApprovalPolicy): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('governance_policies')
    .values({ ...policy, document: json(policy.document) } as never)
    .onConflict((conflict) => conflict.columns(['project', 'name', 'version']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findPolicy = (at: Executor, name: string, version: number): Promise<ApprovalPolicy | undefined> =>
  q(at).selectFrom('governance_policies').select(columns).where('name', '=', name).where('version', '=', version).executeTakeFirst()

export const findNewestPolicy = (at: Executor, name: string): Promise<ApprovalPolicy | undefined> =>
  q(at).selectFrom('governance_policies').select(columns).where('name', '=', name).orderBy('version', 'desc').limit(1).executeTakeFirst()

/** All versions, newest first. */
export const listPolicies = (at: Executor, name: string | undefined, beforeId: string | undefined, limit: number): Promise<ApprovalPolicy[]> => {
  let query = q(at).selectFrom('governance_policies').select(columns).orderBy('id', 'desc').limit(limit)
  if (name !== undefined) query = query.where('name', '=', name)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}
