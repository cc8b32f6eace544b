import { write } from '#audit'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { can } from '../permissions.ts'
import type { Person } from './person.ts'
import { toPerson } from './read.ts'
import { lockPerson, updatePerson } from './store.ts'

/** Who never chose a password goes back to `invited`, and needs a new link. */
export const enablePerson = async (ctx: Ctx, id: string): Promise<Person> => {
  permit(ctx, can['enable-person'])
  return write(ctx, async (tx) => {
    const before = await lockPerson(tx, id)
    if (before === undefined) throw platformErrors.not_found({ kind: 'person', id })
    const after = { ...before, status: before.password_hash === null ? ('invited' as const) : ('active' as const), revision: before.revision + 1 }
    await updatePerson(tx, id, { status: after.status }, after.revision)
    tx.record({ action: can['enable-person'].action, subject: { kind: 'person', id }, details: { was: before.status, status: after.status } })
    return toPerson(after)
  })
}
