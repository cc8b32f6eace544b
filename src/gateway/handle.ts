/**
 * The walk of one call, from top to bottom, with every exit:
 * accept -> authenticate -> [body] -> read -> resolve endpoint and release gate -> authorize -> reserve limits -> inspect input ->
 * choose provider and call -> inspect output -> settle -> record.
 * Each stage looks at the call and answers null, or the refusal that ends it. Nothing waits but the client's body, the shared limit
 * store where there is one, the safeguards' second stage where their first is uncertain, and the provider.
 */
import { authenticateKey, authorize, isVisible, type Principal, presentedCredential, type Reserved } from '#access/hot'
import { resolveEndpoint } from '#governance/hot'
import { mergeTags, parseTags, TAGS_HEADER } from '#monitoring/hot'
import { readBody } from './body.ts'
import type { Call } from './call.ts'
import { inputText } from './content.ts'
import { clientLeft, endWithBug, endWithRefusal } from './end.ts'
import { conflictWithRelease } from './enforce.ts'
import { addFindings } from './findings.ts'
import { forward } from './forward.ts'
import { type InspectedInput, inspectInput } from './inspect-input.ts'
import { planForTags } from './plan.ts'
import { invalid, type Refusal, refuse, tooLarge } from './refusal.ts'
import { isRefusal, readRequest } from './request.ts'
import { hearLater, prepareSafeguards } from './safeguard.ts'
import { stillAllowed } from './still-allowed.ts'

export const begin = (call: Call): void => {
  call.gateway.live.add(call)
  call.response.on('close', () => clientLeft(call))
  // A write that meets a closed socket reports here; `close` follows and ends the call.
  call.response.on('error', () => {})
  try {
    // The key is known before the body is read: nobody without one makes us hold 16 MB.
    const refusal = accept(call) ?? authenticate(call)
    if (refusal !== null) endWithRefusal(call, refusal)
    else readBody(call, walk)
  } catch (error) {
    endWithBug(call, error)
  }
}

const walk = (call: Call, body: Buffer): void => {
  call.readMs = performance.now()
  try {
    const refusal = followSnapshot(call) ?? read(call, body) ?? resolve(call) ?? permit(call)
    if (refusal === null) reserve(call)
    else endWithRefusal(call, refusal)
  } catch (error) {
    endWithBug(call, error)
  }
}

const reserve = (call: Call): void => {
  const held = call.gateway.limiter.reserve(principalOf(call), call.gateway.clock.now(), estimateTokens(call))
  if (held instanceof Promise) held.then((late) => serve(call, late)).catch((error: unknown) => endWithBug(call, error))
  else serve(call, held)
}

const serve = (call: Call, held: Reserved): void => {
  if (call.isOver) {
    // The client left while the shared limit store was asked.
    if (held.ok) void call.gateway.limiter.settle(held.reservation, 0)
    return
  }
  const inspected = take(call, held) ?? inspect(call)
  if (inspected instanceof Promise) inspected.then((late) => proceed(call, late)).catch((error: unknown) => endWithBug(call, error))
  else proceed(call, inspected)
}

const proceed = (call: Call, inspected: Refusal | InspectedInput): void => {
  // The client left while the second stage looked.
  if (call.isOver) return
  // So did, perhaps, the approval that the call began with.
  const refusal = isRefusal(inspected) ? inspected : (followDecisions(call) ?? adopt(call, inspected))
  if (refusal !== null) endWithRefusal(call, refusal)
  else forward(call)
}

const followDecisions = (call: Call): Refusal | null => (call.gateway.snapshot() === call.snapshot ? null : stillAllowed(call))

const accept = ({ incoming, gateway }: Call): Refusal | null => {
  const { headers, method } = incoming
  if (method !== 'POST') return refuse('method_not_allowed')
  const type = headers['content-type']
  if (type !== undefined && !type.includes('json')) return invalid(null, 'Send the body as application/json.')
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') return invalid(null, 'Send the body uncompressed.')
  if (Number(headers['content-length'] ?? 0) > gateway.maxBodyBytes) return tooLarge(gateway.maxBodyBytes)
  return null
}

const authenticate = (call: Call): Refusal | null => {
  const credential = presentedCredential(call.incoming.rawHeaders)
  if (typeof credential !== 'string') return refuse(credential.code, { message: credential.message })
  call.credential = credential
  return identify(call)
}

const identify = (call: Call): Refusal | null => {
  const found = authenticateKey(call.snapshot.access, call.credential, call.remoteIp, call.gateway.clock.now())
  if ('code' in found) return refuse(found.code, { message: found.message })
  call.principal = found
  return null
}

/** A slow body may outlive the snapshot that knew its key. */
const followSnapshot = (call: Call): Refusal | null => {
  const current = call.gateway.snapshot()
  if (current === call.snapshot) return null
  call.snapshot = current
  return identify(call)
}

const read = (call: Call, body: Buffer): Refusal | null => {
  const request = readRequest(call.operation, body)
  if (isRefusal(request)) return request
  const header = parseTags(headerOf(call, TAGS_HEADER))
  if (!header.ok) return invalid(header.path, `${header.path} ${header.message}.`)
  call.request = request
  call.isStream = request.isStream
  call.wantsUsage = request.wantsUsage
  call.choices = request.choices
  call.bodyBytes = body.length
  call.endpoint = request.model
  call.tags = mergeTags(mergeTags(header.tags, request.tags), principalOf(call).tags)
  return null
}

const headerOf = ({ incoming }: Call, name: string): string | undefined => {
  const value = incoming.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

/** An endpoint that the key may not see is answered like one that does not exist. */
const resolve = (call: Call): Refusal | null => {
  const { gateway, snapshot, endpoint } = call
  const principal = principalOf(call)
  const found = isVisible(principal, endpoint) ? resolveEndpoint(snapshot.gate, endpoint, gateway.clock.now(), gateway.random()) : null
  if (found?.endpoint == null || isHidden(principal, found.endpoint)) return modelNotFound(endpoint)
  call.tags = mergeTags(call.tags, found.endpoint.tags)
  if (!found.allowed) return refuse(found.code)
  call.releaseExpiresAtMs = found.expiresAtMs
  const plan = snapshot.plans.get(found.releaseDigest)
  if (plan === undefined)
    return refuse('not_ready', { message: 'The connection or the safeguards of this release are switched off.', shouldRetry: false })
  call.plan = planForTags(plan, call.tags, mergeTags(found.endpoint.tags, principal.tags))
  return null
}

export const isHidden = (principal: Principal, endpoint: { readonly name: string; readonly visibility: 'project' | 'scoped' }): boolean =>
  endpoint.visibility === 'scoped' && !principal.endpoints.has(endpoint.name)

const modelNotFound = (name: string): Refusal =>
  refuse('model_not_found', { param: 'model', message: `There is no model ${JSON.stringify(name.slice(0, 100))}, or this key cannot see it.` })

/** Also asked again while an answer runs, when the snapshot has changed. */
export const permit = (call: Call): Refusal | null => {
  const { snapshot, operation, isStream, endpoint, remoteIp, gateway, tags, plan } = call
  const action = operation === 'embeddings' ? 'embed' : isStream ? 'stream' : 'invoke'
  const facts = { remoteIp, nowMs: gateway.clock.now(), tags, release: plan?.release ?? '' }
  const decision = authorize(snapshot.access, principalOf(call), action, endpoint, facts)
  if (decision.allowed) return null
  if (!decision.visible) return modelNotFound(endpoint)
  return refuse('permission_denied', {
    message: `This key may not ${action} ${endpoint} (decided by ${decision.policies.join(', ') || 'no policy that permits it'}).`,
  })
}

/** With no bound from the client or the release. Settling corrects the estimate as soon as the provider has counted. */
const UNBOUNDED_OUTPUT_TOKENS = 1_024
const BYTES_PER_TOKEN = 4

const estimateTokens = ({ operation, bodyBytes, request, plan }: Call): number => {
  const input = Math.ceil(bodyBytes / BYTES_PER_TOKEN)
  if (operation === 'embeddings') return input
  return input + (request?.maxOutputTokens ?? plan?.maxOutputTokens ?? UNBOUNDED_OUTPUT_TOKENS)
}

const take = (call: Call, held: Reserved): Refusal | null => {
  if (held.ok) {
    call.limitHeaders = held.headers
    call.reservation = held.reservation
    return null
  }
  // Its advice on retrying is given once, by the refusal itself.
  call.limitHeaders = Object.fromEntries(Object.entries(held.headers).filter(([name]) => name.startsWith('x-ratelimit-')))
  const what = held.dimension === 'requests' ? 'requests per minute' : 'tokens per day'
  return refuse(held.code, { type: held.dimension, retryAfterMs: held.retryAfterMs, message: `This key has used up its limit of ${what}.` })
}

const inspect = (call: Call): Refusal | InspectedInput | Promise<InspectedInput> => {
  const { plan, request } = call
  if (plan === null || request === null) throw new Error('inspected before the endpoint was resolved')
  call.policy = plan.safeguards
  const tools = call.policy === null ? undefined : prepareSafeguards(call, call.policy)
  return conflictWithRelease(plan, request) ?? inspectInput(plan, request, call.policy, tools)
}

const adopt = (call: Call, { content, value, findings, isMasked, refusal, coverage, later }: InspectedInput): Refusal | null => {
  call.content = content
  if (call.snapshot.recordMask !== null && refusal === null) call.inputText = inputText(call.operation, value())
  addFindings(call.findings, findings)
  call.safeguard = isMasked ? 'masked' : findings.some(({ action }) => action === 'flag') ? 'flagged' : null
  if (coverage !== null) call.coverage = { input: coverage, output: null }
  hearLater(call, later)
  return refusal
}

const principalOf = ({ principal }: Call): Principal => {
  if (principal === null) throw new Error('nobody is authenticated yet')
  return principal
}
