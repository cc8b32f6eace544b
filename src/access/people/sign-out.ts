import { write } from '#audit'
import { type Ctx, permit } from '#platform/context'
import { can } from '../permissions.ts'
import { hashSessionToken } from './session.ts'
import { dropSession, findSession } from './session-store.ts'

export const signOut = async (ctx: Ctx, token: string | undefined): Promise<void> => {
  permit(ctx, can['sign-out'])
  const session = token === undefined ? undefined : await findSession(ctx.read, hashSessionToken(ctx.secrets, token))
  if (session === undefined) return
  await write(ctx, async (tx) => {
    await dropSession(tx, session.id)
    tx.record({ action: can['sign-out'].action, subject: { kind: 'person', id: session.person_id } })
  })
}
