import { z } from 'zod'
import { permissionTable, Role } from '#platform/context'

export const RoleDescription = z.object({ name: Role, description: z.string(), permissions: z.array(z.string()) }).meta({ id: 'RoleDescription' })
export type RoleDescription = z.infer<typeof RoleDescription>

const DESCRIPTIONS: Readonly<Record<Role, string>> = {
  administrator: 'Runs Plimsoll: people, connections, access. May do what developers and responders do, but approves nothing.',
  developer: 'Registers, assesses and documents models, builds releases, makes API keys.',
  approver: 'Signs releases off or refuses them, in the capacities that the person has.',
  responder: 'Handles alerts and incidents: suspends, rolls back, revokes.',
  auditor: 'Reads everything, changes nothing.',
}

/** From the same table that permits: what is shown here is what is asked. */
export const describeRoles = (): RoleDescription[] =>
  Role.options.map((name) => ({
    name,
    description: DESCRIPTIONS[name],
    permissions: permissionTable().flatMap(({ action, roles }) => (roles.includes(name) ? [action] : [])),
  }))
