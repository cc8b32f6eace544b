import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { changeConnection } from './change-connection.ts'
import { Connection, ConnectionChange, ConnectionTest, NewConnection, type ProbeConnection } from './connection.ts'
import { createConnection } from './create-connection.ts'
import { Name } from './model.ts'
import { can } from './permissions.ts'
import { getConnection, listConnections } from './read-connections.ts'
import { testConnection } from './test-connection.ts'

const byName = z.object({ name: Name })

const withEtag = (connection: Connection) => reply(connection, { etag: etagOf(connection.revision) })

export const connectionRoutes = (probe: ProbeConnection | undefined): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/connections',
    summary: 'Add a provider connection',
    description: 'Credentials are sealed at rest and never answered.',
    permission: can['create-connection'],
    body: NewConnection,
    status: 201,
    response: Connection,
    errors: ['connection_exists', 'connection_target_forbidden'],
    run: async ({ ctx, body }) => withEtag(await createConnection(ctx, body)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/connections',
    summary: 'Connections by name',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Connection),
    run: ({ ctx, query }) => listConnections(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/connections/:name',
    summary: 'One connection',
    permission: can.read,
    params: byName,
    response: Connection,
    run: async ({ ctx, params }) => withEtag(await getConnection(ctx, params.name)),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/connections/:name',
    summary: 'Replace credentials, switch off or on',
    permission: can['change-connection'],
    params: byName,
    body: ConnectionChange,
    response: Connection,
    errors: ['precondition_required', 'precondition_failed', 'conflict', 'connection_built_in'],
    run: async ({ ctx, params, body, ifMatch }) => withEtag(await changeConnection(ctx, params.name, ifMatch, body)),
  }),
  ...(probe === undefined
    ? []
    : [
        route({
          method: 'POST',
          path: '/api/v1/connections/:name/test',
          summary: 'Ask the provider for its models',
          permission: can['test-connection'],
          params: byName,
          response: ConnectionTest,
          run: ({ ctx, params }) => testConnection(ctx, params.name, probe),
        }),
      ]),
]
