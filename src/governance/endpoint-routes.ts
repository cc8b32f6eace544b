import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { changeEndpoint, createEndpoint } from './create-endpoint.ts'
import { Endpoint, EndpointEdit, EndpointHistoryEntry, NewEndpoint, PointEndpoint } from './endpoint.ts'
import { can } from './permissions.ts'
import { pointEndpoint, rollbackEndpoint } from './point-endpoint.ts'
import { endpointHistory, getEndpoint, listEndpoints } from './read-endpoints.ts'
import { Name } from './release.ts'
import { Reason } from './suspend-release.ts'

const byName = z.object({ name: Name })
const tagged = (endpoint: Endpoint) => reply(endpoint, { etag: etagOf(endpoint.revision) })

export const endpointRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/endpoints',
    summary: 'Create an endpoint: the name that clients send as model',
    permission: can['create-endpoint'],
    body: NewEndpoint,
    status: 201,
    response: Endpoint,
    errors: ['endpoint_exists', 'target_not_servable'],
    run: async ({ ctx, body }) => tagged(await createEndpoint(ctx, body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/endpoints',
    summary: 'Endpoints by name, with how each target stands',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Endpoint),
    run: ({ ctx, query }) => listEndpoints(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/endpoints/:name',
    summary: 'One endpoint',
    permission: can.read,
    params: byName,
    response: Endpoint,
    run: async ({ ctx, params }) => tagged(await getEndpoint(ctx, params.name)),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/endpoints/:name',
    summary: 'Change description, tags and visibility',
    description: 'What is left out stays as it was.',
    permission: can['change-endpoint'],
    params: byName,
    body: EndpointEdit,
    response: Endpoint,
    errors: ['precondition_failed', 'precondition_required'],
    run: async ({ ctx, params, body, ifMatch }) => tagged(await changeEndpoint(ctx, params.name, ifMatch, body)),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/endpoints/:name/targets',
    summary: 'Point an endpoint at approved releases, by weight',
    permission: can['point-endpoint'],
    params: byName,
    body: PointEndpoint,
    response: Endpoint,
    errors: ['precondition_failed', 'precondition_required', 'target_not_servable', 'conflict'],
    run: async ({ ctx, params, body, ifMatch }) => tagged(await pointEndpoint(ctx, params.name, ifMatch, body)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/endpoints/:name/rollback',
    summary: 'Go back to the last releases that may still be served',
    permission: can['rollback-endpoint'],
    params: byName,
    body: Reason,
    response: Endpoint,
    errors: ['nothing_to_roll_back_to', 'conflict'],
    run: async ({ ctx, params, body }) => tagged(await rollbackEndpoint(ctx, { ...body, endpoint: params.name })),
  }),
  route({
    method: 'GET',
    path: '/api/v1/endpoints/:name/history',
    summary: 'What an endpoint pointed at, newest first',
    permission: can.read,
    params: byName,
    response: z.object({ items: z.array(EndpointHistoryEntry) }).meta({ id: 'EndpointHistory' }),
    run: ({ ctx, params }) => endpointHistory(ctx, params.name),
  }),
]
