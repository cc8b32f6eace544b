import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions as TlsOptions } from 'node:https'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { digestOf } from '../canonical/index.ts'
import { type Actor, contextFor, DEFAULT_PROJECT, fieldIssues, isPermitted, type Platform } from '../context/index.ts'
import { PlimsollError, platformErrors } from '../errors/index.ts'
import { newId } from '../ids/index.ts'
import { onceOnly } from './idempotency.ts'
import { addPages, type PagesOptions } from './pages.ts'
import { toProblem } from './problem.ts'
import type { Reply, Route } from './route.ts'

/** Who sends the request. `csrf` says whether a cookie request proved its origin; bearer requests need no proof. */
export type Authenticate = (
  request: FastifyRequest,
) => Promise<{ readonly actor: Actor; readonly project?: string; readonly isProvenWrite: boolean } | undefined>

export interface ServerOptions {
  readonly platform: Platform
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  /** Answers the inference surface before the framework sees the request; returns false when the path is not its own. */
  readonly inference?: (request: IncomingMessage, response: ServerResponse) => boolean
  readonly tls?: TlsOptions
  readonly maxBodyBytes?: number
  readonly pages?: PagesOptions
}

const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,128}$/
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export const createServer = async (options: ServerOptions): Promise<FastifyInstance> => {
  const { platform } = options
  // Safe: the type parameters only say which of node's two server classes listens.
  const app = Fastify({
    bodyLimit: options.maxBodyBytes ?? 1_048_576,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId('req')
    },
    loggerInstance: platform.log.child({}, { level: 'silent' }) as never,
    serverFactory: (handler) => {
      const answer = (request: IncomingMessage, response: ServerResponse): void => {
        if (options.inference?.(request, response) === true) return
        handler(request, response)
      }
      const server = options.tls === undefined ? createHttpServer({ keepAliveTimeout: 75_000 }, answer) : createHttpsServer(options.tls, answer)
      return server
    },
    routerOptions: { maxParamLength: 512 },
    // A malformed or endless path never reaches a route, nor the error handler.
    frameworkErrors: (error, request, answer) => {
      answer.header('x-request-id', request.id)
      sendProblem(platform, translate(error), request, answer)
    },
  }) as unknown as FastifyInstance
  await app.register(cookie)
  app.addContentTypeParser(['application/octet-stream', 'application/x-ndjson', 'text/csv', 'text/plain'], (_request, payload, done) =>
    done(null, payload),
  )
  const parseJson = app.getDefaultJsonParser('error', 'error')
  // Clients name the type also where they send nothing; a route that wants a body then says which fields are missing.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    if (text === '') return done(null, undefined)
    void parseJson(request, text, (error, body) => done(error ?? unstorable(text, body), body))
  })
  app.addHook('onSend', async (request, answer) => {
    answer.header('x-request-id', request.id)
    answer.header('x-content-type-options', 'nosniff')
    if (answer.getHeader('cache-control') === undefined && request.url.startsWith('/api/')) answer.header('cache-control', 'no-store')
  })
  app.setErrorHandler((error, request, answer) => sendProblem(platform, translate(error), request, answer))
  if (options.pages !== undefined) await addPages(app, options.pages)
  for (const one of options.routes) register(app, one, options)
  return app
}

// How NUL and surrogates look in JSON text when they are escaped; unescaped ones are no valid JSON or no valid UTF-8.
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i

/** Texts that neither PostgreSQL nor canonical JSON can carry are refused at the door, by path. */
const unstorable = (text: string, body: unknown): PlimsollError | null => {
  const path = SUSPICIOUS.test(text) ? unstorablePath(body, []) : undefined
  return path === undefined
    ? null
    : platformErrors.invalid_request({}, { issues: [{ path: path.join('.'), message: 'a text holds NUL or a lone surrogate' }] })
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

const unstorablePath = (value: unknown, path: readonly string[]): readonly string[] | undefined => {
  if (typeof value === 'string') return isStorable(value) ? undefined : path
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, one] of Object.entries(value)) {
    const found = isStorable(key) ? unstorablePath(one, [...path, key]) : path
    if (found !== undefined) return found
  }
  return undefined
}

/** The framework's own refusals, in the catalogue's words. */
const translate = (error: unknown): unknown => {
  if (error instanceof PlimsollError) return error
  const code = (error as { code?: string }).code
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return platformErrors.request_too_large({ maxBytes: 1_048_576 })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return platformErrors.unsupported_media_type()
  if (
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ||
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' ||
    error instanceof SyntaxError
  ) {
    return platformErrors.invalid_request({}, { issues: [{ path: '', message: 'the body is not valid JSON' }], cause: error })
  }
  const status = (error as { statusCode?: number }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500)
    return platformErrors.invalid_request({}, { issues: [{ path: '', message: 'the request is malformed' }], cause: error })
  // A NUL or a lone surrogate inside a text: PostgreSQL cannot store it (22021, 22P05).
  if (code === '22021' || code === '22P05')
    return platformErrors.invalid_request(
      {},
      { issues: [{ path: '', message: 'a text holds a character that cannot be stored (NUL or a lone surrogate)' }], cause: error },
    )
  return error
}

const sendProblem = (platform: Platform, error: unknown, request: FastifyRequest, answer: FastifyReply): FastifyReply => {
  const problem = toProblem(error, request.id)
  if (problem.status >= 500) platform.log.error({ err: error, request_id: request.id, route: request.routeOptions?.url }, 'request failed')
  return answer.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem))
}

const validated = (schema: Route['body'], place: string, value: unknown): unknown => {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = fieldIssues(result.error).map((issue) => ({
    ...issue,
    path: place === '' ? issue.path : [place, issue.path].filter(Boolean).join('.'),
  }))
  throw platformErrors.invalid_request({}, { issues })
}

const register = (app: FastifyInstance, route: Route, { platform, authenticate }: ServerOptions): void => {
  app.route({
    method: route.method,
    url: route.path,
    ...(route.maxBodyBytes === undefined ? {} : { bodyLimit: route.maxBodyBytes }),
    handler: async (request, answer) => {
      const caller = route.permission === 'public' ? await authenticate(request).catch(() => undefined) : await authenticate(request)
      if (caller === undefined && route.permission !== 'public') throw platformErrors.unauthenticated()
      if (caller !== undefined && route.permission !== 'public' && WRITES.has(route.method) && !caller.isProvenWrite)
        throw platformErrors.csrf_failed()
      const actor: Actor = caller?.actor ?? { kind: 'key', id: 'anonymous', name: 'anonymous', roles: [] }
      // Before the body is looked at: a caller without the permission learns nothing about what it would accept.
      if (typeof route.permission !== 'string' && !isPermitted(actor, route.permission))
        throw platformErrors.permission_denied({ action: route.permission.action })
      const ctx = contextFor(platform, actor, caller?.project ?? DEFAULT_PROJECT, request.id)
      const ifMatch = request.headers['if-match']
      const input = {
        ctx,
        params: validated(route.params, '', request.params),
        query: validated(route.query, '', request.query),
        body: route.bodyKind === 'raw' ? undefined : validated(route.body, '', request.body ?? undefined),
        ifMatch,
        raw: request,
        rawReply: answer,
      }
      const run = async (): Promise<{ status: number; value: unknown; headers: Readonly<Record<string, string>> }> => {
        const result = await route.run(input as never)
        const { value, headers, status } = isReply(result) ? result : { value: result as unknown, headers: {}, status: undefined }
        const checked = route.response === undefined ? value : outgoing(route, value)
        return { status: status ?? route.status ?? 200, value: checked, headers }
      }
      const key = request.headers['idempotency-key']
      const result =
        typeof key === 'string' && route.method === 'POST' && route.bodyKind !== 'raw' && route.permission !== 'public'
          ? {
              headers: {},
              ...(await onceOnly(ctx, platform.clock, key.slice(0, 255), digestOf([route.path, request.params ?? null, request.body ?? null]), run)),
            }
          : await run()
      if (route.answers === 'stream') return answer
      answer.status(result.status).headers(result.headers as Record<string, string>)
      return result.status === 204
        ? answer.send()
        : answer.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(result.value))
    },
  })
}

/** An answer that does not fit its published schema is our bug: it fails loudly here, not at the client. */
const outgoing = (route: Route, value: unknown): unknown => {
  const result = route.response?.safeParse(value)
  if (result === undefined) return value
  if (!result.success) throw new Error(`${route.method} ${route.path} answered outside its schema: ${JSON.stringify(fieldIssues(result.error))}`)
  return result.data
}

const isReply = (value: unknown): value is Reply<unknown> => typeof value === 'object' && value !== null && '__reply' in value
