import { digestOf } from '#platform/canonical'
import { type Ctx, permit } from '#platform/context'
import { composePolicies, FLOOR_ONLY } from './compose.ts'
import { findFloorVersion, getFloor } from './floor.ts'
import { FLOOR_NAME, type SafeguardPolicy } from './model.ts'
import { can } from './permissions.ts'
import { getPolicy } from './read.ts'
import { findVersion } from './store.ts'

/** What a release binds: a policy version, the floor below it, and the digest of the two together. */
export interface BoundPolicy {
  readonly name: string
  readonly version: number
  readonly digest: string
  readonly floor?: { readonly version: number; readonly digest: string } | undefined
}

const asksForNothing = ({ input, output, uninspected }: { input: unknown[]; output: unknown[]; uninspected?: string | undefined }): boolean =>
  input.length === 0 && output.length === 0 && uninspected === undefined

/** The policy as a release binds it today, on the floor that is in force; null where neither says anything. */
export const bindPolicy = async (
  ctx: Ctx,
  wanted: { readonly name: string; readonly version: number } | null,
): Promise<{ readonly bound: BoundPolicy; readonly author: string | null } | null> => {
  permit(ctx, can.read)
  const floor = await getFloor(ctx)
  const below = asksForNothing(floor.document) ? null : { version: floor.version, digest: floor.digest }
  if (wanted === null && below === null) return null
  const policy = wanted === null ? null : await getPolicy(ctx, wanted.name, wanted.version)
  const document = composePolicies(floor.document, policy?.document ?? FLOOR_ONLY)
  const bound = { name: policy?.name ?? FLOOR_NAME, version: policy?.version ?? floor.version, digest: digestOf(document) }
  return { bound: below === null ? bound : { ...bound, floor: below }, author: policy?.created_by ?? null }
}

/** The document behind what a release binds; undefined when its parts are gone or are not what its digest says. */
export const loadBoundPolicy = async (ctx: Ctx, bound: BoundPolicy): Promise<SafeguardPolicy | undefined> => {
  permit(ctx, can.read)
  const own = bound.name === FLOOR_NAME ? FLOOR_ONLY : (await findVersion(ctx.read, bound.name, bound.version))?.document
  const floor = await findFloorVersion(ctx, bound.floor?.version ?? 0)
  if (own === undefined || floor === undefined) return undefined
  const document = composePolicies(floor.document, own)
  return digestOf(document) === bound.digest ? document : undefined
}

/** As it is enforced: on the floor of today, which only adds to what was approved. */
export const inForce = async (ctx: Ctx, document: SafeguardPolicy): Promise<{ readonly document: SafeguardPolicy; readonly digest: string }> => {
  const composed = composePolicies((await getFloor(ctx)).document, document)
  return { document: composed, digest: digestOf(composed) }
}
