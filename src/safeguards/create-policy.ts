import { write } from '#audit'
import { digestOf } from '#platform/canonical'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { safeguardErrors } from './errors.ts'
import { NewPolicy, type Policy, type SafeguardPolicy } from './model.ts'
import { needsOf } from './needs.ts'
import { can } from './permissions.ts'
import { findNewest, findSameContent, insertPolicy } from './store.ts'
import { transformer } from './transformer.ts'

/** The next version of the policy of this name, the first when there is none. A version never changes again. */
export const createPolicy = async (ctx: Ctx, input: unknown): Promise<Policy> => {
  permit(ctx, can['create-policy'])
  const wanted = parse(NewPolicy, input)
  refuseExpired(wanted.document, ctx.clock.now())
  const digest = digestOf(wanted.document)
  await requireTransformer(compilePolicy(wanted.document, digest))
  return write(ctx, async (tx) => {
    const same = await findSameContent(tx, wanted.name, digest)
    if (same !== undefined) throw safeguardErrors.policy_unchanged({ name: same.name, version: same.version })
    const version = 1 + ((await findNewest(tx, wanted.name))?.version ?? 0)
    const policy: Policy = { ...wanted, id: newId('sgp', tx.nowMs), version, digest, created_at: tx.nowAt, created_by: actorRef(ctx.actor).id }
    // Somebody else took this version between the two statements.
    if (!(await insertPolicy(tx, policy))) throw platformErrors.conflict()
    tx.record({
      action: can['create-policy'].action,
      subject: { kind: 'safeguard-policy', id: policy.id },
      details: { name: policy.name, version, digest },
    })
    return policy
  })
}

/** A rule that cannot be carried out here is refused now, not found out by the first request. */
export const requireTransformer = async (compiled: CompiledPolicy | null): Promise<void> => {
  if (compiled === null || !needsOf(compiled).secondStage) return
  await transformer()
    .ready()
    .catch((cause: unknown) => {
      throw safeguardErrors.transformer_unavailable({ reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
    })
}

/** An exception that is over before it begins is a mistake in its date. */
const refuseExpired = ({ input, output, overrides = [] }: SafeguardPolicy, nowMs: number): void => {
  const places = [
    { path: 'document', rules: { input, output } },
    ...overrides.map((override, at) => ({ path: `document.overrides.${at}`, rules: { input: override.input, output: override.output } })),
  ]
  const issues = places.flatMap(({ path, rules }) =>
    (['input', 'output'] as const).flatMap((direction) =>
      rules[direction].flatMap(({ expires_at }, at) =>
        expires_at !== undefined && Date.parse(expires_at) <= nowMs
          ? [{ path: `${path}.${direction}.${at}.expires_at`, message: 'lies in the past' }]
          : [],
      ),
    ),
  )
  if (issues.length > 0) throw platformErrors.invalid_request({}, { issues })
}
