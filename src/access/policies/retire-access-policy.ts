import { write } from '#audit'
import { sha256 } from '#platform/canonical'
import { actorRef, type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { SCOPE_POLICY } from './built-in.ts'
import { findLatest, insertPolicy, lockPolicies } from './store.ts'

/** Out of force with the commit; its versions stay readable. A policy that was saved as `default` gives way to the built-in one. */
export const retireAccessPolicy = async (ctx: Ctx, name: string, ifMatch: string | undefined): Promise<void> => {
  permit(ctx, can['retire-access-policy'])
  if (name === SCOPE_POLICY) throw accessErrors.policy_fixed({ name })
  await write(ctx, async (tx) => {
    await lockPolicies(tx)
    const before = await findLatest(tx, name)
    if (before === undefined || before.source === null) throw platformErrors.not_found({ kind: 'access policy', id: name })
    requireIfMatch(ifMatch, before.version)
    const version = before.version + 1
    const row = { name, version, source: null, description: '', digest: sha256(''), created_at: tx.nowAt, created_by: actorRef(ctx.actor).id }
    if (!(await insertPolicy(tx, row))) throw platformErrors.conflict()
    tx.record({ action: can['retire-access-policy'].action, subject: { kind: 'access-policy', id: name }, details: { version } })
    tx.publish('access.policy-retired', { name, version })
  })
}
