import { type Ctx, permit, type Role } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import { can } from '../permissions.ts'
import type { Person, PersonStatus } from './person.ts'
import * as store from './store.ts'

/** Field by field: the hash of the password stays behind. */
export const toPerson = (row: store.PersonRow): Person => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: row.roles,
  capacities: row.capacities,
  status: row.status,
  revision: row.revision,
  created_at: row.created_at,
  created_by: row.created_by,
  last_sign_in_at: row.last_sign_in_at,
})

export const getPerson = async (ctx: Ctx, id: string): Promise<Person> => {
  permit(ctx, can['read-people'])
  const row = await store.findPerson(ctx.read, id)
  if (row === undefined) throw platformErrors.not_found({ kind: 'person', id })
  return toPerson(row)
}

export interface Standing {
  readonly id: string
  readonly name: string
  /** False for people who are disabled, or have not accepted their invitation. */
  readonly active: boolean
  readonly roles: readonly Role[]
  readonly capacities: readonly string[]
}

/** What these people may be counted for now; unknown ids are left out. */
export const getStanding = async (ctx: Ctx, personIds: readonly string[]): Promise<readonly Standing[]> => {
  permit(ctx, can['read-people'])
  if (personIds.length === 0) return []
  const rows = await store.findPeople(ctx.read, personIds)
  return rows.map(({ id, name, status, roles, capacities }) => ({ id, name, active: status === 'active', roles, capacities }))
}

/** Newest first. */
export const listPeople = async (
  ctx: Ctx,
  { limit, cursor, status }: { limit: number; cursor?: string | undefined; status?: PersonStatus | undefined },
): Promise<{ items: Person[]; next_cursor: string | null }> => {
  permit(ctx, can['read-people'])
  const rows = await store.listPeople(ctx.read, { status, afterId: decodeCursor(cursor)?.[0] }, limit + 1)
  const page = toPage(rows, limit, (row) => [row.id])
  return { ...page, items: page.items.map(toPerson) }
}
