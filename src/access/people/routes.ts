import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PlimsollError } from '#platform/errors'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { can } from '../permissions.ts'
import { describeRoles, RoleDescription } from '../roles.ts'
import { acceptLink, readLink } from './accept-link.ts'
import { sessionTokenOf } from './authenticate.ts'
import { changePerson } from './change-person.ts'
import { currentSession } from './current-session.ts'
import { disablePerson } from './disable-person.ts'
import { enablePerson } from './enable-person.ts'
import { invitePerson } from './invite-person.ts'
import { issueSignInLink } from './issue-sign-in-link.ts'
import { LinkAcceptance, LinkQuestion, LinkState, OneTimeLink } from './link.ts'
import type { OpenedSession } from './open-session.ts'
import { NewPerson, Person, PersonChange, PersonStatus } from './person.ts'
import { getPerson, listPeople } from './read.ts'
import { ABSOLUTE_MS, Credentials, SESSION_COOKIE, Session } from './session.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

const Invitation = z.object({ person: Person, link: OneTimeLink }).meta({ id: 'Invitation' })

const byId = z.object({ id: z.string().max(100) })

/** `isSecure`: people reach this server through TLS, here or in a proxy before it. */
export const peopleRoutes = ({ isSecure }: { readonly isSecure: boolean }): readonly Route[] => {
  const cookieOptions = (request: FastifyRequest) =>
    ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure || request.protocol === 'https' }) as const

  const withCookie = ({ token, session }: OpenedSession, request: FastifyRequest, answer: FastifyReply): Session => {
    answer.setCookie(SESSION_COOKIE, token, { ...cookieOptions(request), maxAge: ABSOLUTE_MS / 1_000 })
    return session
  }

  const signInRoute = route({
    method: 'POST',
    path: '/api/v1/session',
    summary: 'Sign in',
    description: 'Sets the cookie `plimsoll_session`. Later writes send `csrf_token` in the header `x-plimsoll-csrf`.',
    permission: 'public',
    body: Credentials,
    response: Session,
    errors: ['invalid_credentials', 'too_many_attempts', 'sign_in_busy'],
    run: async ({ ctx, body, raw, rawReply }) => {
      try {
        return withCookie(await signIn(ctx, body, raw.ip), raw, rawReply)
      } catch (error) {
        const seconds = error instanceof PlimsollError ? error.facts.retry_after_seconds : undefined
        if (typeof seconds === 'number') rawReply.header('retry-after', String(seconds))
        throw error
      }
    },
  })

  return [
    signInRoute,
    route({
      method: 'GET',
      path: '/api/v1/session',
      summary: 'Who is signed in',
      permission: 'signed-in',
      response: Session,
      errors: ['no_session'],
      run: ({ ctx, raw }) => currentSession(ctx, sessionTokenOf(raw)?.token),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/session',
      summary: 'Sign out',
      permission: can['sign-out'],
      status: 204,
      run: async ({ ctx, raw, rawReply }) => {
        await signOut(ctx, sessionTokenOf(raw)?.token)
        rawReply.clearCookie(SESSION_COOKIE, cookieOptions(raw))
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/session/link',
      summary: 'What a one-time link is for',
      permission: 'public',
      body: LinkQuestion,
      response: LinkState,
      errors: ['link_invalid'],
      run: ({ ctx, body }) => readLink(ctx, body),
    }),
    route({
      method: 'POST',
      path: '/api/v1/session/accept',
      summary: 'Use a one-time link: choose a password and sign in',
      permission: 'public',
      body: LinkAcceptance,
      response: Session,
      errors: ['link_invalid', 'person_exists', 'sign_in_busy'],
      run: async ({ ctx, body, raw, rawReply }) => withCookie(await acceptLink(ctx, body), raw, rawReply),
    }),
    route({
      method: 'GET',
      path: '/api/v1/principals',
      summary: 'People, newest first',
      permission: can['read-people'],
      query: ListQuery.extend({ status: PersonStatus.optional() }),
      response: pageOf(Person),
      run: ({ ctx, query }) => listPeople(ctx, query),
    }),
    route({
      method: 'POST',
      path: '/api/v1/principals',
      summary: 'Invite a person; the answer has the one-time link to pass on',
      permission: can['invite-person'],
      body: NewPerson,
      status: 201,
      response: Invitation,
      errors: ['person_exists'],
      run: ({ ctx, body }) => invitePerson(ctx, body),
    }),
    route({
      method: 'GET',
      path: '/api/v1/principals/:id',
      summary: 'One person',
      permission: can['read-people'],
      params: byId,
      response: Person,
      run: async ({ ctx, params }) => withTag(await getPerson(ctx, params.id)),
    }),
    route({
      method: 'PATCH',
      path: '/api/v1/principals/:id',
      summary: 'Change name, roles or capacities',
      permission: can['change-person'],
      params: byId,
      body: PersonChange,
      response: Person,
      errors: ['last_administrator', 'precondition_failed', 'precondition_required'],
      run: async ({ ctx, params, body, ifMatch }) => withTag(await changePerson(ctx, params.id, body, ifMatch)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/principals/:id/disable',
      summary: 'Disable a person; sessions end at once',
      permission: can['disable-person'],
      params: byId,
      response: Person,
      errors: ['last_administrator'],
      run: async ({ ctx, params }) => withTag(await disablePerson(ctx, params.id)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/principals/:id/enable',
      summary: 'Enable a person again',
      permission: can['enable-person'],
      params: byId,
      response: Person,
      run: async ({ ctx, params }) => withTag(await enablePerson(ctx, params.id)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/principals/:id/sign-in-link',
      summary: 'Issue a one-time link with which the person sets a new password',
      permission: can['issue-sign-in-link'],
      params: byId,
      status: 201,
      response: OneTimeLink,
      errors: ['person_disabled'],
      run: ({ ctx, params }) => issueSignInLink(ctx, params.id),
    }),
    route({
      method: 'GET',
      path: '/api/v1/roles',
      summary: 'The roles and what each may do',
      permission: 'signed-in',
      response: z.object({ items: z.array(RoleDescription) }),
      run: async () => ({ items: describeRoles() }),
    }),
  ]
}

const withTag = (person: Person) => reply(person, { etag: etagOf(person.revision) })
