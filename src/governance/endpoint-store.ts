import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { EndpointTags, Target, Visibility } from './endpoint.ts'

interface EndpointTables {
  governance_endpoints: {
    project: string
    id: string
    name: string
    description: string
    visibility: Visibility
    tags: Json<EndpointTags>
    targets: Json<Target[]>
    revision: number
    created_at: string
    created_by: string
    updated_at: string
    updated_by: string
  }
  governance_endpoint_history: {
    project: string
    endpoint_id: string
    seq: number
    origin: number
    targets: Json<Target[]>
    reason: string
    at: string
    by: string
  }
}

const q = tables<EndpointTables>()

export interface EndpointRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly visibility: Visibility
  readonly tags: EndpointTags
  readonly targets: Target[]
  /** Counts every change; the ETag. */
  readonly revision: number
  readonly created_at: string
  readonly created_by: string
  readonly updated_at: string
  readonly updated_by: string
}

/** What an endpoint pointed at, since when. */
export interface HistoryRow {
  readonly seq: number
  /** The entry whose targets these are: itself, or the one that a rollback went back to. */
  readonly origin: number
  readonly targets: Target[]
  readonly reason: string
  readonly at: string
  readonly by: string
}

const columns = [
  'id',
  'name',
  'description',
  'visibility',
  'tags',
  'targets',
  'revision',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
] as const

/** False when the name is taken. */
export const insertEndpoint = async (tx: Tx, row: EndpointRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('governance_endpoints')
    .values({ ...row, tags: json(row.tags), targets: json(row.targets) } as never)
    .onConflict((conflict) => conflict.columns(['project', 'name']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findEndpoint = (at: Executor, name: string): Promise<EndpointRow | undefined> =>
  q(at).selectFrom('governance_endpoints').select(columns).where('name', '=', name).executeTakeFirst()

export const lockEndpoint = (tx: Tx, name: string): Promise<EndpointRow | undefined> =>
  q(tx).selectFrom('governance_endpoints').select(columns).where('name', '=', name).forUpdate().executeTakeFirst()

export const updateEndpoint = async (tx: Tx, row: EndpointRow): Promise<void> => {
  const { id, name: _, ...values } = row
  await q(tx)
    .updateTable('governance_endpoints')
    .set({ ...values, tags: json(row.tags), targets: json(row.targets) })
    .where('id', '=', id)
    .execute()
}

export const listEndpoints = (at: Executor, afterName: string | undefined, limit: number): Promise<EndpointRow[]> => {
  const query = q(at).selectFrom('governance_endpoints').select(columns).orderBy('name').limit(limit)
  return (afterName === undefined ? query : query.where('name', '>', afterName)).execute()
}

export const allEndpoints = (at: Executor): Promise<EndpointRow[]> =>
  q(at).selectFrom('governance_endpoints').select(columns).orderBy('name').execute()

export const insertHistory = async (tx: Tx, endpointId: string, row: HistoryRow): Promise<void> => {
  await q(tx)
    .insertInto('governance_endpoint_history')
    .values({ ...row, endpoint_id: endpointId, targets: json(row.targets) } as never)
    .execute()
}

/** Newest first. */
export const listHistory = (at: Executor, endpointId: string, limit: number): Promise<HistoryRow[]> =>
  q(at)
    .selectFrom('governance_endpoint_history')
    .select(['seq', 'origin', 'targets', 'reason', 'at', 'by'])
    .where('endpoint_id', '=', endpointId)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
