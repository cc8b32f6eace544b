import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { newId } from '#platform/ids'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { addLink } from './add-link.ts'
import type { OneTimeLink } from './link.ts'
import { NewPerson, type Person } from './person.ts'
import { toPerson } from './read.ts'
import { insertPerson, type PersonRow } from './store.ts'

/** The link is for the administrator to pass on; Plimsoll sends no mail. */
export const invitePerson = async (ctx: Ctx, input: unknown): Promise<{ person: Person; link: OneTimeLink }> => {
  permit(ctx, can['invite-person'])
  const wanted = parse(NewPerson, input)
  return write(ctx, async (tx) => {
    const row: PersonRow = {
      ...wanted,
      id: newId('per', tx.nowMs),
      status: 'invited',
      password_hash: null,
      revision: 1,
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
      last_sign_in_at: null,
    }
    if (!(await insertPerson(tx, row))) throw accessErrors.person_exists({ email: row.email })
    const link = await addLink(ctx, tx, 'invitation', row.id)
    tx.record({
      action: can['invite-person'].action,
      subject: { kind: 'person', id: row.id },
      details: { name: row.name, roles: row.roles, capacities: row.capacities, link_expires_at: link.expires_at },
    })
    return { person: toPerson(row), link }
  })
}
