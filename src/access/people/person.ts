import { z } from 'zod'
import { Role } from '#platform/context'

export const Email = z
  .string()
  .trim()
  .max(254)
  .transform((text) => text.normalize('NFC').toLowerCase())
  .pipe(z.email())

/** Names stand on sign-offs: nothing invisible, nothing that turns the writing direction, may make one look like another. Joiners are part of some scripts. */
const DECEPTIVE = /(?![\u200c\u200d])[\p{C}]/u

export const PersonName = z
  .string()
  .transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' '))
  .pipe(z.string().min(1).max(120))
  .refine((text) => !DECEPTIVE.test(text), 'holds invisible or control characters')

/** What an approver may approve for, e.g. `risk` or `legal`; governance policies ask for it by this word. */
export const Capacity = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dash; at most 40; starts with a letter')

const Roles = z
  .array(Role)
  .min(1)
  .transform((roles) => [...new Set(roles)].sort())
const Capacities = z
  .array(Capacity)
  .max(20)
  .transform((capacities) => [...new Set(capacities)].sort())

export const onlyApproversHaveCapacities = (value: { roles: readonly Role[]; capacities: readonly string[] }): boolean =>
  value.capacities.length === 0 || value.roles.includes('approver')
export const CAPACITY_WITHOUT_ROLE = { path: 'capacities', message: 'only an approver has capacities' } as const

export const NewPerson = z
  .strictObject({ email: Email, name: PersonName, roles: Roles, capacities: Capacities.default([]) })
  .refine(onlyApproversHaveCapacities, { path: [CAPACITY_WITHOUT_ROLE.path], message: CAPACITY_WITHOUT_ROLE.message })
  .meta({ id: 'NewPerson' })
export type NewPerson = z.infer<typeof NewPerson>

/** What is left out stays. */
export const PersonChange = z
  .strictObject({ name: PersonName.optional(), roles: Roles.optional(), capacities: Capacities.optional() })
  .meta({ id: 'PersonChange' })
export type PersonChange = z.infer<typeof PersonChange>

export const PersonStatus = z.enum(['invited', 'active', 'disabled'])
export type PersonStatus = z.infer<typeof PersonStatus>

export const Person = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    roles: z.array(Role),
    capacities: z.array(z.string()),
    status: PersonStatus,
    revision: z.number().int(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    last_sign_in_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Person' })
export type Person = z.infer<typeof Person>

export const isActiveAdministrator = (person: Pick<Person, 'status' | 'roles'>): boolean =>
  person.status === 'active' && person.roles.includes('administrator')

/** True when this change would leave nobody who could invite, enable or repair: `administrators` are the active ones, this person maybe among them. */
export const leavesNoAdministrator = (administrators: readonly string[], personId: string, after: Pick<Person, 'status' | 'roles'>): boolean =>
  administrators.length === 1 && administrators[0] === personId && !isActiveAdministrator(after)
