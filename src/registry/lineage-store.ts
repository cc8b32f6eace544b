import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { LineageEdge } from './lineage.ts'

interface LineageTables {
  registry_lineage: {
    project: string
    version_id: string
    relation: LineageEdge['relation']
    target_kind: LineageEdge['target_kind']
    target: string
    details: Json<LineageEdge['details']>
  }
}

const q = tables<LineageTables>()

const columns = ['version_id', 'relation', 'target_kind', 'target', 'details'] as const

export type LineageRow = LineageEdge & { readonly version_id: string }

export const insertEdges = async (tx: Tx, versionId: string, edges: readonly LineageEdge[]): Promise<void> => {
  if (edges.length === 0) return
  await q(tx)
    .insertInto('registry_lineage')
    .values(edges.map((edge) => ({ ...edge, version_id: versionId, details: json(edge.details) })) as never)
    // The same bytes under two paths are one artifact of the graph.
    .onConflict((conflict) => conflict.columns(['version_id', 'relation', 'target_kind', 'target']).doNothing())
    .execute()
}

/** What this version stands on. */
export const edgesFrom = (at: Executor, versionId: string, limit: number): Promise<LineageRow[]> =>
  q(at)
    .selectFrom('registry_lineage')
    .select(columns)
    .where('version_id', '=', versionId)
    .orderBy('relation')
    .orderBy('target')
    .limit(limit)
    .execute()

/** Which versions stand on this. */
export const edgesTo = (at: Executor, kind: LineageEdge['target_kind'], target: string, limit: number): Promise<LineageRow[]> =>
  q(at)
    .selectFrom('registry_lineage')
    .select(columns)
    .where('target_kind', '=', kind)
    .where('target', '=', target)
    .orderBy('version_id')
    .limit(limit)
    .execute()
