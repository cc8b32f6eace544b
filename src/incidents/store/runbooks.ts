import type { Tx } from '#audit'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { PostMortemText } from '../post-mortem.ts'
import type { NewRunbook, Runbook, StepRun } from '../runbook.ts'

interface RunbookTables {
  incidents_runbooks: {
    project: string
    id: string
    version: number
    name: string
    is_current: boolean
    document: Json<NewRunbook>
    created_at: string
    created_by: string
  }
  incidents_steps: StepRun & { project: string; incident_id: string }
  incidents_post_mortems: {
    project: string
    incident_id: string
    version: number
    document: Json<PostMortemText>
    published_at: string | null
    published_by: string | null
    digest: string | null
  }
}

const q = tables<RunbookTables>()

const runbookColumns = ['id', 'version', 'document', 'created_at', 'created_by'] as const
const toRunbook = ({ document, ...row }: { document: NewRunbook } & Pick<Runbook, 'id' | 'version' | 'created_at' | 'created_by'>): Runbook => ({
  ...document,
  ...row,
})

/** False when the name is taken, or the version was made by somebody else a moment ago. */
export const insertRunbook = async (tx: Tx, id: string, version: number, document: NewRunbook, by: string): Promise<boolean> => {
  if (version > 1) {
    const { numUpdatedRows } = await q(tx)
      .updateTable('incidents_runbooks')
      .set({ is_current: false })
      .where('id', '=', id)
      .where('version', '=', version - 1)
      .where('is_current', '=', true)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) return false
  }
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('incidents_runbooks')
    .values({ id, version, name: document.name, is_current: true, document: json(document), created_at: tx.nowAt, created_by: by } as never)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findRunbook = async (at: Executor, id: string): Promise<Runbook | undefined> => {
  const row = await q(at)
    .selectFrom('incidents_runbooks')
    .select(runbookColumns)
    .where('id', '=', id)
    .where('is_current', '=', true)
    .executeTakeFirst()
  return row === undefined ? undefined : toRunbook(row)
}

export const listRunbooks = async (at: Executor, afterName: string | undefined, limit: number): Promise<Runbook[]> => {
  const query = q(at).selectFrom('incidents_runbooks').select(runbookColumns).where('is_current', '=', true).orderBy('name').limit(limit)
  return (await (afterName === undefined ? query : query.where('name', '>', afterName)).execute()).map(toRunbook)
}

const stepColumns = ['runbook_id', 'runbook_version', 'step', 'state', 'outcome', 'started_at', 'ended_at', 'actor'] as const

export const findStep = (at: Executor, incidentId: string, runbookId: string, step: number): Promise<StepRun | undefined> =>
  q(at)
    .selectFrom('incidents_steps')
    .select(stepColumns)
    .where('incident_id', '=', incidentId)
    .where('runbook_id', '=', runbookId)
    .where('step', '=', step)
    .executeTakeFirst()

export const listSteps = (at: Executor, incidentId: string): Promise<StepRun[]> =>
  q(at)
    .selectFrom('incidents_steps')
    .select(stepColumns)
    .where('incident_id', '=', incidentId)
    .orderBy('started_at')
    .orderBy('runbook_id')
    .orderBy('step')
    .execute()

export const saveStep = async (tx: Tx, incidentId: string, run: StepRun): Promise<void> => {
  await q(tx)
    .insertInto('incidents_steps')
    .values({ incident_id: incidentId, ...run } as never)
    .onConflict((conflict) => conflict.columns(['incident_id', 'runbook_id', 'step']).doUpdateSet({ ...run }))
    .execute()
}

export const findPostMortem = (at: Executor, incidentId: string) =>
  q(at)
    .selectFrom('incidents_post_mortems')
    .select(['version', 'document', 'published_at', 'published_by', 'digest'])
    .where('incident_id', '=', incidentId)
    .executeTakeFirst()

/** The incident's row is locked by the caller, so this cannot race. */
export const savePostMortem = async (
  tx: Tx,
  incidentId: string,
  row: { version: number; document: PostMortemText; published_at: string | null; published_by: string | null; digest: string | null },
): Promise<void> => {
  const values = { ...row, document: json(row.document) }
  await q(tx)
    .insertInto('incidents_post_mortems')
    .values({ incident_id: incidentId, ...values } as never)
    .onConflict((conflict) => conflict.column('incident_id').doUpdateSet(values))
    .execute()
}
