/** Any upstream that speaks the OpenAI dialect: bytes go up and come down untouched, over one keep-alive pool a connection. */
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { type Dispatcher, Pool } from 'undici'
import { isForbiddenAddress } from '#registry/hot'
import type { Connection } from '../../plan.ts'
import type { Operation } from '../../request.ts'
import type { Provider, Upstream, UpstreamFailure, UpstreamHandler, UpstreamRequest } from '../provider.ts'

const PATHS: Readonly<Record<Operation, string>> = { chat: '/chat/completions', embeddings: '/embeddings' }

const CONNECT_TIMEOUT_MS = 5_000
/** Below the 60 s after which common load balancers close an idle connection without a word. */
const KEEP_ALIVE_MS = 30_000
const MAX_SOCKETS = 512

export const createOpenAiCompatible = (connection: Connection): Provider => {
  const base = new URL(connection.base_url ?? '')
  if (isForbiddenAddress(base.hostname)) throw new Error(`connection ${connection.name} points to an address that is not allowed`)
  const prefix = base.pathname.replace(/\/+$/, '')
  const pool = new Pool(base.origin, {
    connections: MAX_SOCKETS,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup: guardedLookup },
  })
  const headers = headersOf(connection)
  return {
    send: (request, handler) => send(pool, prefix + PATHS[request.operation], headers, request, handler),
    models: (signal) => models(pool, `${prefix}/models`, headers, signal),
    close: () => pool.close(),
  }
}

/** Written by us alone: nothing of a caller's headers, least of all its credential, reaches a provider. */
const headersOf = ({ credentials }: Connection): readonly string[] => [
  'content-type',
  'application/json',
  'accept-encoding',
  'identity',
  'user-agent',
  'plimsoll/0.1',
  ...(credentials === null ? [] : ['authorization', `Bearer ${credentials}`]),
]

/** A name can be pointed at a metadata service after its connection was made: each resolved address is asked again. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    const forbidden = addresses.find(({ address }) => isForbiddenAddress(address))
    if (forbidden !== undefined) return callback(new Error(`${hostname} resolves to an address that is not allowed`), [])
    if (options.all === true) return callback(null, addresses)
    const [first] = addresses
    return first === undefined ? callback(new Error(`${hostname} has no address`), []) : callback(null, first.address, first.family)
  })
}

const send = (pool: Pool, path: string, fixed: readonly string[], request: UpstreamRequest, handler: UpstreamHandler): Upstream => {
  let controller: Dispatcher.DispatchController | undefined
  let isStarted = false
  let isAborted = false
  let isOver = false
  const fail = (error: Error): void => {
    if (isOver) return
    isOver = true
    handler.onError({ kind: kindOf(error, isStarted, isAborted), error })
  }
  const headers = request.traceparent === null ? (fixed as string[]) : [...fixed, 'traceparent', request.traceparent]
  const options: Dispatcher.DispatchOptions = {
    path,
    method: 'POST',
    headers,
    body: request.body,
    headersTimeout: 0,
    bodyTimeout: request.idleTimeoutMs,
  }
  pool.dispatch(options, {
    onRequestStart: (started) => {
      controller = started
      if (isAborted) started.abort(new Error('aborted'))
    },
    onResponseStart: (_controller, status, received) => {
      if (status < 200) return
      isStarted = true
      handler.onStart(status, { contentType: String(received['content-type'] ?? ''), retryAfterMs: retryAfterMs(received['retry-after']) })
    },
    onResponseData: (_controller, chunk) => {
      if (!isOver) handler.onData(chunk)
    },
    onResponseEnd: () => {
      if (isOver) return
      isOver = true
      handler.onEnd()
    },
    onResponseError: (_controller, error) => fail(error),
  })
  return {
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
    abort: () => {
      if (isAborted || isOver) return
      isAborted = true
      controller?.abort(new Error('aborted'))
    },
  }
}

const kindOf = (error: Error, isStarted: boolean, isAborted: boolean): UpstreamFailure['kind'] => {
  if (isAborted) return 'aborted'
  if ((error as { code?: string }).code === 'UND_ERR_BODY_TIMEOUT') return 'timeout'
  return isStarted ? 'broken' : 'unreached'
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
const retryAfterMs = (header: string | string[] | undefined): number | null => {
  if (typeof header !== 'string') return null
  const seconds = Number(header)
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : null
}

const MAX_MODELS = 1_000

const models = async (pool: Pool, path: string, headers: readonly string[], signal: AbortSignal): Promise<readonly string[]> => {
  const answer = await pool.request({ path, method: 'GET', headers: headers as string[], signal })
  if (answer.statusCode !== 200) {
    await answer.body.dump()
    throw new Error(`the provider answered ${answer.statusCode}`)
  }
  const list = (await answer.body.json()) as { data?: readonly { id?: unknown }[] }
  if (!Array.isArray(list.data)) throw new Error('the provider answered something else than a list of models')
  return list.data.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])).slice(0, MAX_MODELS)
}
