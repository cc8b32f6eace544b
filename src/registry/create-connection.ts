import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { type Connection, hintOf, isForbiddenTarget, NewConnection } from './connection.ts'
import { type ConnectionRow, insertConnection } from './connection-store.ts'
import { registryErrors } from './errors.ts'
import { can } from './permissions.ts'
import { toConnection } from './read-connections.ts'

/** Credentials are sealed to the row's id: a ciphertext copied to another row does not open. */
export const sealCredentials = (ctx: Ctx, id: string, credentials: string | null) =>
  credentials === null
    ? { sealed_credentials: null, credentials_hint: null }
    : { sealed_credentials: ctx.secrets.seal('registry.connection', id, credentials), credentials_hint: hintOf(credentials) }

export const createConnection = async (ctx: Ctx, input: unknown): Promise<Connection> => {
  permit(ctx, can['create-connection'])
  const { credentials, ...wanted } = parse(NewConnection, input)
  if (wanted.base_url !== null && isForbiddenTarget(wanted.base_url))
    throw registryErrors.connection_target_forbidden({ host: new URL(wanted.base_url).hostname })
  return write(ctx, async (tx) => {
    const id = newId('con', tx.nowMs)
    const row: ConnectionRow = {
      ...wanted,
      ...sealCredentials(ctx, id, credentials),
      id,
      enabled: true,
      revision: 1,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
      updated_at: tx.nowAt,
    }
    if (!(await insertConnection(tx, row))) throw registryErrors.connection_exists({ name: row.name })
    tx.record({
      action: can['create-connection'].action,
      subject: { kind: 'connection', id },
      details: { name: row.name, provider: row.provider, base_url: row.base_url, has_credentials: credentials !== null },
    })
    tx.publish('registry.connection-changed', { id, name: row.name })
    return toConnection(row)
  })
}
