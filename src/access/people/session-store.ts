import { sql } from 'kysely'
import type { Tx } from '#audit'
import { type Executor, tables } from '#platform/store'
import type { LinkPurpose } from './link.ts'
import { findPerson, type PersonRow } from './store.ts'

export interface LinkRow {
  readonly id: string
  readonly token_hash: string
  readonly purpose: LinkPurpose
  readonly person_id: string | null
  readonly created_by: string
  readonly expires_at: string
}

export interface SessionRow {
  readonly id: string
  readonly token_hash: string
  readonly person_id: string
  readonly created_at: string
  readonly last_seen_at: string
  readonly expires_at: string
}

interface SessionTables {
  access_links: { -readonly [C in keyof LinkRow]: LinkRow[C] } & { used_at: string | null; project: string }
  access_sessions: { -readonly [C in keyof SessionRow]: SessionRow[C] } & { project: string }
  access_attempts: { project: string; subject: string; attempts: number; since: string }
}

const q = tables<SessionTables>()

export const insertLink = async (tx: Tx, row: LinkRow): Promise<void> => {
  await q(tx)
    .insertInto('access_links')
    .values({ ...row, used_at: null } as never)
    .execute()
}

/** There is one at a time: a later start replaces what an earlier one printed, also when two start at once. */
export const replaceFirstLink = async (tx: Tx, row: LinkRow): Promise<void> => {
  await q(tx)
    .insertInto('access_links')
    .values({ ...row, used_at: null } as never)
    .onConflict((conflict) =>
      conflict
        .column('project')
        .where(sql<boolean>`purpose = 'first-administrator' and used_at is null`)
        .doUpdateSet({ id: row.id, token_hash: row.token_hash, expires_at: row.expires_at }),
    )
    .execute()
}

export const findOpenLink = (at: Executor, tokenHash: string, nowAt: string): Promise<LinkRow | undefined> =>
  q(at)
    .selectFrom('access_links')
    .select(['id', 'token_hash', 'purpose', 'person_id', 'created_by', 'expires_at'])
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', nowAt)
    .executeTakeFirst()

/** False when another request was first. */
export const takeLink = async (tx: Tx, id: string): Promise<boolean> => {
  const { numUpdatedRows } = await q(tx)
    .updateTable('access_links')
    .set({ used_at: tx.nowAt })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', tx.nowAt)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const dropLinksOf = async (tx: Tx, personId: string): Promise<void> => {
  await q(tx).deleteFrom('access_links').where('person_id', '=', personId).where('used_at', 'is', null).execute()
}

// Sessions

export const insertSession = async (tx: Tx, row: SessionRow): Promise<void> => {
  await q(tx)
    .insertInto('access_sessions')
    .values(row as never)
    .execute()
}

export const findSession = (at: Executor, tokenHash: string): Promise<(SessionRow & { person: PersonRow }) | undefined> =>
  q(at)
    .selectFrom('access_sessions')
    .selectAll('access_sessions')
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
    .then(async (session) => {
      const holder = session === undefined ? undefined : await findPerson(at, session.person_id)
      return session === undefined || holder === undefined ? undefined : { ...session, person: holder }
    })

export const touchSession = async (at: Executor, id: string, nowAt: string): Promise<void> => {
  await q(at).updateTable('access_sessions').set({ last_seen_at: nowAt }).where('id', '=', id).execute()
}

export const dropSession = async (tx: Tx, id: string): Promise<boolean> => {
  const { numDeletedRows } = await q(tx).deleteFrom('access_sessions').where('id', '=', id).executeTakeFirst()
  return numDeletedRows === 1n
}

export const dropSessionsOf = async (tx: Tx, personId: string): Promise<number> => {
  const { numDeletedRows } = await q(tx).deleteFrom('access_sessions').where('person_id', '=', personId).executeTakeFirst()
  return Number(numDeletedRows)
}

/** Idle and ended ones are refused anyway; this keeps the table small. */
export const dropEndedSessions = async (tx: Tx, idleSinceAt: string): Promise<void> => {
  await q(tx)
    .deleteFrom('access_sessions')
    .where((or) => or.or([or('expires_at', '<=', tx.nowAt), or('last_seen_at', '<', idleSinceAt)]))
    .execute()
}

// Attempts to sign in

/** Counts one attempt of each subject in a window that starts with the first; counted before the password is looked at. */
export const countAttempt = async (
  at: Executor,
  subject: string,
  nowAt: string,
  windowStartAt: string,
): Promise<{ attempts: number; since: string }> =>
  q(at)
    .insertInto('access_attempts')
    .values({ subject, attempts: 1, since: nowAt } as never)
    .onConflict((conflict) =>
      conflict.columns(['project', 'subject']).doUpdateSet({
        attempts: sql<number>`case when access_attempts.since <= ${windowStartAt}::timestamptz then 1 else access_attempts.attempts + 1 end`,
        since: sql<string>`case when access_attempts.since <= ${windowStartAt}::timestamptz then ${nowAt}::timestamptz else access_attempts.since end`,
      }),
    )
    .returning(['attempts', 'since'])
    .executeTakeFirstOrThrow()

export const uncountAttempt = async (at: Executor, subject: string): Promise<void> => {
  await q(at).updateTable('access_attempts').set({ attempts: sql<number>`greatest(attempts - 1, 0)` }).where('subject', '=', subject).execute()
}

export const forgetAttempts = async (at: Executor, subjects: readonly string[], olderThanAt: string): Promise<void> => {
  await q(at)
    .deleteFrom('access_attempts')
    .where((or) => or.or([or('subject', 'in', subjects), or('since', '<', olderThanAt)]))
    .execute()
}
