import { z } from 'zod'
import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { columnsOf } from './advance.ts'
import { type ApprovalEvent, reduce } from './approval.ts'
import { findOpenApproval, insertApproval, insertEvents } from './approval-store.ts'
import { getApprovalPolicy } from './create-policy.ts'
import { governanceErrors } from './errors.ts'
import { can } from './permissions.ts'
import { type Approval, getApproval } from './read-approvals.ts'
import { Digest, Name } from './release.ts'
import { findRelease } from './release-store.ts'

export const NewApproval = z
  .strictObject({
    release: Digest,
    /** Always its newest version: nobody chooses the laxer rules of an older one. */
    policy: Name,
  })
  .meta({ id: 'NewApproval' })

/** A draft: it binds the release digest and the policy digest, and asks nobody yet. */
export const requestApproval = async (ctx: Ctx, input: unknown): Promise<Approval> => {
  permit(ctx, can['request-approval'])
  const wanted = parse(NewApproval, input)
  const release = await findRelease(ctx.read, wanted.release)
  if (release === undefined) throw platformErrors.not_found({ kind: 'release', id: wanted.release })
  const policy = await getApprovalPolicy(ctx, wanted.policy)
  if (!(policy.document.risks as readonly string[]).includes(release.risk)) {
    throw governanceErrors.policy_not_applicable({ policy: policy.name, risk: release.risk })
  }
  const id = await write(ctx, async (tx) => {
    const created: ApprovalEvent = {
      kind: 'created',
      at: tx.nowAt,
      by: actorRef(ctx.actor),
      release: release.digest,
      policy_digest: policy.digest,
      policy: policy.document,
      policy_author: policy.created_by,
      authors: release.authors,
    }
    const approvalId = newId('apr', tx.nowMs)
    const isNew = await insertApproval(tx, {
      ...columnsOf(reduce(undefined, created)),
      id: approvalId,
      release_digest: release.digest,
      policy_id: policy.id,
      policy_name: policy.name,
      policy_version: policy.version,
      policy_digest: policy.digest,
      requester: actorRef(ctx.actor).id,
      events: 1,
      created_at: tx.nowAt,
      updated_at: tx.nowAt,
    })
    if (!isNew) throw governanceErrors.approval_open({ id: (await findOpenApproval(tx, release.digest))?.id ?? '' })
    await insertEvents(tx, approvalId, 0, [created])
    tx.record({
      action: can['request-approval'].action,
      subject: { kind: 'approval', id: approvalId },
      details: { release: release.digest, policy: policy.digest },
    })
    return approvalId
  })
  return getApproval(ctx, id)
}
