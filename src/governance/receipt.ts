import { z } from 'zod'
import { type PublicKey, publicKeysOf } from '#access'
import { currentCheckpoint, listAuditEntries } from '#audit'
import { digestOf } from '#platform/canonical'
import { type Ctx, permit, systemContext } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { ApprovalEvent, fold } from './approval.ts'
import { eventsOf, signOffsOf } from './approval-store.ts'
import { can } from './permissions.ts'
import { ApprovalPolicyDocument } from './policy.ts'
import { loadApproval } from './read-approvals.ts'
import { Digest, ReleaseDocument } from './release.ts'
import { findRelease } from './release-store.ts'
import { Envelope } from './statement.ts'
import { approvalFault } from './verify-approval.ts'

/** Everything that a third party needs to check an approval without this server. */
export const Receipt = z
  .object({
    schema: z.literal('plimsoll/approval-receipt/1'),
    project: z.string(),
    approval: z.string(),
    release: z.object({ digest: Digest, document: ReleaseDocument }),
    policy: z.object({ digest: Digest, document: ApprovalPolicyDocument }),
    events: z.array(ApprovalEvent),
    sign_offs: z.array(z.object({ id: z.string(), envelope: Envelope })),
    public_keys: z.array(z.object({ id: z.string(), person_id: z.string(), algorithm: z.literal('ed25519'), public_key: z.string() })),
    /** Where each step stands in the audit log; `audit verify` on an export of the log shows it there. */
    audit: z.object({
      entries: z.array(z.object({ seq: z.int(), at: z.iso.datetime(), action: z.string() })),
      verifier_key: z.string(),
      checkpoint: z.string().nullable(),
    }),
  })
  .meta({ id: 'ApprovalReceipt' })
export type Receipt = z.infer<typeof Receipt>

export const approvalReceipt = async (ctx: Ctx, id: string): Promise<Receipt> => {
  permit(ctx, can.read)
  const { row, state } = await loadApproval(ctx, id)
  const release = await findRelease(ctx.read, row.release_digest)
  if (release === undefined) throw platformErrors.not_found({ kind: 'release', id: row.release_digest })
  const events = (await eventsOf(ctx.read, [id])).get(id) ?? []
  const signOffs = await signOffsOf(ctx.read, [id])
  const keys: readonly PublicKey[] = await publicKeysOf(ctx, [...new Set(signOffs.map(({ envelope }) => envelope.signatures[0].keyid))])
  // Whoever may read the approval may see where its own steps stand in the log; the log as a whole stays with those who may read it.
  const auditor = systemContext(ctx, 'governance.receipt', ctx.project)
  const entries = await listAuditEntries(auditor, { subject_kind: 'approval', subject_id: id, limit: 200 })
  const { verifier_key, note } = await currentCheckpoint(auditor)
  return {
    schema: 'plimsoll/approval-receipt/1',
    project: ctx.project,
    approval: id,
    release: { digest: release.digest, document: release.document },
    policy: { digest: Digest.parse(state.policy_digest), document: state.policy },
    events,
    sign_offs: signOffs.map((one) => ({ id: one.id, envelope: one.envelope })),
    public_keys: keys.map(({ id: keyId, person_id, algorithm, public_key }) => ({ id: keyId, person_id, algorithm, public_key })),
    audit: { entries: entries.items.map(({ seq, at, action }) => ({ seq, at, action })).reverse(), verifier_key, checkpoint: note },
  }
}

/** Offline: null when release, policy, events and signatures belong together and make an approval; else the first thing that is wrong. */
export const receiptFault = (input: unknown): string | null => {
  const parsed = Receipt.safeParse(input)
  if (!parsed.success) return 'this is no approval receipt'
  const { release, policy, events, sign_offs, public_keys, project, approval } = parsed.data
  if (digestOf(release.document) !== release.digest) return 'the release is not what its digest says'
  if (digestOf(policy.document) !== policy.digest) return 'the policy is not what its digest says'
  try {
    const rows = { id: approval, release_digest: release.digest, policy_digest: policy.digest }
    return approvalFault({ project, approval: rows, state: fold(events), signOffs: sign_offs, keys: public_keys })
  } catch (error) {
    return error instanceof Error ? error.message : 'the events cannot be read'
  }
}
