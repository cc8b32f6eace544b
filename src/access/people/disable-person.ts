import { write } from '#audit'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { leavesNoAdministrator, type Person } from './person.ts'
import { toPerson } from './read.ts'
import { dropLinksOf, dropSessionsOf } from './session-store.ts'
import { lockAdministrators, lockPerson, updatePerson } from './store.ts'

/** Sessions and open links end with the commit. What the person signed stays, and stays verifiable. Twice is as good as once. */
export const disablePerson = async (ctx: Ctx, id: string): Promise<Person> => {
  permit(ctx, can['disable-person'])
  return write(ctx, async (tx) => {
    const administrators = await lockAdministrators(tx)
    const before = await lockPerson(tx, id)
    if (before === undefined) throw platformErrors.not_found({ kind: 'person', id })
    const after = { ...before, status: 'disabled' as const, revision: before.revision + 1 }
    if (leavesNoAdministrator(administrators, id, after)) throw accessErrors.last_administrator()
    await updatePerson(tx, id, { status: after.status }, after.revision)
    const sessions = await dropSessionsOf(tx, id)
    await dropLinksOf(tx, id)
    tx.record({ action: can['disable-person'].action, subject: { kind: 'person', id }, details: { was: before.status, sessions_ended: sessions } })
    return toPerson(after)
  })
}
