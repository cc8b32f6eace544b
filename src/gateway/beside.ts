import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticateKey, type Principal, presentedCredential, type Reserved } from '#access/hot'
import { type FieldIssue, PlimsollError } from '#platform/errors'
import type { Gateway } from './gateway.ts'
import { errorHeaders, invalid, type Refusal, refuse, statusOf, tooLarge } from './refusal.ts'
import { requestIdOf, sendRefusal } from './reply.ts'

/** What answers a call beside inference; handed in, since it reads or writes the store and the gateway does neither. */
export type AnswerBeside = (principal: Principal, body: unknown, left: AbortSignal) => Promise<unknown>

export interface BesideRoute {
  readonly answer: AnswerBeside
  readonly maxBytes: number
  /** In whose shape errors are told. */
  readonly dialect: 'openai' | 'aws'
}

/**
 * Calls beside inference (feedback, moderations, a guardrail applied): with the same key as a call, from the same networks, counted against the
 * key's requests per minute.
 */
export const answerBeside = (gateway: Gateway, route: BesideRoute, request: IncomingMessage, response: ServerResponse): true => {
  const requestId = requestIdOf(request)
  const no = (refusal: Refusal): void => (route.dialect === 'aws' ? sendAws(response, requestId, refusal) : sendRefusal(response, requestId, refusal))
  const left = new AbortController()
  response.once('close', () => left.abort())
  answerOf(gateway, route, request, left.signal)
    .then((answer) => {
      if (isRefusal(answer)) return no(answer)
      const body = Buffer.from(JSON.stringify(answer.value))
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-request-id': requestId,
        ...(route.dialect === 'aws' ? { 'x-amzn-requestid': requestId } : {}),
        'cache-control': 'no-store',
      })
      response.end(body)
    })
    .catch((error: unknown) => {
      if (error instanceof PlimsollError && error.status < 500)
        return route.dialect === 'aws' ? sendAws(response, requestId, error) : sendKnown(response, requestId, error)
      gateway.log.error({ err: error, request_id: requestId }, 'a call beside inference failed')
      no(refuse('internal_error'))
    })
  return true
}

const isRefusal = (answer: Refusal | { readonly value: unknown }): answer is Refusal => 'shouldRetry' in answer

const answerOf = async (
  gateway: Gateway,
  route: BesideRoute,
  request: IncomingMessage,
  left: AbortSignal,
): Promise<Refusal | { readonly value: unknown }> => {
  if (request.method !== 'POST') return refuse('method_not_allowed')
  const credential = presentedCredential(request.rawHeaders)
  if (typeof credential !== 'string') return refuse(credential.code, { message: credential.message })
  const nowMs = gateway.clock.now()
  const principal = authenticateKey(gateway.snapshot().access, credential, request.socket.remoteAddress ?? '', nowMs)
  if ('code' in principal) return refuse(principal.code, { message: principal.message })
  const held: Reserved = await gateway.limiter.reserve(principal, nowMs, 0)
  if (!held.ok) return refuse(held.code, { type: held.dimension, retryAfterMs: held.retryAfterMs })
  await gateway.limiter.settle(held.reservation, 0)
  const text = await bodyOf(request, route.maxBytes, gateway.bodyTimeoutMs)
  if (text === undefined) return tooLarge(route.maxBytes)
  try {
    return { value: await route.answer(principal, JSON.parse(text), left) }
  } catch (error) {
    if (error instanceof SyntaxError) return invalid(null, 'The body is not valid JSON.')
    throw error
  }
}

const bodyOf = async (request: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<string | undefined> => {
  const timer = setTimeout(() => request.destroy(), timeoutMs)
  try {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of request) {
      size += (chunk as Buffer).length
      if (size > maxBytes) return undefined
      chunks.push(chunk as Buffer)
    }
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    clearTimeout(timer)
  }
}

/** What is wrong with the body as a whole has no path. */
const said = (message: string, issue: FieldIssue | undefined): string =>
  issue === undefined ? message : issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`

/** A refusal of the room behind it, in the shape of this surface. */
const sendKnown = (response: ServerResponse, requestId: string, { code, status, message, issues }: PlimsollError): void => {
  const [issue] = issues
  const body = Buffer.from(
    JSON.stringify({ error: { message: said(message, issue), type: 'invalid_request_error', param: issue?.path || null, code } }),
  )
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-request-id': requestId,
    'x-plimsoll-source': 'gateway',
    'x-should-retry': 'false',
  })
  response.end(body)
}

const AWS_ERRORS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'AccessDeniedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  413: 'ValidationException',
  429: 'ThrottlingException',
}

/** The AWS SDKs read the kind of an error from a header and the sentence from `message`. */
const sendAws = (response: ServerResponse, requestId: string, error: Refusal | PlimsollError): void => {
  const status = error instanceof PlimsollError ? error.status : statusOf(error)
  const [issue] = error instanceof PlimsollError ? error.issues : []
  const body = Buffer.from(JSON.stringify({ message: said(error.message, issue) }))
  const headers = [
    'content-type',
    'application/json',
    'content-length',
    String(body.length),
    'x-request-id',
    requestId,
    'x-amzn-requestid',
    requestId,
  ]
  headers.push('x-amzn-errortype', AWS_ERRORS[status] ?? 'InternalServerException')
  headers.push(...(error instanceof PlimsollError ? ['x-plimsoll-source', 'gateway'] : errorHeaders(error)))
  response.writeHead(status, headers)
  response.end(body)
}
