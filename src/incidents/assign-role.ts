import { type Ctx, parse } from '#platform/context'
import { changeIncident } from './change-incident.ts'
import { type Incident, RoleAssignment, RoleName } from './model.ts'
import { can } from './permissions.ts'

export const assignRole = (ctx: Ctx, { id, role, assignment }: { id: string; role: string; assignment: unknown }): Promise<Incident> => {
  const name = parse(RoleName, role)
  const { person } = parse(RoleAssignment, assignment)
  return changeIncident(ctx, can['assign-role'], id, (incident) => ({
    incident: { ...incident, roles: { ...incident.roles, [name]: person } },
    timeline: [{ kind: 'role', text: `${person} is ${name}`, data: { role: name, person, before: incident.roles[name] ?? null } }],
    details: { role: name, person },
  }))
}
