import { z } from 'zod'
import { etagOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { acknowledgeAlert } from './acknowledge-alert.ts'
import { Price } from './cost.ts'
import { createMonitor } from './create-monitor.ts'
import { deleteMonitor } from './delete-monitor.ts'
import { InferenceEvent } from './event.ts'
import { createLiveFeed } from './live.ts'
import { Metrics, MetricsFilter, MetricsQuery } from './metrics.ts'
import { Alert, AlertState, Monitor, NewMonitor } from './monitor.ts'
import { can } from './permissions.ts'
import { Pipeline } from './pipeline.ts'
import { EventQuery, getEvent, listEvents } from './read-events.ts'
import { readMetrics } from './read-metrics.ts'
import { getAlert, getMonitor, listAlerts, listMonitors } from './read-monitors.ts'
import { Retention, RetentionEdit } from './retention.ts'
import { listPrices, setPrice } from './set-price.ts'
import { getRetention, setRetention } from './set-retention.ts'
import { updateMonitor } from './update-monitor.ts'

const ById = z.object({ id: z.string().max(64) })
const AlertQuery = ListQuery.extend({ status: AlertState.optional(), monitor: z.string().max(64).optional() })

export interface MonitoringDeps {
  /** How the recording of events is doing in this process. */
  readonly pipeline: () => Pipeline
}

export const monitoringRoutes = ({ pipeline }: MonitoringDeps): readonly Route[] => {
  const live = createLiveFeed()
  return [
    route({
      method: 'GET',
      path: '/api/v1/events',
      summary: 'Inference events, newest first',
      permission: can.read,
      query: EventQuery,
      response: pageOf(InferenceEvent),
      run: ({ ctx, query }) => listEvents(ctx, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/events/retention',
      summary: 'What is kept of calls, and for how long',
      permission: can.read,
      response: Retention,
      run: async ({ ctx }) => {
        const { version, policy } = await getRetention(ctx)
        return reply(policy, { etag: etagOf(version) })
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/events/retention',
      summary: 'Change what is kept of calls',
      description: 'What is left out stays as it was.',
      permission: can['set-retention'],
      body: RetentionEdit,
      response: Retention,
      errors: ['precondition_required', 'precondition_failed', 'conflict'],
      run: async ({ ctx, body, ifMatch }) => {
        const { version, policy } = await setRetention(ctx, { ifMatch, policy: body })
        return reply(policy, { etag: etagOf(version) })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/events/:id',
      summary: 'One inference event',
      permission: can.read,
      params: ById,
      response: InferenceEvent,
      run: ({ ctx, params }) => getEvent(ctx, params.id),
    }),
    route({
      method: 'GET',
      path: '/api/v1/metrics',
      summary: 'Latency, throughput, errors, tokens and cost over time',
      description: 'Latencies are of answered calls; quantiles are within 1 % of the exact value.',
      permission: can.read,
      query: MetricsQuery,
      response: Metrics,
      run: ({ ctx, query }) => readMetrics(ctx, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/metrics/live',
      summary: 'The last hour by minute, then each second what changed (server-sent events `history` and `metrics`)',
      permission: can.read,
      query: MetricsFilter,
      answers: 'stream',
      contentType: 'text/event-stream',
      errors: ['too_many_watchers'],
      run: async ({ ctx, query, rawReply }) => {
        await live.watch(ctx, query, rawReply.raw)
        rawReply.hijack()
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/metrics/pipeline',
      summary: 'How the recording of events is doing',
      permission: can.read,
      response: Pipeline,
      run: async () => pipeline(),
    }),
    route({
      method: 'GET',
      path: '/api/v1/metrics/prices',
      summary: 'Prices by which calls are charged',
      permission: can.read,
      response: z.object({ items: z.array(Price) }).meta({ id: 'Prices' }),
      run: async ({ ctx }) => ({ items: await listPrices(ctx) }),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/metrics/prices',
      summary: 'Set the price of an upstream model',
      permission: can['set-price'],
      body: Price,
      response: Price,
      run: ({ ctx, body }) => setPrice(ctx, body),
    }),
    ...monitorRoutes(),
    ...alertRoutes(),
  ]
}

const monitorRoutes = (): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/monitors',
    summary: 'Watch a metric',
    permission: can['create-monitor'],
    body: NewMonitor,
    status: 201,
    response: Monitor,
    errors: ['monitor_exists'],
    run: async ({ ctx, body }) => {
      const monitor = await createMonitor(ctx, body)
      return reply(monitor, { etag: etagOf(monitor.version) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/monitors',
    summary: 'Monitors by name',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Monitor),
    run: ({ ctx, query }) => listMonitors(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/monitors/:id',
    summary: 'One monitor',
    permission: can.read,
    params: ById,
    response: Monitor,
    run: async ({ ctx, params }) => {
      const monitor = await getMonitor(ctx, params.id)
      return reply(monitor, { etag: etagOf(monitor.version) })
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/monitors/:id',
    summary: 'Change a monitor; its firing alert ends',
    permission: can['update-monitor'],
    params: ById,
    body: NewMonitor,
    response: Monitor,
    errors: ['precondition_required', 'precondition_failed', 'conflict'],
    run: async ({ ctx, params, body, ifMatch }) => {
      const monitor = await updateMonitor(ctx, { id: params.id, ifMatch, monitor: body })
      return reply(monitor, { etag: etagOf(monitor.version) })
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/monitors/:id',
    summary: 'Stop watching',
    permission: can['delete-monitor'],
    params: ById,
    status: 204,
    run: ({ ctx, params }) => deleteMonitor(ctx, params.id),
  }),
]

const alertRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/alerts',
    summary: 'Alerts, newest first',
    permission: can.read,
    query: AlertQuery,
    response: pageOf(Alert),
    run: ({ ctx, query }) => listAlerts(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/alerts/:id',
    summary: 'One alert',
    permission: can.read,
    params: ById,
    response: Alert,
    run: ({ ctx, params }) => getAlert(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/api/v1/alerts/:id/acknowledge',
    summary: 'Say that you are on it',
    permission: can['acknowledge-alert'],
    params: ById,
    response: Alert,
    errors: ['alert_not_firing', 'conflict'],
    run: ({ ctx, params }) => acknowledgeAlert(ctx, params.id),
  }),
]
