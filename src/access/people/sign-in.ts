import { write } from '#audit'
import { type Ctx, parse } from '#platform/context'
import { accessErrors } from '../errors.ts'
import { actorOf, type OpenedSession, openSession } from './open-session.ts'
import { isPassword } from './password.ts'
import { Credentials } from './session.ts'
import { findPersonByEmail, lockPerson, updatePerson } from './store.ts'
import { countSignIn, forgiveSignIn } from './throttle.ts'

/** publicWrite: whoever knows the password is the person. One answer for an unknown address, a wrong password and a disabled account, after the same work. */
export const signIn = async (ctx: Ctx, input: unknown, ip: string): Promise<OpenedSession> => {
  const { email, password } = parse(Credentials, input)
  await countSignIn(ctx, email, ip)
  const found = await findPersonByEmail(ctx.read, email)
  const isRight = await isPassword(ctx.secrets, password, found?.status === 'active' ? found.password_hash : null)
  if (found === undefined || !isRight) throw accessErrors.invalid_credentials()
  const opened = await write({ ...ctx, actor: actorOf(found) }, async (tx) => {
    // Locked and read again: the account may have been disabled, or its password changed, while the hash was computed.
    const person = await lockPerson(tx, found.id)
    if (person?.status !== 'active' || person.password_hash !== found.password_hash) throw accessErrors.invalid_credentials()
    await updatePerson(tx, person.id, { last_sign_in_at: tx.nowAt })
    tx.record({ action: 'access.sign-in', subject: { kind: 'person', id: person.id } })
    return openSession(ctx, tx, person)
  })
  await forgiveSignIn(ctx, email, ip)
  return opened
}
