import { type Executor, type Json, json, tables } from '#platform/store'
import type { Frontier } from './merkle.ts'
import type { AuditEntry } from './model.ts'

interface AuditTables {
  audit_head: { project: string; size: number; peaks: Json<string[]> }
  audit_entries: {
    project: string
    seq: number
    at: string
    actor_id: string
    action: string
    subject_kind: string
    subject_id: string
    canonical: string
  }
  audit_checkpoints: { project: string; size: number; note: string }
}

const q = tables<AuditTables>()

/** Takes the row lock that orders all writers of this project's log until the transaction ends. */
export const lockHead = async (at: Executor): Promise<Frontier> => {
  await q(at)
    .insertInto('audit_head')
    .values({ size: 0, peaks: json([]) } as never)
    .onConflict((c) => c.column('project').doNothing())
    .execute()
  return q(at).selectFrom('audit_head').select(['size', 'peaks']).forUpdate().executeTakeFirstOrThrow()
}

export const saveHead = async (at: Executor, { size, peaks }: Frontier): Promise<void> => {
  await q(at)
    .updateTable('audit_head')
    .set({ size, peaks: json(peaks) })
    .execute()
}

export const insertEntries = async (at: Executor, entries: readonly { entry: AuditEntry; canonical: string }[]): Promise<void> => {
  await q(at)
    .insertInto('audit_entries')
    .values(
      entries.map(({ entry, canonical }) => ({
        seq: entry.seq,
        at: entry.at,
        actor_id: entry.actor.id,
        action: entry.action,
        subject_kind: entry.subject.kind,
        subject_id: entry.subject.id,
        canonical,
      })) as never,
    )
    .execute()
}

export const insertCheckpoints = async (at: Executor, checkpoints: readonly { size: number; note: string }[]): Promise<void> => {
  await q(at)
    .insertInto('audit_checkpoints')
    .values(checkpoints.map(({ size, note }) => ({ size, note })) as never)
    .execute()
}

export const latestCheckpoint = (at: Executor): Promise<{ size: number; note: string } | undefined> =>
  q(at).selectFrom('audit_checkpoints').select(['size', 'note']).orderBy('size', 'desc').limit(1).executeTakeFirst()

export interface EntryFilter {
  readonly action?: string | undefined
  readonly subject_kind?: string | undefined
  readonly subject_id?: string | undefined
  readonly actor?: string | undefined
  readonly beforeSeq?: number | undefined
}

export const listEntries = (at: Executor, filter: EntryFilter, limit: number): Promise<{ seq: number; canonical: string }[]> => {
  let query = q(at).selectFrom('audit_entries').select(['seq', 'canonical']).orderBy('seq', 'desc').limit(limit)
  if (filter.action !== undefined) query = query.where('action', 'like', `${filter.action.replace(/[\\%_]/g, '\\$&')}%`)
  if (filter.subject_kind !== undefined) query = query.where('subject_kind', '=', filter.subject_kind)
  if (filter.subject_id !== undefined) query = query.where('subject_id', '=', filter.subject_id)
  if (filter.actor !== undefined) query = query.where('actor_id', '=', filter.actor)
  if (filter.beforeSeq !== undefined) query = query.where('seq', '<', filter.beforeSeq)
  return query.execute()
}

/** Ascending slices, so that an export never holds the whole log in memory. */
export const entriesFrom = (at: Executor, seq: number, limit: number): Promise<{ seq: number; canonical: string }[]> =>
  q(at).selectFrom('audit_entries').select(['seq', 'canonical']).where('seq', '>=', seq).orderBy('seq').limit(limit).execute()

export const checkpointsFrom = (at: Executor, size: number, limit: number): Promise<{ size: number; note: string }[]> =>
  q(at).selectFrom('audit_checkpoints').select(['size', 'note']).where('size', '>=', size).orderBy('size').limit(limit).execute()
