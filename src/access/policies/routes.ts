import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { can } from '../permissions.ts'
import { CEDAR_SCHEMA } from './built-in.ts'
import { AccessAnswer, AccessPolicy, AccessPolicyVersion, AccessQuestion, PolicyCheck, PolicyDraft, PolicyName, PolicyText } from './policy.ts'
import { getPolicy, listPolicies, listPolicyVersions } from './read.ts'
import { retireAccessPolicy } from './retire-access-policy.ts'
import { saveAccessPolicy } from './save-access-policy.ts'
import { checkPolicy, simulateAccess } from './simulate-access.ts'

const byName = z.object({ name: PolicyName })

const PolicyList = z
  .object({ items: z.array(AccessPolicy), next_cursor: z.null(), schema: z.string() })
  .meta({ id: 'AccessPolicyList', description: 'Every policy in force, and the Cedar schema that they are checked against.' })

export const policyRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/access-policies',
    summary: 'The Cedar policies in force',
    permission: can['read-access-policies'],
    response: PolicyList,
    run: async ({ ctx }) => ({ items: await listPolicies(ctx), next_cursor: null, schema: CEDAR_SCHEMA }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/access-policies/:name',
    summary: 'One policy in force',
    permission: can['read-access-policies'],
    params: byName,
    response: AccessPolicy,
    run: async ({ ctx, params }) => withTag(await getPolicy(ctx, params.name)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/access-policies/:name/versions',
    summary: 'The history of a policy, newest first',
    permission: can['read-access-policies'],
    params: byName,
    query: ListQuery,
    response: pageOf(AccessPolicyVersion),
    run: ({ ctx, params, query }) => listPolicyVersions(ctx, params.name, query),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/access-policies/:name',
    summary: 'Save a policy as a new version, in force at once',
    permission: can['save-access-policy'],
    params: byName,
    body: PolicyText,
    response: AccessPolicy,
    errors: ['policy_fixed', 'conflict', 'precondition_failed', 'precondition_required'],
    run: async ({ ctx, params, body, ifMatch }) => withTag(await saveAccessPolicy(ctx, params.name, body, ifMatch)),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/access-policies/:name',
    summary: 'Take a policy out of force',
    permission: can['retire-access-policy'],
    params: byName,
    status: 204,
    errors: ['policy_fixed', 'conflict', 'precondition_failed', 'precondition_required'],
    run: ({ ctx, params, ifMatch }) => retireAccessPolicy(ctx, params.name, ifMatch),
  }),
  route({
    method: 'POST',
    path: '/api/v1/access-policies/check',
    summary: 'Check a policy text without saving it',
    permission: can['simulate-access'],
    body: PolicyDraft,
    response: PolicyCheck,
    run: ({ ctx, body }) => checkPolicy(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/access-policies/simulate',
    summary: 'Would this key be let through, and which policies say so',
    permission: can['simulate-access'],
    body: AccessQuestion,
    response: AccessAnswer,
    run: ({ ctx, body }) => simulateAccess(ctx, body),
  }),
]

const withTag = (policy: AccessPolicy) => reply(policy, { etag: etagOf(policy.version) })
