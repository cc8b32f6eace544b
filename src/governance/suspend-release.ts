import { z } from 'zod'
import { write } from '#audit'
import { actorRef, type Ctx, type Permission, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { advance } from './advance.ts'
import { can } from './permissions.ts'
import { type Approval, getApproval } from './read-approvals.ts'
import { getRelease, type Release } from './read-releases.ts'
import { Digest } from './release.ts'
import { lockRelease, setSuspension } from './release-store.ts'

export const Reason = z.strictObject({ reason: z.string().min(1).max(2000) }).meta({ id: 'Reason' })
const OfRelease = Reason.extend({ digest: Digest })

/** Written even when nothing changes, so that two who press the button at once both find their entry. */
const setStanding = async (ctx: Ctx, permission: Permission, input: unknown, suspend: boolean): Promise<Release> => {
  permit(ctx, permission)
  const { digest, reason } = parse(OfRelease, input)
  await write(ctx, async (tx) => {
    const before = await lockRelease(tx, digest)
    if (before === undefined) throw platformErrors.not_found({ kind: 'release', id: digest })
    const changes = (before.suspended_at === null) === suspend
    if (changes) {
      await setSuspension(
        tx,
        digest,
        suspend
          ? { suspended_at: tx.nowAt, suspended_by: actorRef(ctx.actor).id, suspended_reason: reason }
          : { suspended_at: null, suspended_by: null, suspended_reason: null },
      )
    }
    tx.record({ action: permission.action, subject: { kind: 'release', id: digest }, details: { reason, changed: changes } })
    tx.publish(suspend ? 'governance.release-suspended' : 'governance.release-restored', { release: digest, reason })
  })
  return getRelease(ctx, digest)
}

/** Stops a release on every endpoint, whatever was approved. Its sign-offs stay; a restore puts it back as it was. */
export const suspendRelease = (ctx: Ctx, input: unknown): Promise<Release> => setStanding(ctx, can['suspend-release'], input, true)

export const restoreRelease = (ctx: Ctx, input: unknown): Promise<Release> => setStanding(ctx, can['restore-release'], input, false)

/** Takes an approval back for good; to serve the release again it has to be approved again. */
export const revokeApproval = async (ctx: Ctx, { id, ...input }: { id: string; reason?: unknown }): Promise<Approval> => {
  permit(ctx, can['revoke-approval'])
  const { reason } = parse(Reason, input)
  await write(ctx, async (tx) => {
    const { row } = await advance(tx, id, () => ({ kind: 'revoked', at: tx.nowAt, by: actorRef(ctx.actor), reason }))
    tx.record({
      action: can['revoke-approval'].action,
      subject: { kind: 'approval', id },
      details: { release: row.release_digest, reason },
    })
    tx.publish('governance.approval-revoked', { approval: id, release: row.release_digest })
  })
  return getApproval(ctx, id)
}
