/** Every call ends here, once: the answer is closed, the provider stopped, the limits settled, the event recorded. */
import { costMicros, type InferenceEvent } from '#monitoring/hot'
import { isoAt } from '#platform/clock'
import { newId } from '#platform/ids'
import type { CompiledPolicy, Finding, Vault } from '#safeguards/hot'
import type { Call } from './call.ts'
import { masked, outputText } from './content.ts'
import { addFindings } from './findings.ts'
import { errorBody, type Refusal, refuse, statusOf } from './refusal.ts'
import { callHeaders, sendRefusal } from './reply.ts'
import type { Operation } from './request.ts'
import type { Usage } from './stream/relay.ts'

/** As an error answer or, where a stream has begun, as its error event without `[DONE]`: never like a clean finish. */
export const endWithRefusal = (call: Call, refusal: Refusal): void => {
  if (call.isOver) return
  call.refusal = refusal
  const { response, incoming, requestId } = call
  if (!response.headersSent) {
    if (refusal.code === 'content_blocked') call.safeguard = 'blocked'
    sendRefusal(response, requestId, refusal, callHeaders(call))
    if (!incoming.complete) discardBody(call)
  } else {
    response.end(`data: ${errorBody(refusal)}\n\n`)
  }
  close(call)
}

/** The answer is out, to its last byte. */
export const endAnswered = (call: Call): void => {
  if (!call.isOver) close(call)
}

/** Heard for every response; news only while the call runs. The provider is stopped at once, and what it has produced is booked. */
export const clientLeft = (call: Call): void => {
  if (call.isOver) return
  call.refusal = refuse('client_closed_request')
  call.leaving?.abort()
  close(call)
}

export const endWithBug = (call: Call, error: unknown): void => {
  call.gateway.metrics.bug()
  call.gateway.log.error({ err: error, request_id: call.requestId }, 'gateway')
  endWithRefusal(call, refuse('internal_error'))
}

/**
 * The refusal is out while the client still sends. Closing the socket now would reset the connection and lose the answer, so the rest is
 * read and dropped, within bounds.
 */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024
const DISCARD_MS = 5_000

const discardBody = ({ incoming }: Call): void => {
  let discarded = 0
  const giveUp = setTimeout(() => incoming.socket.destroy(), DISCARD_MS)
  giveUp.unref()
  incoming.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > MAX_DISCARDED_BYTES) incoming.socket.destroy()
  })
  incoming.on('close', () => clearTimeout(giveUp))
  incoming.on('end', () => clearTimeout(giveUp))
}

const close = (call: Call): void => {
  const { gateway, plan, refusal } = call
  call.isOver = true
  call.credential = ''
  gateway.live.delete(call)
  call.upstream?.abort()
  const usage = usageOf(call)
  if (call.reservation !== null) void gateway.limiter.settle(call.reservation, usage.inputTokens + usage.outputTokens)
  const seconds = (performance.now() - call.startedMs) / 1_000
  gateway.metrics.ended(plan === null ? '' : call.endpoint, refusal?.code ?? 'ok', seconds)
  if (plan !== null) gateway.metrics.tokens(call.endpoint, usage.inputTokens, usage.outputTokens)
  // A flood of strangers would fill the spool: they are counted in the metrics only.
  if (call.principal === null) return
  if (call.work.length === 0) record(call, toEvent(call, usage, seconds * 1_000))
  else recordLater(call, usage, seconds * 1_000)
}

/** Rules that nobody waits for are still looking; each look has a deadline. */
const recordLater = (call: Call, usage: Usage, latencyMs: number): void => {
  const { gateway, work } = call
  gateway.pending += 1
  const settled = async (): Promise<void> => {
    for (let done = 0; done < work.length; done += 1) await work[done]
  }
  settled()
    .catch((error: unknown) => {
      gateway.metrics.bug()
      gateway.log.error({ err: error, request_id: call.requestId }, 'a safeguard that looks beside an answer failed')
    })
    .then(() => {
      gateway.pending -= 1
      record(call, toEvent(call, usage, latencyMs))
    })
    .catch((error: unknown) => gateway.log.error({ err: error, request_id: call.requestId }, 'gateway'))
}

/** Masking texts takes longer than all decisions together: the client has its answer by then, and other calls go first. */
const record = (call: Call, event: InferenceEvent): void => {
  const { gateway, snapshot, operation, isStream, inputText, held, vault } = call
  const mask = snapshot.recordMask
  if (mask === null || (inputText === null && held.length === 0)) {
    gateway.record(event)
    return
  }
  gateway.pending += 1
  setImmediate(() => {
    gateway.pending -= 1
    try {
      gateway.record({ ...event, content: contentOf(mask, operation, isStream, inputText, held, vault) })
    } catch (error) {
      gateway.metrics.bug()
      gateway.log.error({ err: error, request_id: event.request_id }, 'the texts of a call could not be masked; it is recorded without them')
      gateway.record(event)
    }
  })
}

const contentOf = (
  mask: CompiledPolicy,
  operation: Operation,
  isStream: boolean,
  input: string | null,
  held: readonly Buffer[],
  vault: Vault | null,
): InferenceEvent['content'] => ({ input: masked(mask, input), output: masked(mask, outputText(operation, isStream, held, vault)) })

const NOTHING: Usage = Object.freeze({ inputTokens: 0, outputTokens: 0 })
const BYTES_PER_TOKEN = 4

/** The provider's own count; of an answer that was cut, what had come by then, estimated. */
const usageOf = (call: Call): Usage => {
  const counted = call.usage ?? call.relay?.usage ?? null
  if (counted !== null) return counted
  if (call.relay === null) return NOTHING
  return { inputTokens: Math.ceil(call.bodyBytes / BYTES_PER_TOKEN), outputTokens: call.relay.chunks }
}

const toEvent = (call: Call, usage: Usage, latencyMs: number): InferenceEvent => {
  const { plan, refusal, principal } = call
  return {
    id: newId('evt', call.arrivedAtMs),
    project: principal?.project ?? '',
    at: isoAt(call.arrivedAtMs),
    request_id: call.requestId,
    operation: call.operation,
    stream: call.isStream,
    endpoint: call.endpoint.slice(0, 200),
    release: plan?.release ?? null,
    principal: principal?.owner ?? null,
    key_id: principal?.keyId ?? null,
    connection: plan?.connection.name ?? null,
    provider: plan?.connection.provider ?? null,
    upstream_model: plan?.model.slice(0, 200) ?? null,
    simulated: plan?.connection.simulated ?? false,
    status: refusal === null ? 200 : statusOf(refusal),
    code: refusal?.code ?? null,
    source: refusal?.source ?? (plan === null ? 'gateway' : 'upstream'),
    finish_reason: call.finishReason ?? call.relay?.finishReason ?? null,
    tags: call.tags,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    ttft_ms: call.firstByteMs === 0 ? null : Math.max(0, call.firstByteMs - call.startedMs),
    latency_ms: latencyMs,
    cost_micros: plan === null ? null : costMicros(plan.price, usage.inputTokens, usage.outputTokens),
    findings: findingsOf(call),
    coverage: call.coverage,
    content: null,
  }
}

const findingsOf = ({ findings, relay }: Call): InferenceEvent['findings'] => {
  if (relay !== null) addFindings(findings, relay.findings)
  return findings.map(toEventFinding)
}

const toEventFinding = ({
  detector,
  kind,
  direction,
  action,
  enforced,
  confidence,
  span,
  policy_digest,
}: Finding): InferenceEvent['findings'][number] => ({
  detector,
  kind,
  direction,
  action,
  enforced,
  confidence,
  span,
  policy_digest,
})
