import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import { newId } from '#platform/ids'
import { can } from './permissions.ts'
import { type ApprovalPolicy, ApprovalPolicyDocument, policyDigest } from './policy.ts'
import * as store from './policy-store.ts'

/** A policy of a known name becomes its next version; requests keep the version that they were made under. */
export const createPolicy = async (ctx: Ctx, input: unknown): Promise<ApprovalPolicy> => {
  permit(ctx, can['create-policy'])
  const document = parse(ApprovalPolicyDocument, input)
  const digest = policyDigest(document)
  const newest = await store.findNewestPolicy(ctx.read, document.name)
  if (newest?.digest === digest) return newest
  return write(ctx, async (tx) => {
    const policy: ApprovalPolicy = {
      id: newId('pol', tx.nowMs),
      name: document.name,
      version: (newest?.version ?? 0) + 1,
      digest,
      document,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
    }
    if (!(await store.insertPolicy(tx, policy))) throw platformErrors.conflict()
    tx.record({
      action: can['create-policy'].action,
      subject: { kind: 'approval-policy', id: policy.id },
      details: { name: policy.name, version: policy.version, digest },
    })
    return policy
  })
}

/** One version, or the newest. */
export const getApprovalPolicy = async (ctx: Ctx, name: string, version?: number): Promise<ApprovalPolicy> => {
  permit(ctx, can.read)
  const policy = version === undefined ? await store.findNewestPolicy(ctx.read, name) : await store.findPolicy(ctx.read, name, version)
  if (policy === undefined)
    throw platformErrors.not_found({ kind: 'approval policy', id: version === undefined ? name : `${name} version ${version}` })
  return policy
}

export const listApprovalPolicies = async (
  ctx: Ctx,
  { limit, cursor, name }: { limit: number; cursor?: string | undefined; name?: string | undefined },
): Promise<{ items: ApprovalPolicy[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  return toPage(await store.listPolicies(ctx.read, name, decodeCursor(cursor)?.[0], limit + 1), limit, ({ id }) => [id])
}
