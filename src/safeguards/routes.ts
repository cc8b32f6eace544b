import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { applyPolicy } from './apply-policy.ts'
import { createPolicy } from './create-policy.ts'
import { getFloor, listFloorVersions, setFloor } from './floor.ts'
import { Applied, ApplyPolicy, Floor, Name, NewFloor, NewPolicy, Policy } from './model.ts'
import { can } from './permissions.ts'
import { getPolicy, listPolicies, listPolicyVersions } from './read.ts'

const byName = z.object({ name: Name })
const byVersion = byName.extend({ version: z.coerce.number().int().min(1) })

export const safeguardRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/safeguards',
    summary: 'Create a safeguard policy, or its next version',
    permission: can['create-policy'],
    body: NewPolicy,
    status: 201,
    response: Policy,
    errors: ['policy_unchanged', 'conflict', 'transformer_unavailable'],
    run: ({ ctx, body }) => createPolicy(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards',
    summary: 'Safeguard policies by name, the newest version of each',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Policy),
    run: ({ ctx, query }) => listPolicies(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/floor',
    summary: "The organisation's floor under every policy",
    permission: can.read,
    response: Floor,
    run: async ({ ctx }) => {
      const floor = await getFloor(ctx)
      return reply(floor, { etag: etagOf(floor.version) })
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/safeguards/floor',
    summary: "Set the organisation's floor",
    description: 'The next version of it, in force at once under every policy and release of every project. A release built from now on binds it.',
    permission: can['set-floor'],
    body: NewFloor,
    response: Floor,
    errors: ['precondition_required', 'precondition_failed', 'conflict'],
    run: async ({ ctx, body, ifMatch }) => {
      const floor = await setFloor(ctx, { ifMatch, floor: body })
      return reply(floor, { etag: etagOf(floor.version) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/floor/versions',
    summary: 'The versions of the floor, newest first',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Floor),
    run: ({ ctx, query }) => listFloorVersions(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/:name',
    summary: 'The newest version of a safeguard policy',
    permission: can.read,
    params: byName,
    response: Policy,
    run: ({ ctx, params }) => getPolicy(ctx, params.name),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/:name/versions',
    summary: 'The versions of a safeguard policy, newest first',
    permission: can.read,
    params: byName,
    query: ListQuery,
    response: pageOf(Policy),
    run: ({ ctx, params, query }) => listPolicyVersions(ctx, params.name, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/safeguards/:name/versions/:version',
    summary: 'One version of a safeguard policy',
    permission: can.read,
    params: byVersion,
    response: Policy,
    run: ({ ctx, params }) => getPolicy(ctx, params.name, params.version),
  }),
  route({
    method: 'POST',
    path: '/api/v1/safeguards/:name/apply',
    summary: 'Run texts through a safeguard policy',
    description: 'Answers what the gateway would do with each text. Nothing is stored.',
    permission: can['apply-policy'],
    params: byName,
    body: ApplyPolicy,
    response: Applied,
    run: ({ ctx, params, body }) => applyPolicy(ctx, params.name, body),
  }),
]
