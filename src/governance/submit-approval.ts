import { z } from 'zod'
import { write } from '#audit'
import type { Evidence } from '#documentation'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { advance } from './advance.ts'
import { runChecks } from './checks.ts'
import { governanceErrors } from './errors.ts'
import { can } from './permissions.ts'
import { findNewestPolicy } from './policy-store.ts'
import { type Approval, getApproval, loadApproval } from './read-approvals.ts'
import { findRelease } from './release-store.ts'

const requireRequester = (ctx: Ctx, requester: string): void => {
  if (actorRef(ctx.actor).id !== requester) throw governanceErrors.not_requester()
}

/** Runs the policy's checks; the review opens at once when none fails, and otherwise when each failed one is waived. */
export const submitApproval = async (ctx: Ctx, id: string, evidence: Evidence): Promise<Approval> => {
  permit(ctx, can['submit-approval'])
  const { row, state } = await loadApproval(ctx, id)
  requireRequester(ctx, state.requester)
  const newest = await findNewestPolicy(ctx.read, row.policy_name)
  if (newest?.digest !== state.policy_digest) throw governanceErrors.policy_outdated({ policy: row.policy_name })
  const release = await findRelease(ctx.read, row.release_digest)
  const checks = release === undefined ? [] : await runChecks(ctx, release.document, state.policy, evidence)
  await write(ctx, async (tx) => {
    const { after } = await advance(tx, id, () => ({ kind: 'submitted', at: tx.nowAt, by: actorRef(ctx.actor), checks }))
    const failed = checks.filter(({ passed }) => !passed).map((check) => check.id)
    tx.record({
      action: can['submit-approval'].action,
      subject: { kind: 'approval', id },
      details: { release: row.release_digest, round: after.round, status: after.status, failed },
    })
    tx.publish('governance.approval-submitted', { approval: id, release: row.release_digest, status: after.status })
  })
  return getApproval(ctx, id)
}

export const Withdrawal = z.strictObject({ reason: z.string().max(2000).default('') }).meta({ id: 'Withdrawal' })

export const withdrawApproval = async (ctx: Ctx, { id, ...input }: { id: string; reason?: string }): Promise<Approval> => {
  permit(ctx, can['withdraw-approval'])
  const { reason } = parse(Withdrawal, input)
  await write(ctx, async (tx) => {
    const { row } = await advance(tx, id, (state) => {
      requireRequester(ctx, state.requester)
      return { kind: 'withdrawn', at: tx.nowAt, by: actorRef(ctx.actor), reason }
    })
    tx.record({
      action: can['withdraw-approval'].action,
      subject: { kind: 'approval', id },
      details: { release: row.release_digest, reason },
    })
    tx.publish('governance.approval-withdrawn', { approval: id, release: row.release_digest })
  })
  return getApproval(ctx, id)
}
