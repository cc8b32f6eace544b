import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { decodeCursor, toPage } from '#platform/http'
import type { Incident, TimelineEntry } from './model.ts'
import { can } from './permissions.ts'
import type { Runbook, StepRun } from './runbook.ts'
import { isWorseOrEqual } from './severity.ts'
import * as incidents from './store/incidents.ts'
import * as runbooks from './store/runbooks.ts'

interface Page {
  readonly limit: number
  readonly cursor?: string | undefined
}
type Paged<T> = Promise<{ items: T[]; next_cursor: string | null }>

export const getIncident = async (ctx: Ctx, id: string): Promise<Incident> => {
  permit(ctx, can.read)
  const incident = await incidents.findIncident(ctx.read, id)
  if (incident === undefined) throw platformErrors.not_found({ kind: 'incident', id })
  return incident
}

export const listIncidents = async (ctx: Ctx, { limit, cursor, ...filter }: Page & incidents.IncidentFilter): Paged<Incident> => {
  permit(ctx, can.read)
  const rows = await incidents.listIncidents(ctx.read, filter, decodeCursor(cursor)?.[0], limit + 1)
  return toPage(rows, limit, (incident) => [incident.id])
}

export const listTimeline = async (ctx: Ctx, id: string, { limit, cursor }: Page): Paged<TimelineEntry> => {
  await getIncident(ctx, id)
  return toPage(await incidents.listTimeline(ctx.read, id, decodeCursor(cursor)?.[0], limit + 1), limit, (entry) => [entry.id])
}

export const listSteps = async (ctx: Ctx, id: string): Promise<StepRun[]> => {
  await getIncident(ctx, id)
  return runbooks.listSteps(ctx.read, id)
}

export const getRunbook = async (ctx: Ctx, id: string): Promise<Runbook> => {
  permit(ctx, can.read)
  const runbook = await runbooks.findRunbook(ctx.read, id)
  if (runbook === undefined) throw platformErrors.not_found({ kind: 'runbook', id })
  return runbook
}

export const listRunbooks = async (ctx: Ctx, { limit, cursor }: Page): Paged<Runbook> => {
  permit(ctx, can.read)
  return toPage(await runbooks.listRunbooks(ctx.read, decodeCursor(cursor)?.[0], limit + 1), limit, (runbook) => [runbook.name])
}

const MAX_RUNBOOKS = 1000

/** The runbooks that are meant for an incident like this. */
export const runbooksFor = async (ctx: Ctx, incident: Incident): Promise<Runbook[]> => {
  permit(ctx, can.read)
  const all = await runbooks.listRunbooks(ctx.read, undefined, MAX_RUNBOOKS)
  return all.filter(
    ({ applies }) =>
      (applies.impacts.length === 0 || applies.impacts.includes(incident.assessment.inputs.impact)) &&
      (applies.at_least === null || isWorseOrEqual(incident.severity, applies.at_least)) &&
      (applies.endpoint === null || applies.endpoint === incident.endpoint),
  )
}
