import { sql } from 'kysely'
import type { Tx } from '#audit'
import { type Executor, type Json, json, type Store, tables } from '#platform/store'
import type { ApprovalEvent, ApprovalStatus } from './approval.ts'
import type { Envelope } from './statement.ts'

interface ApprovalTables {
  governance_approvals: {
    project: string
    id: string
    release_digest: string
    policy_id: string
    policy_name: string
    policy_version: number
    policy_digest: string
    requester: string
    status: ApprovalStatus
    awaiting: Json<string[]>
    escalated_to: string | null
    decided_at: string | null
    expires_at: string | null
    next_timer_at: string | null
    events: number
    created_at: string
    updated_at: string
  }
  governance_approval_events: { project: string; approval_id: string; seq: number; event: Json<ApprovalEvent> }
  governance_sign_offs: { project: string; id: string; approval_id: string; person_id: string; envelope: Json<Envelope>; created_at: string }
}

const q = tables<ApprovalTables>()

export interface ApprovalRow {
  readonly id: string
  readonly release_digest: string
  readonly policy_id: string
  readonly policy_name: string
  readonly policy_version: number
  readonly policy_digest: string
  readonly requester: string
  readonly status: ApprovalStatus
  /** Capacities that the stage under review still asks for. */
  readonly awaiting: string[]
  /** Who was told that the stage is overdue: `role:…` or `capacity:…`. */
  readonly escalated_to: string | null
  readonly decided_at: string | null
  readonly expires_at: string | null
  readonly next_timer_at: string | null
  readonly events: number
  readonly created_at: string
  readonly updated_at: string
}

const columns = [
  'id',
  'release_digest',
  'policy_id',
  'policy_name',
  'policy_version',
  'policy_digest',
  'requester',
  'status',
  'awaiting',
  'escalated_to',
  'decided_at',
  'expires_at',
  'next_timer_at',
  'events',
  'created_at',
  'updated_at',
] as const

/** False when the release has an open request (partial unique index). */
export const insertApproval = async (tx: Tx, row: ApprovalRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('governance_approvals')
    .values({ ...row, awaiting: json(row.awaiting) } as never)
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'release_digest'])
        .where(sql<boolean>`status in ('draft', 'submitted', 'in_review', 'changes_requested')`)
        .doNothing(),
    )
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findApproval = (at: Executor, id: string): Promise<ApprovalRow | undefined> =>
  q(at).selectFrom('governance_approvals').select(columns).where('id', '=', id).executeTakeFirst()

/** Takes the row lock: two people who speak at once speak one after the other. */
export const lockApproval = (tx: Tx, id: string): Promise<ApprovalRow | undefined> =>
  q(tx).selectFrom('governance_approvals').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()

export const findOpenApproval = (at: Executor, release: string): Promise<ApprovalRow | undefined> =>
  q(at)
    .selectFrom('governance_approvals')
    .select(columns)
    .where('release_digest', '=', release)
    .where('status', 'in', ['draft', 'submitted', 'in_review', 'changes_requested'])
    .executeTakeFirst()

export const updateApproval = async (
  tx: Tx,
  id: string,
  next: Pick<ApprovalRow, 'status' | 'awaiting' | 'escalated_to' | 'decided_at' | 'expires_at' | 'next_timer_at' | 'events' | 'updated_at'>,
): Promise<void> => {
  await q(tx)
    .updateTable('governance_approvals')
    .set({ ...next, awaiting: json(next.awaiting) })
    .where('id', '=', id)
    .execute()
}

export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined
  readonly release?: string | undefined
  /** Requests whose stage still asks for one of these capacities, or that were escalated to one of these names; not this person's own. */
  readonly awaiting?: { readonly capacities: readonly string[]; readonly names: readonly string[]; readonly notRequester: string } | undefined
  readonly beforeId?: string | undefined
}

export const listApprovals = (at: Executor, { status, release, awaiting, beforeId }: ApprovalFilter, limit: number): Promise<ApprovalRow[]> => {
  let query = q(at).selectFrom('governance_approvals').select(columns).orderBy('id', 'desc').limit(limit)
  if (status !== undefined) query = query.where('status', '=', status)
  if (release !== undefined) query = query.where('release_digest', '=', release)
  if (awaiting !== undefined) {
    const { capacities, names, notRequester } = awaiting
    query = query
      .where(sql<boolean>`(awaiting ?| ${sql.val(capacities)}::text[] or escalated_to = any(${sql.val(names)}::text[]))`)
      .where('requester', '<>', notRequester)
  }
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}

/** Approved by its events' own account, newest decision first; whether they are in force the caller asks the clock. */
export const findApproved = (at: Executor, releases: readonly string[] | undefined): Promise<ApprovalRow[]> => {
  const query = q(at)
    .selectFrom('governance_approvals')
    .select(columns)
    .where('status', 'in', ['approved', 'approved_with_conditions'])
    .orderBy('decided_at', 'desc')
    .orderBy('id', 'desc')
  if (releases === undefined) return query.execute()
  return releases.length === 0 ? Promise.resolve([]) : query.where('release_digest', 'in', [...releases]).execute()
}

/** Of these releases, the ones under review. */
export const findInReview = async (at: Executor, releases: readonly string[]): Promise<string[]> => {
  if (releases.length === 0) return []
  const rows = await q(at)
    .selectFrom('governance_approvals')
    .select('release_digest')
    .where('status', '=', 'in_review')
    .where('release_digest', 'in', [...releases])
    .execute()
  return rows.map(({ release_digest }) => release_digest)
}

/** Of these releases, the one approved last, whether or not it still is. Only an approval sets an expiry. */
export const findLastApproved = async (at: Executor, releases: readonly string[]): Promise<string | undefined> => {
  if (releases.length === 0) return undefined
  const row = await q(at)
    .selectFrom('governance_approvals')
    .select('release_digest')
    .where('expires_at', 'is not', null)
    .where('release_digest', 'in', [...releases])
    .orderBy('decided_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.release_digest
}

export const insertEvents = async (tx: Tx, approvalId: string, from: number, events: readonly ApprovalEvent[]): Promise<void> => {
  await q(tx)
    .insertInto('governance_approval_events')
    .values(events.map((event, index) => ({ approval_id: approvalId, seq: from + index, event: json(event) })) as never)
    .execute()
}

export const listEvents = async (at: Executor, approvalId: string): Promise<ApprovalEvent[]> => {
  const rows = await q(at).selectFrom('governance_approval_events').select('event').where('approval_id', '=', approvalId).orderBy('seq').execute()
  return rows.map(({ event }) => event)
}

/** Waivers of all requests, newest request first; the key of a page is request and place. */
export const listWaived = (at: Executor, before: { approval: string; seq: number } | undefined, limit: number) => {
  const query = q(at)
    .selectFrom('governance_approval_events')
    .select(['approval_id', 'seq', 'event'])
    .where(sql<boolean>`event ->> 'kind' = 'waived'`)
    .orderBy('approval_id', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
  return (before === undefined ? query : query.where(sql<boolean>`(approval_id, seq) < (${before.approval}, ${before.seq}::int)`)).execute()
}

/** All events of these requests, each request's in order. */
export const eventsOf = async (at: Executor, approvalIds: readonly string[]): Promise<Map<string, ApprovalEvent[]>> => {
  if (approvalIds.length === 0) return new Map()
  const rows = await q(at)
    .selectFrom('governance_approval_events')
    .select(['approval_id', 'event'])
    .where('approval_id', 'in', [...approvalIds])
    .orderBy('approval_id')
    .orderBy('seq')
    .execute()
  return new Map([...Map.groupBy(rows, ({ approval_id }) => approval_id)].map(([id, group]) => [id, group.map(({ event }) => event)]))
}

export interface SignOffRow {
  readonly id: string
  readonly approval_id: string
  readonly person_id: string
  readonly envelope: Envelope
  readonly created_at: string
}

export const insertSignOff = async (tx: Tx, row: SignOffRow): Promise<void> => {
  await q(tx)
    .insertInto('governance_sign_offs')
    .values({ ...row, envelope: json(row.envelope) } as never)
    .execute()
}

export const signOffsOf = async (at: Executor, approvalIds: readonly string[]): Promise<SignOffRow[]> =>
  approvalIds.length === 0
    ? []
    : q(at)
        .selectFrom('governance_sign_offs')
        .select(['id', 'approval_id', 'person_id', 'envelope', 'created_at'])
        .where('approval_id', 'in', [...approvalIds])
        .orderBy('id')
        .execute()

/** Across projects, for the timer alone: which requests time has something to say to. */
export const findDue = async (store: Store, nowAt: string, limit: number): Promise<{ project: string; id: string }[]> =>
  (store.root as never as ReturnType<typeof q>)
    .selectFrom('governance_approvals')
    .select(['project', 'id'])
    .where('next_timer_at', '<=', nowAt)
    .orderBy('next_timer_at')
    .limit(limit)
    .execute()
