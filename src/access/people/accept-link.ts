import { type Tx, write } from '#audit'
import { isoAt } from '#platform/clock'
import { type Ctx, parse } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { accessErrors } from '../errors.ts'
import { hashToken, LinkAcceptance, LinkQuestion, type LinkState } from './link.ts'
import { actorOf, type OpenedSession, openSession } from './open-session.ts'
import { hashPassword } from './password.ts'
import { dropSessionsOf, findOpenLink, type LinkRow, takeLink } from './session-store.ts'
import { addSigningKey } from './signing.ts'
import { findPerson, hasAdministrator, insertPerson, lockPerson, type PersonRow, updatePerson } from './store.ts'

const openLink = async (ctx: Ctx, token: string): Promise<LinkRow> => {
  const link = await findOpenLink(ctx.read, hashToken(ctx.secrets, token), isoAt(ctx.clock.now()))
  if (link === undefined) throw accessErrors.link_invalid()
  return link
}

/** Public: the holder of a link may ask what it is for. Does not use it up. */
export const readLink = async (ctx: Ctx, input: unknown): Promise<LinkState> => {
  const link = await openLink(ctx, parse(LinkQuestion, input).token)
  const person = link.person_id === null ? undefined : await findPerson(ctx.read, link.person_id)
  return { purpose: link.purpose, name: person?.name ?? null, email: person?.email ?? null, expires_at: link.expires_at }
}

/**
 * publicWrite: the link proves who it is. Sets the password, ends every older session, and signs in. The conditional update in `takeLink`
 * decides between two who open the same link at once.
 */
export const acceptLink = async (ctx: Ctx, input: unknown): Promise<OpenedSession> => {
  const { token, password, name, email } = parse(LinkAcceptance, input)
  const link = await openLink(ctx, token)
  const isFirst = link.purpose === 'first-administrator'
  if (isFirst && email === undefined)
    throw platformErrors.invalid_request({}, { issues: [{ path: 'email', message: 'give the address that you will sign in with' }] })
  const passwordHash = await hashPassword(ctx.secrets, password)
  // The id is known before the transaction, so that the log names the person as the actor.
  const personId = link.person_id ?? newId('per', ctx.clock.now())
  const known = await findPerson(ctx.read, personId)
  const actor = { kind: 'person' as const, id: personId, name: name ?? known?.name ?? 'Administrator', roles: known?.roles ?? [], capacities: [] }
  return write({ ...ctx, actor }, async (tx) => {
    // The person's lock first, as in every verb here: two that wait for each other would both fail.
    const invited = isFirst ? undefined : await lockPerson(tx, personId)
    if (!(await takeLink(tx, link.id))) throw accessErrors.link_invalid()
    // Somebody may have come to administer by an invitation; what was printed at the start is then worth nothing.
    if (isFirst && (await hasAdministrator(tx))) throw accessErrors.link_invalid()
    const before = isFirst ? await addAdministrator(tx, personId, email ?? '', actor.name) : invited
    if (before === undefined || before.status === 'disabled') throw accessErrors.link_invalid()
    const person: PersonRow = { ...before, name: actor.name, status: 'active', password_hash: passwordHash, revision: before.revision + 1 }
    await updatePerson(tx, personId, { name: person.name, status: 'active', password_hash: passwordHash, last_sign_in_at: tx.nowAt }, person.revision)
    await dropSessionsOf(tx, personId)
    const publicKeyId = await addSigningKey(ctx, tx, personId)
    tx.record({
      action: 'access.accept-link',
      subject: { kind: 'person', id: personId },
      details: { purpose: link.purpose, issued_by: link.created_by, public_key_id: publicKeyId },
    })
    return openSession({ ...ctx, actor: actorOf(person) }, tx, person)
  })
}

const addAdministrator = async (tx: Tx, id: string, email: string, name: string): Promise<PersonRow> => {
  const row: PersonRow = {
    id,
    email,
    name,
    roles: ['administrator'],
    capacities: [],
    status: 'invited',
    password_hash: null,
    revision: 0,
    created_at: tx.nowAt,
    created_by: id,
    last_sign_in_at: null,
  }
  if (!(await insertPerson(tx, row))) throw accessErrors.person_exists({ email })
  return row
}
