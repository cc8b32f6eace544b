import { Readable } from 'node:stream'
import { z } from 'zod'
import { ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { Name } from '#registry'
import { cancelRun, resumeRun } from './move-run.ts'
import { can } from './permissions.ts'
import { getRun, listItems, listRuns, watchRun } from './read-runs.ts'
import { isOver, NewRun, Run, RunItem, RunStatus } from './run.ts'
import { startRun } from './start-run.ts'

const byId = z.object({ id: z.string().regex(/^run_[0-9a-z]{26}$/) })
const VersionNumber = z.coerce.number().int().min(1).max(2_147_483_647).optional()

export const runRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/runs',
    summary: 'Assess a model version',
    description: 'Answers at once; watch `/runs/{id}/events`. Ends with an immutable report.',
    permission: can['start-run'],
    body: NewRun,
    status: 202,
    response: Run,
    errors: [
      'not_found',
      'suite_unknown',
      'dataset_unknown',
      'column_unknown',
      'run_needs_predictions',
      'run_needs_connection',
      'connection_disabled',
    ],
    run: async ({ ctx, body }) => {
      const run = await startRun(ctx, body)
      return reply(run, { location: `/api/v1/runs/${run.id}` })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/runs',
    summary: 'Runs, newest first',
    permission: can.read,
    query: ListQuery.extend({ status: RunStatus.optional(), model: Name.optional(), version: VersionNumber }),
    response: pageOf(Run),
    run: ({ ctx, query }) => listRuns(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/runs/:id',
    summary: 'One run',
    permission: can.read,
    params: byId,
    response: Run,
    run: ({ ctx, params }) => getRun(ctx, params.id),
  }),
  route({
    method: 'GET',
    path: '/api/v1/runs/:id/items',
    summary: 'Answers of a run, item by item',
    permission: can.read,
    params: byId,
    query: ListQuery.extend({ evaluation: Name.optional() }),
    response: pageOf(RunItem),
    run: ({ ctx, params, query }) => listItems(ctx, params.id, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/runs/:id/events',
    summary: 'Progress of a run as server-sent events',
    description: 'Each event holds the run; `progress` while it goes on, `end` once, last.',
    permission: can.read,
    params: byId,
    answers: 'stream',
    contentType: 'text/event-stream',
    run: async ({ ctx, params, raw, rawReply }) => {
      const run = await getRun(ctx, params.id)
      const gone = new AbortController()
      raw.raw.once('close', () => gone.abort())
      rawReply
        .headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
        .send(Readable.from(eventsOf(watchRun(ctx, run, gone.signal))))
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/runs/:id/cancel',
    summary: 'Cancel a run',
    permission: can['cancel-run'],
    params: byId,
    response: Run,
    errors: ['run_state', 'conflict'],
    run: ({ ctx, params }) => cancelRun(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/v1/runs/:id/resume',
    summary: 'Go on with a failed or cancelled run',
    description: 'Answered items stay; failed calls are made again.',
    permission: can['resume-run'],
    params: byId,
    status: 202,
    response: Run,
    errors: ['run_state', 'conflict'],
    run: ({ ctx, params }) => resumeRun(ctx, params.id),
  }),
]

const eventsOf = async function* (runs: AsyncIterable<Run | 'keep-alive'>): AsyncGenerator<string> {
  for await (const run of runs)
    yield run === 'keep-alive' ? ': still here\n\n' : `event: ${isOver(run.status) ? 'end' : 'progress'}\ndata: ${JSON.stringify(run)}\n\n`
}
