import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import type { Connection } from './connection.ts'
import { type ConnectionRow, findConnection, listConnections as listRows } from './connection-store.ts'
import { can } from './permissions.ts'

/** Field by field, so that a new column is never answered by accident. */
export const toConnection = (row: ConnectionRow): Connection => ({
  id: row.id,
  name: row.name,
  provider: row.provider,
  base_url: row.base_url,
  description: row.description,
  timeout_ms: row.timeout_ms,
  enabled: row.enabled,
  has_credentials: row.sealed_credentials !== null,
  credentials_hint: row.credentials_hint,
  simulated: row.provider === 'simulator',
  revision: row.revision,
  created_at: row.created_at,
  created_by: row.created_by,
  updated_at: row.updated_at,
})

export const getConnection = async (ctx: Ctx, name: string): Promise<Connection> => {
  permit(ctx, can.read)
  const row = await findConnection(ctx.read, name)
  if (row === undefined) throw platformErrors.not_found({ kind: 'connection', id: name })
  return toConnection(row)
}

export const listConnections = async (
  ctx: Ctx,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Connection[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const rows = await listRows(ctx.read, decodeCursor(cursor)?.[0], limit + 1)
  return toPage(rows.map(toConnection), limit, (connection) => [connection.name])
}
