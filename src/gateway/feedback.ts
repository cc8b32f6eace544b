import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticateKey, type Principal, presentedCredential, type Reserved } from '#access/hot'
import { PlimsollError } from '#platform/errors'
import type { Gateway } from './gateway.ts'
import { invalid, type Refusal, refuse, tooLarge } from './refusal.ts'
import { requestIdOf, sendRefusal } from './reply.ts'

/** Stores what a caller says of an earlier call; handed in, since it writes to the store and the gateway does not. */
export type TakeFeedback = (principal: Principal, body: unknown) => Promise<unknown>

const MAX_BYTES = 65_536

/** `POST /v1/feedback`: with the same key as the call it is about, counted against the key's requests per minute. */
export const answerFeedback = (gateway: Gateway, take: TakeFeedback, request: IncomingMessage, response: ServerResponse): true => {
  const requestId = requestIdOf(request)
  feedbackOf(gateway, take, request)
    .then((answer) => {
      if (isRefusal(answer)) return sendRefusal(response, requestId, answer)
      const body = Buffer.from(JSON.stringify(answer.value))
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-request-id': requestId,
        'cache-control': 'no-store',
      })
      response.end(body)
    })
    .catch((error: unknown) => {
      if (error instanceof PlimsollError && error.status < 500) return sendKnown(response, requestId, error)
      gateway.log.error({ err: error, request_id: requestId }, 'feedback failed')
      sendRefusal(response, requestId, refuse('internal_error'))
    })
  return true
}

const isRefusal = (answer: Refusal | { readonly value: unknown }): answer is Refusal => 'shouldRetry' in answer

const feedbackOf = async (gateway: Gateway, take: TakeFeedback, request: IncomingMessage): Promise<Refusal | { readonly value: unknown }> => {
  if (request.method !== 'POST') return refuse('method_not_allowed')
  const credential = presentedCredential(request.rawHeaders)
  if (typeof credential !== 'string') return refuse(credential.code, { message: credential.message })
  const nowMs = gateway.clock.now()
  const principal = authenticateKey(gateway.snapshot().access, credential, request.socket.remoteAddress ?? '', nowMs)
  if ('code' in principal) return refuse(principal.code, { message: principal.message })
  const held: Reserved = await gateway.limiter.reserve(principal, nowMs, 0)
  if (!held.ok) return refuse(held.code, { type: held.dimension, retryAfterMs: held.retryAfterMs })
  await gateway.limiter.settle(held.reservation, 0)
  const text = await bodyOf(request, gateway.bodyTimeoutMs)
  if (text === undefined) return tooLarge(MAX_BYTES)
  try {
    return { value: await take(principal, JSON.parse(text)) }
  } catch (error) {
    if (error instanceof SyntaxError) return invalid(null, 'The body is not valid JSON.')
    throw error
  }
}

const bodyOf = async (request: IncomingMessage, timeoutMs: number): Promise<string | undefined> => {
  const timer = setTimeout(() => request.destroy(), timeoutMs)
  try {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of request) {
      size += (chunk as Buffer).length
      if (size > MAX_BYTES) return undefined
      chunks.push(chunk as Buffer)
    }
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    clearTimeout(timer)
  }
}

/** A refusal of the room behind it, in the shape of this surface. */
const sendKnown = (response: ServerResponse, requestId: string, { code, status, message, issues }: PlimsollError): void => {
  const [issue] = issues
  const text = issue === undefined ? message : `${issue.path}: ${issue.message}`
  const body = Buffer.from(JSON.stringify({ error: { message: text, type: 'invalid_request_error', param: issue?.path ?? null, code } }))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-request-id': requestId,
    'x-plimsoll-source': 'gateway',
    'x-should-retry': 'false',
  })
  response.end(body)
}
