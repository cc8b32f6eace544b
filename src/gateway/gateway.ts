/** What all calls share, and the door for the HTTP server: which paths are the inference surface, and who looks after calls that wait. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Limiter } from '#access/hot'
import type { InferenceEvent, Pipeline } from '#monitoring/hot'
import type { Clock } from '#platform/clock'
import type { Logger } from '#platform/logging'
import type { SecondStage } from '#safeguards/hot'
import { type AnswerBeside, answerBeside, type BesideRoute } from './beside.ts'
import { type Call, createCall } from './call.ts'
import { begin } from './handle.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { answerModels } from './models.ts'
import { createProviders, type Providers } from './providers/index.ts'
import { refuse } from './refusal.ts'
import { requestIdOf, sendRefusal } from './reply.ts'
import type { Operation } from './request.ts'
import type { Snapshot } from './snapshot.ts'
import { watch } from './watch.ts'

export interface GatewayOptions {
  /** The snapshot in force. Swapping what this returns is how every decision of the control side reaches the gateway. */
  readonly snapshot: () => Snapshot
  /** Takes the event of a call that ended; returns at once. */
  readonly record: (event: InferenceEvent) => void
  readonly limiter: Limiter
  readonly log: Logger
  readonly clock: Clock
  /** In [0, 1): chooses among the weighted releases of an endpoint. */
  readonly random?: () => number
  readonly maxBodyBytes?: number
  /** False while the process starts, stops, or cannot record: `/readyz` says so and the load balancer looks elsewhere. */
  readonly isReady?: () => boolean
  /** How the events that `record` takes are doing, for `/metrics`. */
  readonly pipeline?: () => Pipeline
  /** Behind `POST /v1/feedback`; without it there is no such route. The two below, likewise. */
  readonly feedback?: AnswerBeside
  /** Behind `POST /v1/moderations`. */
  readonly moderate?: AnswerBeside
  /** Behind `POST /guardrail/{policy}/version/{version}/apply`. */
  readonly applyGuardrail?: (policy: string, version: string) => AnswerBeside
  /** The transformer; without it, rules that need one fail as their policy says. */
  readonly secondStage?: SecondStage | null
  /** The secret under which values of a project are hashed; one of this process alone when it is not given. */
  readonly surrogateKey?: (project: string) => string
  /** How long a client may take to send its body. */
  readonly bodyTimeoutMs?: number
  /** Silence after which a stream carries a comment, so that no proxy takes it for dead. */
  readonly keepAliveMs?: number
  /** Pace of the simulator's streams. */
  readonly simulatorMsPerChunk?: number
}

export interface Gateway extends Required<Omit<GatewayOptions, 'pipeline' | 'feedback' | 'moderate' | 'applyGuardrail' | 'simulatorMsPerChunk'>> {
  readonly providers: Providers
  readonly metrics: Metrics
  readonly live: Set<Call>
  /** Records whose texts are still to be masked. */
  pending: number
}

export interface GatewayHandler {
  /** True when the path was the gateway's own and the answer is on its way. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Lets live calls end, up to `graceMs`, then closes the provider connections. */
  close(graceMs?: number): Promise<void>
  readonly liveCalls: number
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/embeddings', 'embeddings'],
])

const MEBIBYTE = 1_048_576

const GUARDRAIL = /^\/guardrail\/([^/]{1,200})\/version\/([^/]{1,20})\/apply$/

const besideOf = ({ feedback, moderate, applyGuardrail }: GatewayOptions, path: string): BesideRoute | undefined => {
  if (path === '/v1/feedback' && feedback !== undefined) return { answer: feedback, maxBytes: 65_536, dialect: 'openai' }
  if (path === '/v1/moderations' && moderate !== undefined) return { answer: moderate, maxBytes: MEBIBYTE, dialect: 'openai' }
  const [, policy, version] = applyGuardrail === undefined ? [] : (GUARDRAIL.exec(path) ?? [])
  if (applyGuardrail === undefined || policy === undefined || version === undefined) return undefined
  return { answer: applyGuardrail(decoded(policy), version), maxBytes: MEBIBYTE, dialect: 'aws' }
}

/** A path that is not well escaped names nothing. */
const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}

export const createGateway = (options: GatewayOptions): GatewayHandler => {
  const gateway: Gateway = {
    snapshot: options.snapshot,
    record: options.record,
    limiter: options.limiter,
    log: options.log,
    clock: options.clock,
    random: options.random ?? Math.random,
    maxBodyBytes: options.maxBodyBytes ?? 16 * MEBIBYTE,
    isReady: options.isReady ?? (() => true),
    secondStage: options.secondStage ?? null,
    surrogateKey: options.surrogateKey ?? keyOfThisProcess(),
    bodyTimeoutMs: options.bodyTimeoutMs ?? 30_000,
    keepAliveMs: options.keepAliveMs ?? 15_000,
    providers: createProviders({ msPerChunk: options.simulatorMsPerChunk ?? 0 }),
    metrics: createMetrics(options.pipeline),
    live: new Set(),
    pending: 0,
  }
  gateway.secondStage?.observe(({ detector, outcome, seconds, error }) => {
    gateway.metrics.secondStage(detector, outcome, seconds)
    if (error !== undefined) gateway.log.warn({ err: error, detector }, 'the second stage of a safeguard failed')
  })
  const stopWatching = watch(gateway)

  const handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = pathOf(request.url ?? '/')
    const operation = OPERATIONS.get(path)
    if (operation !== undefined) {
      begin(createCall(gateway, request, response, operation, requestIdOf(request)))
      return true
    }
    if (path === '/v1/models' || path.startsWith('/v1/models/')) return answerModels(gateway, request, response, path)
    if (path === '/healthz') return plainText(response, 200, 'ok')
    if (path === '/readyz') return gateway.isReady() ? plainText(response, 200, 'ready') : plainText(response, 503, 'not ready')
    if (path === '/metrics') return exposeMetrics(gateway, response)
    const beside = besideOf(options, path)
    if (beside !== undefined) return answerBeside(gateway, beside, request, response)
    if (!path.startsWith('/v1/')) return false
    sendRefusal(response, requestIdOf(request), refuse('unknown_route', { message: `There is no ${request.method ?? 'GET'} ${path.slice(0, 100)}.` }))
    return true
  }

  return {
    handle,
    get liveCalls() {
      return gateway.live.size
    },
    close: async (graceMs = 10_000) => {
      const until = performance.now() + graceMs
      while ((gateway.live.size > 0 && performance.now() < until) || gateway.pending > 0) await new Promise((resolve) => setTimeout(resolve, 20))
      stopWatching()
      await gateway.providers.close()
    },
  }
}

const keyOfThisProcess = (): ((project: string) => string) => {
  const secret = randomUUID()
  return (project) => `${secret}/${project}`
}

const pathOf = (url: string): string => {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

const plainText = (response: ServerResponse, status: number, text: string): true => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(`${text}\n`)
  return true
}

const exposeMetrics = ({ metrics, live, log }: Gateway, response: ServerResponse): true => {
  metrics
    .expose(live.size)
    .then(({ contentType, text }) => response.writeHead(200, { 'content-type': contentType }).end(text))
    .catch((error: unknown) => {
      log.error({ err: error }, 'metrics')
      plainText(response, 500, 'failed')
    })
  return true
}
