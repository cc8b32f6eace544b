import { write } from '#audit'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { accessErrors } from '../errors.ts'
import { can } from '../permissions.ts'
import { addLink } from './add-link.ts'
import type { OneTimeLink } from './link.ts'
import { lockPerson } from './store.ts'

/**
 * For who forgot the password or lost the invitation. Whoever opens it becomes that person, so the log says who issued it;
 * the old password and sessions work until it is used.
 */
export const issueSignInLink = async (ctx: Ctx, id: string): Promise<OneTimeLink> => {
  permit(ctx, can['issue-sign-in-link'])
  return write(ctx, async (tx) => {
    const person = await lockPerson(tx, id)
    if (person === undefined) throw platformErrors.not_found({ kind: 'person', id })
    if (person.status === 'disabled') throw accessErrors.person_disabled()
    const link = await addLink(ctx, tx, person.status === 'invited' ? 'invitation' : 'sign-in', id)
    tx.record({ action: can['issue-sign-in-link'].action, subject: { kind: 'person', id }, details: { expires_at: link.expires_at } })
    return link
  })
}
