import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { compiledOnce } from './apply-policy.ts'
import { inForce } from './bind-policy.ts'
import { ApplyGuardrailRequest, applyGuardrail } from './dialects/bedrock.ts'
import { Name } from './model.ts'
import { can } from './permissions.ts'
import { getPolicy } from './read.ts'
import { transformer } from './transformer.ts'

/** A policy of ours as a guardrail of Bedrock's: its name is the identifier, `DRAFT` its newest version. Nothing is stored, and no text is logged. */
export const applyPolicyAsGuardrail = async (ctx: Ctx, policy: string, version: string, body: unknown, signal: AbortSignal) => {
  permit(ctx, can['apply-policy'])
  // What can be no name is not looked for: the store takes no NUL.
  if (!Name.safeParse(policy).success) throw platformErrors.not_found({ kind: 'safeguard policy', id: policy.slice(0, 63) })
  if (version !== 'DRAFT' && !/^[1-9]\d{0,8}$/.test(version)) throw platformErrors.not_found({ kind: 'guardrail version', id: version })
  const wanted = parse(ApplyGuardrailRequest, body)
  const { document } = await getPolicy(ctx, policy, version === 'DRAFT' ? undefined : Number(version))
  return applyGuardrail(compiledOnce(await inForce(ctx, document)), wanted, { nowMs: () => ctx.clock.now(), secondStage: transformer(), signal })
}
