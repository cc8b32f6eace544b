import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { addNote } from './add-note.ts'
import { assignRole } from './assign-role.ts'
import { changeSeverity } from './change-severity.ts'
import { changeState } from './change-state.ts'
import { createRunbook } from './create-runbook.ts'
import { type Mitigations, mitigate } from './mitigate.ts'
import { Incident, NewIncident, Note, Reason, RoleAssignment, RoleName, State, StateChange, TimelineEntry } from './model.ts'
import { openIncident } from './open-incident.ts'
import { can } from './permissions.ts'
import { PostMortem, PostMortemEdit } from './post-mortem.ts'
import { getIncident, getRunbook, listIncidents, listRunbooks, listSteps, listTimeline, runbooksFor } from './read.ts'
import { runStep } from './run-step.ts'
import { NewRunbook, Runbook, RunStep, StepRun } from './runbook.ts'
import { getSeverityMatrix, setSeverityMatrix } from './set-severity-matrix.ts'
import { Severity, SeverityInputs, SeverityMatrix } from './severity.ts'
import { updateRunbook } from './update-runbook.ts'
import { getPostMortem, publishPostMortem, writePostMortem } from './write-post-mortem.ts'

const ById = z.object({ id: z.string().max(64) })
const IncidentQuery = ListQuery.extend({
  status: z.enum(['open', 'closed']).optional(),
  state: State.optional(),
  severity: Severity.optional(),
  endpoint: z.string().max(200).optional(),
  release: z.string().max(100).optional(),
})
const OnRelease = z.strictObject({ release: z.string().min(1).max(100).nullable().default(null), reason: Reason }).meta({ id: 'MitigateRelease' })
const OnEndpoint = z.strictObject({ endpoint: z.string().min(1).max(200).nullable().default(null), reason: Reason }).meta({ id: 'MitigateEndpoint' })

export const incidentRoutes = (mitigations: Mitigations): readonly Route[] => [
  ...recordRoutes(),
  ...mitigationRoutes(mitigations),
  ...postMortemRoutes(),
  ...runbookRoutes(),
]

const recordRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/incidents',
    summary: 'Declare an incident',
    permission: can['open-incident'],
    body: NewIncident,
    status: 201,
    response: Incident,
    errors: ['incident_not_severe'],
    run: ({ ctx, body }) => openIncident(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/incidents',
    summary: 'Incidents, newest first',
    permission: can.read,
    query: IncidentQuery,
    response: pageOf(Incident),
    run: ({ ctx, query }) => listIncidents(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/incidents/severity-matrix',
    summary: 'What makes how severe an incident',
    permission: can.read,
    response: SeverityMatrix,
    run: async ({ ctx }) => {
      const { version, matrix } = await getSeverityMatrix(ctx)
      return reply(matrix, { etag: etagOf(version) })
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/incidents/severity-matrix',
    summary: 'A new version of the severity matrix',
    permission: can['set-severity-matrix'],
    body: SeverityMatrix,
    response: SeverityMatrix,
    errors: ['precondition_required', 'precondition_failed', 'conflict'],
    run: async ({ ctx, body, ifMatch }) => {
      const { version, matrix } = await setSeverityMatrix(ctx, { ifMatch, matrix: body })
      return reply(matrix, { etag: etagOf(version) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/incidents/:id',
    summary: 'One incident',
    permission: can.read,
    params: ById,
    response: Incident,
    run: ({ ctx, params }) => getIncident(ctx, params.id),
  }),
  route({
    method: 'GET',
    path: '/api/v1/incidents/:id/timeline',
    summary: 'What happened, in order',
    permission: can.read,
    params: ById,
    query: ListQuery,
    response: pageOf(TimelineEntry),
    run: ({ ctx, params, query }) => listTimeline(ctx, params.id, query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/notes',
    summary: 'Add to the timeline',
    permission: can['add-note'],
    params: ById,
    body: Note,
    response: Incident,
    run: ({ ctx, params, body }) => addNote(ctx, { id: params.id, note: body }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/state',
    summary: 'Move an incident on',
    permission: can['change-state'],
    params: ById,
    body: StateChange,
    response: Incident,
    errors: ['incident_transition', 'post_mortem_missing'],
    run: ({ ctx, params, body }) => changeState(ctx, { id: params.id, change: body }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/severity',
    summary: 'Correct what the severity follows from',
    permission: can['change-severity'],
    params: ById,
    body: SeverityInputs,
    response: Incident,
    errors: ['incident_closed'],
    run: ({ ctx, params, body }) => changeSeverity(ctx, { id: params.id, inputs: body }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/incidents/:id/roles/:role',
    summary: 'Say who does what',
    permission: can['assign-role'],
    params: ById.extend({ role: RoleName }),
    body: RoleAssignment,
    response: Incident,
    run: ({ ctx, params, body }) => assignRole(ctx, { ...params, assignment: body }),
  }),
]

const MITIGATION_ERRORS = ['incident_closed', 'mitigation_target_missing', 'mitigation_failed'] as const

const mitigationRoutes = (mitigations: Mitigations): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/suspend-release',
    summary: 'Stop serving a release: by default the one that the incident is about',
    permission: can.mitigate,
    params: ById,
    body: OnRelease,
    response: Incident,
    errors: MITIGATION_ERRORS,
    run: ({ ctx, params, body }) => mitigate(ctx, mitigations, { id: params.id, mitigation: { kind: 'suspend_release', ...body } }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/rollback-endpoint',
    summary: 'Go back to the last approved release of an endpoint',
    permission: can.mitigate,
    params: ById,
    body: OnEndpoint,
    response: Incident,
    errors: MITIGATION_ERRORS,
    run: ({ ctx, params, body }) => mitigate(ctx, mitigations, { id: params.id, mitigation: { kind: 'rollback_endpoint', ...body } }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/restore-release',
    summary: 'Serve a suspended release again',
    permission: can.mitigate,
    params: ById,
    body: OnRelease,
    response: Incident,
    errors: MITIGATION_ERRORS,
    run: ({ ctx, params, body }) => mitigate(ctx, mitigations, { id: params.id, mitigation: { kind: 'restore_release', ...body } }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/incidents/:id/runbooks',
    summary: 'Runbooks meant for an incident like this',
    permission: can.read,
    params: ById,
    response: z.object({ items: z.array(Runbook) }).meta({ id: 'RunbooksOfIncident' }),
    run: async ({ ctx, params }) => ({ items: await runbooksFor(ctx, await getIncident(ctx, params.id)) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/incidents/:id/steps',
    summary: 'Runbook steps that were run',
    permission: can.read,
    params: ById,
    response: z.object({ items: z.array(StepRun) }).meta({ id: 'StepRuns' }),
    run: async ({ ctx, params }) => ({ items: await listSteps(ctx, params.id) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/steps',
    summary: 'Run one step of a runbook',
    permission: can['run-step'],
    params: ById,
    body: RunStep,
    response: StepRun,
    errors: ['step_already_run', ...MITIGATION_ERRORS],
    run: ({ ctx, params, body }) => runStep(ctx, mitigations, { id: params.id, run: body }),
  }),
]

const postMortemRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/incidents/:id/post-mortem',
    summary: 'The post-mortem, or a draft of it from the record',
    permission: can.read,
    params: ById,
    response: PostMortem,
    run: async ({ ctx, params }) => {
      const document = await getPostMortem(ctx, params.id)
      return reply(document, { etag: etagOf(document.version) })
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/incidents/:id/post-mortem',
    summary: 'Write the post-mortem',
    permission: can['write-post-mortem'],
    params: ById,
    description: 'What is left out stays as it was written, or as it was drafted from the record.',
    body: PostMortemEdit,
    response: PostMortem,
    errors: ['precondition_required', 'precondition_failed', 'post_mortem_published'],
    run: async ({ ctx, params, body, ifMatch }) => {
      const document = await writePostMortem(ctx, { id: params.id, ifMatch, text: body })
      return reply(document, { etag: etagOf(document.version) })
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/incidents/:id/post-mortem/publish',
    summary: 'Publish the post-mortem; it cannot be changed afterwards',
    permission: can['publish-post-mortem'],
    params: ById,
    response: PostMortem,
    errors: ['post_mortem_incomplete', 'post_mortem_published'],
    run: ({ ctx, params }) => publishPostMortem(ctx, params.id),
  }),
]

const runbookRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/runbooks',
    summary: 'Write a runbook',
    permission: can['create-runbook'],
    body: NewRunbook,
    status: 201,
    response: Runbook,
    errors: ['runbook_exists'],
    run: async ({ ctx, body }) => {
      const runbook = await createRunbook(ctx, body)
      return reply(runbook, { etag: etagOf(runbook.version) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/runbooks',
    summary: 'Runbooks by name',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Runbook),
    run: ({ ctx, query }) => listRunbooks(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/runbooks/:id',
    summary: 'One runbook',
    permission: can.read,
    params: ById,
    response: Runbook,
    run: async ({ ctx, params }) => {
      const runbook = await getRunbook(ctx, params.id)
      return reply(runbook, { etag: etagOf(runbook.version) })
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/runbooks/:id',
    summary: 'A new version of a runbook',
    permission: can['update-runbook'],
    params: ById,
    body: NewRunbook,
    response: Runbook,
    errors: ['precondition_required', 'precondition_failed', 'conflict'],
    run: async ({ ctx, params, body, ifMatch }) => {
      const runbook = await updateRunbook(ctx, { id: params.id, ifMatch, runbook: body })
      return reply(runbook, { etag: etagOf(runbook.version) })
    },
  }),
]
