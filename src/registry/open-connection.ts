import { type Ctx, DEFAULT_PROJECT, type Platform } from '#platform/context'
import { platformErrors } from '#platform/errors'
import type { Secrets } from '#platform/secrets'
import type { OpenConnection } from './connection.ts'
import { allConnections, type ConnectionRow, findConnection } from './connection-store.ts'

const open = (secrets: Secrets, row: ConnectionRow): OpenConnection => ({
  id: row.id,
  name: row.name,
  provider: row.provider,
  base_url: row.base_url,
  credentials: row.sealed_credentials === null ? null : secrets.open('registry.connection', row.id, row.sealed_credentials),
  timeout_ms: row.timeout_ms,
  enabled: row.enabled,
  simulated: row.provider === 'simulator',
})

/** For work inside the process (an evaluation run, a connection test): no route answers it. */
export const openConnection = async (ctx: Pick<Ctx, 'read' | 'secrets'>, name: string): Promise<OpenConnection> => {
  const row = await findConnection(ctx.read, name)
  if (row === undefined) throw platformErrors.not_found({ kind: 'connection', id: name })
  return open(ctx.secrets, row)
}

/** One that does not open (another master key) is left out and logged, so that it cannot take the others down with it. */
export const loadConnectionsForGateway = async (platform: Platform, project: string = DEFAULT_PROJECT): Promise<OpenConnection[]> =>
  (await allConnections(platform.store.at(project))).flatMap((row) => {
    try {
      return [open(platform.secrets, row)]
    } catch (error) {
      platform.log.error({ err: error, connection: row.name }, 'a connection does not open')
      return []
    }
  })
