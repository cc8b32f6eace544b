import { isoAt } from '#platform/clock'
import { type Actor, type Ctx, contextFor, type Platform, type Role } from '#platform/context'
import { newId } from '#platform/ids'
import { json, tables } from '#platform/store'

const q = tables<{ access_people: Record<string, unknown> }>()

export interface Enrolled {
  readonly id: string
  readonly actor: Actor
  readonly ctx: Ctx
}

/** Somebody who has an account: what counts in governance is what the records say of a person, not their session. */
export const enrol = async (
  platform: Platform,
  roles: readonly Role[],
  options: { capacities?: readonly string[]; name?: string; project?: string } = {},
): Promise<Enrolled> => {
  const id = newId('per')
  const name = options.name ?? roles.join('-')
  const project = options.project ?? 'default'
  const capacities = options.capacities ?? []
  await q(platform.store.at(project))
    .insertInto('access_people')
    .values({
      id,
      email: `${id}@example.com`,
      name,
      roles: json(roles),
      capacities: json(capacities),
      status: 'active',
      revision: 1,
      created_at: isoAt(platform.clock.now()),
      created_by: id,
    })
    .execute()
  const actor: Actor = { kind: 'person', id, name, roles, capacities }
  return { id, actor, ctx: contextFor(platform, actor, project) }
}

/** Changes what the records say, as an administrator would. */
export const setStanding = async (
  { ctx, id }: Enrolled,
  change: { status?: 'active' | 'disabled'; roles?: readonly Role[]; capacities?: readonly string[] },
): Promise<void> => {
  const values = Object.fromEntries(Object.entries(change).map(([key, value]) => [key, Array.isArray(value) ? json(value) : value]))
  await q(ctx.read).updateTable('access_people').set(values).where('id', '=', id).execute()
}
