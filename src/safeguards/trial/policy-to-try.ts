import type { Ctx } from '#platform/context'
import { inForce } from '../bind-policy.ts'
import type { SafeguardPolicy } from '../model.ts'
import { getPolicy } from '../read.ts'

export interface ToTry {
  readonly version: number | null
  readonly document: SafeguardPolicy
  readonly digest: string
}

/** A stored version or a draft, on the floor of today. */
export const policyToTry = async (
  ctx: Ctx,
  name: string,
  { version, document }: { readonly version?: number | undefined; readonly document?: SafeguardPolicy | undefined },
): Promise<ToTry> => {
  const stored = document === undefined ? await getPolicy(ctx, name, version) : null
  const composed = await inForce(ctx, document ?? stored!.document)
  return { version: stored?.version ?? null, ...composed }
}
