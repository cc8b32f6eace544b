import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { keyRefusal, principalOf } from '../keys/authenticate-key.ts'
import { withOverrides } from '../keys/key.ts'
import { findKey, type StoredKey } from '../keys/store.ts'
import { effectiveLimits, readDefaults } from '../limits/defaults.ts'
import { can } from '../permissions.ts'
import { isVisible } from './authorize.ts'
import { type CedarDecision, decide, parsePolicies } from './cedar.ts'
import { type AccessAnswer, AccessQuestion, type PolicyCheck, PolicyDraft } from './policy.ts'
import { placed } from './save-access-policy.ts'
import { listInForce } from './store.ts'
import { tryPolicies } from './trial.ts'

/** What the editor shows while somebody types. */
export const checkPolicy = async (ctx: Ctx, input: unknown): Promise<PolicyCheck> => {
  permit(ctx, can['simulate-access'])
  const { errors, warnings } = await tryPolicies(parse(PolicyDraft, input).source)
  return { errors: [...errors], warnings: [...warnings] }
}

/** Would this key be let through, and who says so? Decided by Cedar itself, never from the gateway's cache. */
export const simulateAccess = async (ctx: Ctx, input: unknown): Promise<AccessAnswer> => {
  permit(ctx, can['simulate-access'])
  const question = parse(AccessQuestion, input)
  const key = await findKey(ctx.read, question.key_id)
  if (key === undefined) throw platformErrors.not_found({ kind: 'key', id: question.key_id })
  const set = parsePolicies(await policiesWith(ctx, question.draft))
  const nowMs = question.at === undefined ? ctx.clock.now() : Date.parse(question.at)
  const facts = { remoteIp: question.remote_ip, nowMs, tags: withOverrides(key.tags, question.tags), release: question.release }
  const defaults = await readDefaults(ctx.read)
  const principal = principalOf({ ...key, project: ctx.project, limits: effectiveLimits(key.limits, defaults.limits) })
  const refused = refusalOf(key, question.remote_ip, nowMs, defaults.networks)
  const decision = decide(set, principal, question.action, question.endpoint, facts)
  const code = refused ?? codeOf(decision, isVisible(principal, question.endpoint))
  return { decision: code === null ? 'allow' : 'deny', code, policies: [...decision.policies], facts_read: [...set.facts] }
}

const refusalOf = (key: StoredKey, remoteIp: string, nowMs: number, networks: readonly string[]): AccessAnswer['code'] => {
  if (key.revoked_at !== null) return 'key_revoked'
  return keyRefusal(Date.parse(key.expires_at), [key.networks, networks], remoteIp, nowMs)
}

const codeOf = ({ allowed }: CedarDecision, visible: boolean): AccessAnswer['code'] => {
  if (allowed) return null
  return visible ? 'permission_denied' : 'model_not_found'
}

const policiesWith = async (ctx: Ctx, draft: AccessQuestion['draft']) => {
  const inForce = await listInForce(ctx.read)
  if (draft === undefined) return inForce
  const { errors } = await tryPolicies(draft.source)
  if (errors.length > 0)
    throw platformErrors.invalid_request({}, { issues: errors.slice(0, 20).map((error) => ({ path: 'draft.source', message: placed(error) })) })
  return [...inForce.filter((row) => row.name !== draft.name), { ...draft, version: 0 }]
}
