import type { FastifyInstance } from 'fastify'
import { type Actor, DEFAULT_PROJECT, type Platform } from '#platform/context'
import { createServer, type Route } from '#platform/http'

/** The control API over these routes; the caller is whoever the header `x-test-actor` (JSON) says. */
export const testServer = (platform: Platform, routes: readonly Route[]): Promise<FastifyInstance> =>
  createServer({
    platform,
    routes,
    authenticate: async (request) => {
      const header = request.headers['x-test-actor']
      if (typeof header !== 'string') return undefined
      const project = request.headers['x-test-project']
      return { actor: JSON.parse(header) as Actor, project: typeof project === 'string' ? project : DEFAULT_PROJECT, isProvenWrite: true }
    },
  })

export const actingAs = (actor: Actor, project?: string): Record<string, string> => ({
  'x-test-actor': JSON.stringify(actor),
  ...(project === undefined ? {} : { 'x-test-project': project }),
})
