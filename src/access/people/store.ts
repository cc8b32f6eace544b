import { sql } from 'kysely'
import type { Tx } from '#audit'
import type { Role } from '#platform/context'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { PersonStatus } from './person.ts'

export interface PersonRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: Role[]
  readonly capacities: string[]
  readonly status: PersonStatus
  readonly password_hash: string | null
  readonly revision: number
  readonly created_at: string
  readonly created_by: string
  readonly last_sign_in_at: string | null
}

export interface SigningKeyRow {
  readonly id: string
  readonly person_id: string
  readonly public_key: string
  readonly sealed_private_key: string
  readonly created_at: string
}

interface PeopleTables {
  access_people: { -readonly [C in keyof PersonRow]: C extends 'roles' | 'capacities' ? Json<PersonRow[C]> : PersonRow[C] } & { project: string }
  access_signing_keys: { -readonly [C in keyof SigningKeyRow]: SigningKeyRow[C] } & { project: string }
}

const q = tables<PeopleTables>()

const person = [
  'id',
  'email',
  'name',
  'roles',
  'capacities',
  'status',
  'password_hash',
  'revision',
  'created_at',
  'created_by',
  'last_sign_in_at',
] as const

/** False when the address is taken. */
export const insertPerson = async (tx: Tx, row: PersonRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('access_people')
    .values({ ...row, roles: json(row.roles), capacities: json(row.capacities) } as never)
    .onConflict((conflict) => conflict.columns(['project', 'email']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findPerson = (at: Executor, id: string): Promise<PersonRow | undefined> =>
  q(at).selectFrom('access_people').select(person).where('id', '=', id).executeTakeFirst()

export const findPeople = (at: Executor, ids: readonly string[]): Promise<PersonRow[]> =>
  q(at).selectFrom('access_people').select(person).where('id', 'in', ids).orderBy('id').execute()

export const findPersonByEmail = (at: Executor, email: string): Promise<PersonRow | undefined> =>
  q(at).selectFrom('access_people').select(person).where('email', '=', email).executeTakeFirst()

export const lockPerson = (tx: Tx, id: string): Promise<PersonRow | undefined> =>
  q(tx).selectFrom('access_people').select(person).where('id', '=', id).forUpdate().executeTakeFirst()

export const listPeople = (
  at: Executor,
  filter: { status?: PersonStatus | undefined; afterId: string | undefined },
  limit: number,
): Promise<PersonRow[]> => {
  let query = q(at).selectFrom('access_people').select(person).orderBy('id', 'desc').limit(limit)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.afterId !== undefined) query = query.where('id', '<', filter.afterId)
  return query.execute()
}

/** Ids of the active administrators, locked in one order, so that two who remove each other at once meet here. */
export const lockAdministrators = async (tx: Tx): Promise<string[]> => {
  const rows = await q(tx)
    .selectFrom('access_people')
    .select('id')
    .where('status', '=', 'active')
    .where(sql<boolean>`roles @> '["administrator"]'::jsonb`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map((row) => row.id)
}

export const hasAdministrator = async (at: Executor): Promise<boolean> => {
  const found = await q(at)
    .selectFrom('access_people')
    .select('id')
    .where('status', '=', 'active')
    .where(sql<boolean>`roles @> '["administrator"]'::jsonb`)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

type PersonPatch = Partial<Pick<PersonRow, 'name' | 'roles' | 'capacities' | 'status' | 'password_hash' | 'last_sign_in_at'>>

/** Callers hold the row's lock. A change that people see raises the revision. */
export const updatePerson = async (tx: Tx, id: string, { roles, capacities, ...plain }: PersonPatch, revision?: number): Promise<void> => {
  await q(tx)
    .updateTable('access_people')
    .set({
      ...plain,
      ...(roles === undefined ? {} : { roles: json(roles) }),
      ...(capacities === undefined ? {} : { capacities: json(capacities) }),
      ...(revision === undefined ? {} : { revision }),
    })
    .where('id', '=', id)
    .execute()
}

// Signing keys

/** False when the person has one already. */
export const insertSigningKey = async (tx: Tx, row: SigningKeyRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('access_signing_keys')
    .values(row as never)
    .onConflict((conflict) => conflict.columns(['project', 'person_id']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

const signingKey = ['id', 'person_id', 'public_key', 'sealed_private_key', 'created_at'] as const

export const findSigningKeyOf = (at: Executor, personId: string): Promise<SigningKeyRow | undefined> =>
  q(at).selectFrom('access_signing_keys').select(signingKey).where('person_id', '=', personId).executeTakeFirst()

export const findSigningKeys = (at: Executor, ids: readonly string[]): Promise<SigningKeyRow[]> =>
  q(at).selectFrom('access_signing_keys').select(signingKey).where('id', 'in', ids).orderBy('id').execute()
