import { z } from 'zod'
import { actorRef, type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import { type ApprovalState, ApprovalStatus, Check, fold, isInForce, neededAt } from './approval.ts'
import { type ApprovalRow, findApproval, listEvents, listApprovals as listRows } from './approval-store.ts'
import { can } from './permissions.ts'
import { releaseNames } from './read-releases.ts'
import { Condition, Digest } from './release.ts'
import { countOpenThreads } from './thread-store.ts'

const Needed = z.object({ capacity: z.string(), approvals: z.int(), given: z.int() })

const Summary = {
  id: z.string(),
  status: ApprovalStatus,
  /** Approved and not past its end. A suspension of the release is told on the release. */
  in_force: z.boolean(),
  release: z.object({ digest: Digest, model: z.string(), version: z.int() }),
  policy: z.object({ name: z.string(), version: z.int(), digest: Digest }),
  requester: z.string(),
  awaiting: z.array(z.string()),
  /** Who was told that the stage is overdue: `role:…` or `capacity:…`. */
  escalated_to: z.string().nullable(),
  decided_at: z.iso.datetime().nullable(),
  expires_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}
export const ApprovalSummary = z.object(Summary).meta({ id: 'ApprovalSummary' })
export type ApprovalSummary = z.infer<typeof ApprovalSummary>

export const Approval = z
  .object({
    ...Summary,
    round: z.int(),
    checks: z.array(Check),
    waivers: z.array(
      z.object({
        sign_off: z.string(),
        check: z.string(),
        person: z.string(),
        name: z.string(),
        reason: z.string(),
        control: z.string(),
        expires_at: z.iso.datetime(),
      }),
    ),
    stage: z
      .object({
        index: z.int(),
        name: z.string(),
        due_at: z.iso.datetime(),
        overdue: z.boolean(),
        escalated: z.boolean(),
        needed: z.array(Needed),
      })
      .nullable(),
    stages: z.array(z.object({ name: z.string(), needed: z.array(Needed) })),
    sign_offs: z.array(
      z.object({
        sign_off: z.string(),
        person: z.string(),
        name: z.string(),
        stage: z.int(),
        capacity: z.string(),
        conditions: z.array(Condition),
        at: z.iso.datetime(),
      }),
    ),
    conditions: z.array(Condition),
    reason: z.string().nullable(),
    open_threads: z.int(),
  })
  .meta({ id: 'Approval' })
export type Approval = z.infer<typeof Approval>

export const loadApproval = async (ctx: Ctx, id: string): Promise<{ row: ApprovalRow; state: ApprovalState }> => {
  const row = await findApproval(ctx.read, id)
  if (row === undefined) throw platformErrors.not_found({ kind: 'approval request', id })
  return { row, state: fold(await listEvents(ctx.read, id)) }
}

const summaryOf = (row: ApprovalRow, name: { model: string; version: number } | undefined, nowMs: number): ApprovalSummary => ({
  id: row.id,
  status: row.status,
  in_force: row.expires_at !== null && ['approved', 'approved_with_conditions'].includes(row.status) && nowMs < Date.parse(row.expires_at),
  release: { digest: Digest.parse(row.release_digest), model: name?.model ?? '', version: name?.version ?? 0 },
  policy: { name: row.policy_name, version: row.policy_version, digest: Digest.parse(row.policy_digest) },
  requester: row.requester,
  awaiting: row.awaiting,
  escalated_to: row.escalated_to,
  decided_at: row.decided_at,
  expires_at: row.expires_at,
  created_at: row.created_at,
  updated_at: row.updated_at,
})

const stageOf = (state: ApprovalState, nowMs: number): Approval['stage'] => {
  const stage = state.policy.stages[state.stage]
  if (state.status !== 'in_review' || stage === undefined || state.due_at === null) return null
  return {
    index: state.stage,
    name: stage.name,
    due_at: state.due_at,
    overdue: nowMs >= Date.parse(state.due_at),
    escalated: state.escalated,
    needed: neededAt(state, state.stage),
  }
}

export const getApproval = async (ctx: Ctx, id: string): Promise<Approval> => {
  permit(ctx, can.read)
  const { row, state } = await loadApproval(ctx, id)
  const nowMs = ctx.clock.now()
  const names = await releaseNames(ctx, [row.release_digest])
  return {
    ...summaryOf(row, names.get(row.release_digest), nowMs),
    in_force: isInForce(state, nowMs),
    round: state.round,
    checks: [...state.checks],
    waivers: [...state.waivers],
    stage: stageOf(state, nowMs),
    stages: state.policy.stages.map(({ name }, index) => ({ name, needed: neededAt(state, index) })),
    sign_offs: state.sign_offs.map((one) => ({ ...one, conditions: [...one.conditions] })),
    conditions: state.sign_offs.flatMap(({ conditions }) => conditions),
    reason: state.reason,
    open_threads: await countOpenThreads(ctx.read, id),
  }
}

const callerOf = ({ actor }: Ctx) => {
  const capacities = actor.kind === 'person' ? actor.capacities : []
  const roles = actor.kind === 'system' ? [] : actor.roles
  const names = [...capacities.map((capacity) => `capacity:${capacity}`), ...roles.map((role) => `role:${role}`)]
  return { capacities, names, notRequester: actorRef(actor).id }
}

/** `awaiting: 'me'` gives what the caller's capacities are asked for and what was escalated to the caller, save the caller's own requests. */
export const listApprovals = async (
  ctx: Ctx,
  {
    limit,
    cursor,
    status,
    release,
    awaiting,
  }: { limit: number; cursor?: string | undefined; status?: ApprovalStatus | undefined; release?: string | undefined; awaiting?: 'me' | undefined },
): Promise<{ items: ApprovalSummary[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const mine = awaiting === undefined ? undefined : callerOf(ctx)
  const rows = await listRows(ctx.read, { status, release, awaiting: mine, beforeId: decodeCursor(cursor)?.[0] }, limit + 1)
  const page = toPage(rows, limit, ({ id }) => [id])
  const names = await releaseNames(
    ctx,
    page.items.map(({ release_digest }) => release_digest),
  )
  const nowMs = ctx.clock.now()
  return { ...page, items: page.items.map((row) => summaryOf(row, names.get(row.release_digest), nowMs)) }
}

/** Everything that happened to a request, in order. */
export const approvalEvents = async (ctx: Ctx, id: string) => {
  permit(ctx, can.read)
  await loadApproval(ctx, id)
  return { items: await listEvents(ctx.read, id) }
}
