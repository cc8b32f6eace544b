import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Retention } from '../retention.ts'

interface RetentionTables {
  monitoring_retention: { project: string; version: number; policy: Json<Retention>; updated_at: string }
}

const q = tables<RetentionTables>()

export const findRetention = (at: Executor): Promise<{ version: number; policy: Retention } | undefined> =>
  q(at).selectFrom('monitoring_retention').select(['version', 'policy']).executeTakeFirst()

/** False when somebody else changed it since. */
export const saveRetention = async (tx: Tx, seenVersion: number, policy: Retention): Promise<boolean> => {
  const row = { version: seenVersion + 1, policy: json(policy), updated_at: tx.nowAt }
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('monitoring_retention')
    .values(row as never)
    .onConflict((conflict) => conflict.column('project').doUpdateSet(row).where('monitoring_retention.version', '=', seenVersion))
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}
