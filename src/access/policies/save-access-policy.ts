import { write } from '#audit'
import { sha256 } from '#platform/canonical'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { SCOPE_POLICY } from './built-in.ts'
import { type AccessPolicy, PolicyName, PolicyText } from './policy.ts'
import { toPolicy } from './read.ts'
import { findLatest, insertPolicy, listInForce, lockPolicies } from './store.ts'
import { type TrialRemark, tryPolicies } from './trial.ts'

const MAX_POLICIES = 200
/** Parsing 100,000 characters holds the gateway up for some 100 ms, once a change; each first decision of a key for 2. */
const MAX_CHARACTERS = 100_000

export const placed = ({ line, column, message }: TrialRemark): string => (line === null ? message : `line ${line}, column ${column}: ${message}`)

/** A new version under this name, in force with the commit. A text that Cedar's strict validator refuses is refused here, with its place. */
export const saveAccessPolicy = async (ctx: Ctx, name: string, input: unknown, ifMatch: string | undefined): Promise<AccessPolicy> => {
  permit(ctx, can['save-access-policy'])
  parse(PolicyName, name)
  const { source, description } = parse(PolicyText, input)
  if (name === SCOPE_POLICY) throw accessErrors.policy_fixed({ name })
  const { errors } = await tryPolicies(source)
  if (errors.length > 0)
    throw platformErrors.invalid_request({}, { issues: errors.slice(0, 20).map((error) => ({ path: 'source', message: placed(error) })) })
  return write(ctx, async (tx) => {
    await lockPolicies(tx)
    const before = await findLatest(tx, name)
    if (before !== undefined && before.source !== null) requireIfMatch(ifMatch, before.version)
    const others = (await listInForce(tx)).filter((policy) => policy.name !== name)
    if (others.length >= MAX_POLICIES)
      throw platformErrors.invalid_request({}, { issues: [{ path: 'name', message: `at most ${MAX_POLICIES} policies` }] })
    if (others.reduce((sum, policy) => sum + policy.source.length, source.length) > MAX_CHARACTERS)
      throw platformErrors.invalid_request(
        {},
        { issues: [{ path: 'source', message: `all policies together at most ${MAX_CHARACTERS} characters` }] },
      )
    const row = {
      name,
      version: (before?.version ?? 0) + 1,
      source,
      description,
      digest: sha256(source),
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
    }
    if (!(await insertPolicy(tx, row))) throw platformErrors.conflict()
    tx.record({
      action: can['save-access-policy'].action,
      subject: { kind: 'access-policy', id: name },
      details: { version: row.version, digest: row.digest },
    })
    tx.publish('access.policy-saved', { name, version: row.version })
    return toPolicy(row)
  })
}
