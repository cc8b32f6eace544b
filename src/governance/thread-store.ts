import type { Tx } from '#audit'
import { type Executor, tables } from '#platform/store'

interface ThreadTables {
  governance_threads: {
    project: string
    id: string
    approval_id: string
    report: string | null
    row_id: string | null
    created_at: string
    created_by: string
    resolved_at: string | null
    resolved_by: string | null
  }
  governance_comments: { project: string; id: string; thread_id: string; text: string; created_at: string; created_by: string; author: string }
}

const q = tables<ThreadTables>()

export interface ThreadRow {
  readonly id: string
  readonly approval_id: string
  readonly report: string | null
  readonly row_id: string | null
  readonly created_at: string
  readonly created_by: string
  readonly resolved_at: string | null
  readonly resolved_by: string | null
}

export interface CommentRow {
  readonly id: string
  readonly thread_id: string
  readonly text: string
  readonly created_at: string
  readonly created_by: string
  readonly author: string
}

const columns = ['id', 'approval_id', 'report', 'row_id', 'created_at', 'created_by', 'resolved_at', 'resolved_by'] as const

export const insertThread = async (tx: Tx, row: ThreadRow): Promise<void> => {
  await q(tx)
    .insertInto('governance_threads')
    .values(row as never)
    .execute()
}

export const listThreads = (at: Executor, approvalId: string): Promise<ThreadRow[]> =>
  q(at).selectFrom('governance_threads').select(columns).where('approval_id', '=', approvalId).orderBy('id').execute()

export const countOpenThreads = async (at: Executor, approvalId: string): Promise<number> => {
  const { open } = await q(at)
    .selectFrom('governance_threads')
    .select((expression) => expression.fn.countAll<number>().as('open'))
    .where('approval_id', '=', approvalId)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow()
  return open
}

/** False when it is resolved already. */
export const resolveThreadRow = async (tx: Tx, id: string, at: string, by: string): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('governance_threads')
    .set({ resolved_at: at, resolved_by: by })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** A new comment opens a resolved thread again. */
export const reopenThreadRow = async (tx: Tx, id: string): Promise<void> => {
  await q(tx).updateTable('governance_threads').set({ resolved_at: null, resolved_by: null }).where('id', '=', id).execute()
}

export const insertComment = async (tx: Tx, row: CommentRow): Promise<void> => {
  await q(tx)
    .insertInto('governance_comments')
    .values(row as never)
    .execute()
}

export const listComments = async (at: Executor, threadIds: readonly string[]): Promise<CommentRow[]> =>
  threadIds.length === 0
    ? []
    : q(at)
        .selectFrom('governance_comments')
        .select(['id', 'thread_id', 'text', 'created_at', 'created_by', 'author'])
        .where('thread_id', 'in', [...threadIds])
        .orderBy('id')
        .execute()
