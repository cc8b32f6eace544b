import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticateKey, authorize, isVisible, type Principal, presentedCredential } from '#access/hot'
import { resolveEndpoint } from '#governance/hot'
import type { Gateway } from './gateway.ts'
import { isHidden } from './handle.ts'
import { type Refusal, refuse } from './refusal.ts'
import { requestIdOf, sendRefusal } from './reply.ts'
import type { Snapshot } from './snapshot.ts'

interface Model {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
}

/** `GET /v1/models` and `/v1/models/{id}`: the endpoints that this key may see, may use, and that can answer now. */
export const answerModels = (gateway: Gateway, request: IncomingMessage, response: ServerResponse, path: string): true => {
  const requestId = requestIdOf(request)
  const found = modelsFor(gateway, request, path)
  if ('shouldRetry' in found) sendRefusal(response, requestId, found)
  else {
    const body = Buffer.from(JSON.stringify(found.answer))
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-request-id': requestId,
      'cache-control': 'no-store',
    })
    response.end(body)
  }
  return true
}

const modelsFor = (gateway: Gateway, request: IncomingMessage, path: string): Refusal | { readonly answer: unknown } => {
  if (request.method !== 'GET') return refuse('method_not_allowed')
  const snapshot = gateway.snapshot()
  const remoteIp = request.socket.remoteAddress ?? ''
  const credential = presentedCredential(request.rawHeaders)
  if (typeof credential !== 'string') return refuse(credential.code, { message: credential.message })
  const principal = authenticateKey(snapshot.access, credential, remoteIp, gateway.clock.now())
  if ('code' in principal) return refuse(principal.code, { message: principal.message })
  const models = usable(snapshot, principal, remoteIp, gateway.clock.now())
  if (path === '/v1/models') return { answer: { object: 'list', data: models } }
  const one = models.find(({ id }) => `/v1/models/${encodeURIComponent(id)}` === path)
  return one === undefined ? refuse('model_not_found', { param: 'model' }) : { answer: one }
}

const ACTIONS = ['invoke', 'stream', 'embed'] as const

const usable = (snapshot: Snapshot, principal: Principal, remoteIp: string, nowMs: number): readonly Model[] => {
  const models: Model[] = []
  for (const { endpoint } of snapshot.gate.endpoints.values()) {
    const { name, tags } = endpoint
    if (!isVisible(principal, name) || isHidden(principal, endpoint)) continue
    const found = resolveEndpoint(snapshot.gate, name, nowMs, 0)
    if (!found.allowed) continue
    const facts = { remoteIp, nowMs, tags, release: found.releaseDigest }
    if (!ACTIONS.some((action) => authorize(snapshot.access, principal, action, name, facts).allowed)) continue
    models.push({ id: name, object: 'model', created: 0, owned_by: 'plimsoll' })
  }
  return models
}
