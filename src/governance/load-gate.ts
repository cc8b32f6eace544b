import { publicKeysOf } from '#access'
import { type Ctx, DEFAULT_PROJECT, type Platform, systemContext } from '#platform/context'
import { fold } from './approval.ts'
import { eventsOf, findApproved, signOffsOf } from './approval-store.ts'
import { allEndpoints } from './endpoint-store.ts'
import type { GateReleaseRow, GateRows } from './hot.ts'
import { findReleases } from './release-store.ts'
import { approvalFault } from './verify-approval.ts'

/** The approvals that stand, newest first, with their signatures checked again. A broken one is left out and told, never served. */
const standingApprovals = async (ctx: Ctx, releases: readonly string[]): Promise<Map<string, GateReleaseRow['approval']>> => {
  const rows = await findApproved(ctx.read, releases)
  const ids = rows.map(({ id }) => id)
  const [events, signOffs] = await Promise.all([eventsOf(ctx.read, ids), signOffsOf(ctx.read, ids)])
  const keys = await publicKeysOf(ctx, [...new Set(signOffs.map(({ envelope }) => envelope.signatures[0].keyid))])
  const standing = new Map<string, GateReleaseRow['approval']>()
  for (const approval of rows) {
    if (standing.has(approval.release_digest)) continue
    try {
      const state = fold(events.get(approval.id) ?? [])
      const own = signOffs.filter(({ approval_id }) => approval_id === approval.id)
      const fault = approvalFault({ project: ctx.project, approval, state, signOffs: own, keys })
      if (fault !== null) throw new Error(fault)
      const conditions = state.sign_offs.flatMap((one) => one.conditions)
      standing.set(approval.release_digest, { id: approval.id, expires_at: state.expires_at ?? '', conditions })
    } catch (error) {
      ctx.log.error({ err: error, approval: approval.id, release: approval.release_digest }, 'an approval does not stand')
    }
  }
  return standing
}

export const gateReleases = async (ctx: Ctx, digests: readonly string[]): Promise<GateReleaseRow[]> => {
  const [releases, approvals] = await Promise.all([findReleases(ctx.read, [...digests]), standingApprovals(ctx, digests)])
  return releases.map(({ digest, document, suspended_at }) => ({
    digest,
    document,
    suspended: suspended_at !== null,
    approval: approvals.get(digest) ?? null,
  }))
}

/**
 * Everything the gateway's gate is compiled from: the endpoints, the releases that they point at, and the releases that are approved
 * though nothing points at them any more, so that an answer that was begun before a promotion may be finished.
 */
export const loadGateForGateway = async (platform: Platform, project: string = DEFAULT_PROJECT): Promise<GateRows> => {
  const ctx = systemContext(platform, 'governance.gate', project)
  const endpoints = await allEndpoints(ctx.read)
  const nowMs = platform.clock.now()
  const inForce = (await findApproved(ctx.read, undefined)).filter(({ expires_at }) => expires_at !== null && nowMs < Date.parse(expires_at))
  const pointedAt = endpoints.flatMap(({ targets }) => targets.map(({ release }) => release))
  const digests = [...new Set([...pointedAt, ...inForce.map(({ release_digest }) => release_digest)])]
  return {
    releases: await gateReleases(ctx, digests),
    endpoints: endpoints.map(({ id, name, visibility, tags, targets }) => ({ id, name, visibility, tags, targets })),
  }
}
