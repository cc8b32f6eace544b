import { write } from '#audit'
import { type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { requireIfMatch } from '#platform/http'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { CAPACITY_WITHOUT_ROLE, leavesNoAdministrator, onlyApproversHaveCapacities, type Person, PersonChange } from './person.ts'
import { toPerson } from './read.ts'
import { lockAdministrators, lockPerson, updatePerson } from './store.ts'

/** Name, roles and capacities. Roles are read with each request, so open sessions obey at once. */
export const changePerson = async (ctx: Ctx, id: string, input: unknown, ifMatch: string | undefined): Promise<Person> => {
  permit(ctx, can['change-person'])
  const change = parse(PersonChange, input)
  return write(ctx, async (tx) => {
    const administrators = await lockAdministrators(tx)
    const before = await lockPerson(tx, id)
    if (before === undefined) throw platformErrors.not_found({ kind: 'person', id })
    requireIfMatch(ifMatch, before.revision)
    const after = {
      ...before,
      name: change.name ?? before.name,
      roles: change.roles ?? before.roles,
      capacities: change.capacities ?? before.capacities,
      revision: before.revision + 1,
    }
    if (!onlyApproversHaveCapacities(after)) throw platformErrors.invalid_request({}, { issues: [CAPACITY_WITHOUT_ROLE] })
    if (leavesNoAdministrator(administrators, id, after)) throw accessErrors.last_administrator()
    await updatePerson(tx, id, { name: after.name, roles: after.roles, capacities: after.capacities }, after.revision)
    tx.record({
      action: can['change-person'].action,
      subject: { kind: 'person', id },
      details: {
        before: { name: before.name, roles: before.roles, capacities: before.capacities },
        after: { name: after.name, roles: after.roles, capacities: after.capacities },
      },
    })
    return toPerson(after)
  })
}
