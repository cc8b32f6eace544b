import { type Ctx, parse } from '#platform/context'
import { changeIncident } from './change-incident.ts'
import { type Incident, Note } from './model.ts'
import { can } from './permissions.ts'

export const addNote = (ctx: Ctx, { id, note }: { id: string; note: unknown }): Promise<Incident> => {
  const { text } = parse(Note, note)
  return changeIncident(ctx, can['add-note'], id, (incident) => ({ incident, timeline: [{ kind: 'note', text }], details: {} }))
}
