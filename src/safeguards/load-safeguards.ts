import { digestOf } from '#platform/canonical'
import { type Ctx, permit } from '#platform/context'
import { type BoundPolicy, loadBoundPolicy } from './bind-policy.ts'
import { composePolicies, FLOOR_ONLY } from './compose.ts'
import { getFloor } from './floor.ts'
import type { SafeguardPolicy } from './model.ts'
import { can } from './permissions.ts'

interface Loaded {
  /** By what releases bind; a policy that is gone or altered is left out, and its releases do not answer. */
  readonly safeguards: readonly { readonly digest: string; readonly policy: SafeguardPolicy; readonly inForceDigest: string }[]
  /** For releases without a policy; null while the floor asks for nothing. */
  readonly floor: { readonly digest: string; readonly policy: SafeguardPolicy } | null
}

/** What the gateway enforces: what each release binds, on the floor of today. */
export const loadSafeguards = async (ctx: Ctx, bound: readonly BoundPolicy[]): Promise<Loaded> => {
  permit(ctx, can.read)
  const { document: floor } = await getFloor(ctx)
  const unique = [...new Map(bound.map((one) => [one.digest, one])).values()]
  const safeguards = await Promise.all(
    unique.map(async (one) => {
      const document = await loadBoundPolicy(ctx, one)
      if (document === undefined) return []
      const policy = composePolicies(floor, document)
      return [{ digest: one.digest, policy, inForceDigest: digestOf(policy) }]
    }),
  )
  const alone = composePolicies(floor, FLOOR_ONLY)
  return { safeguards: safeguards.flat(), floor: alone === FLOOR_ONLY ? null : { digest: digestOf(alone), policy: alone } }
}
