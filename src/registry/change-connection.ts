import { write } from '#audit'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { type Connection, ConnectionChange, SIMULATOR } from './connection.ts'
import { type ConnectionRow, findConnection, updateConnection } from './connection-store.ts'
import { sealCredentials } from './create-connection.ts'
import { registryErrors } from './errors.ts'
import { can } from './permissions.ts'
import { toConnection } from './read-connections.ts'

/** Rotates credentials, switches a connection off or on, or edits its description. Where it leads never changes. */
export const changeConnection = async (ctx: Ctx, name: string, ifMatch: string | undefined, input: unknown): Promise<Connection> => {
  permit(ctx, can['change-connection'])
  const { credentials, ...given } = parse(ConnectionChange, input)
  const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return write(ctx, async (tx) => {
    const before = await findConnection(tx, name)
    if (before === undefined) throw platformErrors.not_found({ kind: 'connection', id: name })
    if (before.name === SIMULATOR) throw registryErrors.connection_built_in({ name })
    requireIfMatch(ifMatch, before.revision)
    const after: ConnectionRow = {
      ...before,
      ...change,
      ...(credentials === undefined ? {} : sealCredentials(ctx, before.id, credentials)),
      revision: before.revision + 1,
      updated_at: tx.nowAt,
    }
    if (!(await updateConnection(tx, before.revision, after))) throw platformErrors.conflict()
    tx.record({
      action: can['change-connection'].action,
      subject: { kind: 'connection', id: before.id },
      details: { name, ...change, ...(credentials === undefined ? {} : { credentials: credentials === null ? 'removed' : 'replaced' }) },
    })
    tx.publish('registry.connection-changed', { id: before.id, name })
    return toConnection(after)
  })
}
