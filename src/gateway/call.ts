import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal, Reservation } from '#access/hot'
import type { InferenceEvent, Tags } from '#monitoring/hot'
import type { CompiledPolicy, Finding, Vault } from '#safeguards/hot'
import type { Gateway } from './gateway.ts'
import type { Plan } from './plan.ts'
import type { Upstream } from './providers/provider.ts'
import type { Refusal } from './refusal.ts'
import type { InferenceRequest, Operation } from './request.ts'
import type { Snapshot } from './snapshot.ts'
import type { Relay, Usage } from './stream/relay.ts'

/** One request on its way through the gateway. Made in one place with all its fields, so that every call has the same shape. */
export interface Call {
  readonly gateway: Gateway
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly operation: Operation
  readonly requestId: string
  readonly remoteIp: string
  /** Epoch ms by the injected clock. */
  readonly arrivedAtMs: number
  /** Monotonic, for durations. */
  readonly startedMs: number
  /** Monotonic: the last byte of the body is here. */
  readMs: number
  /** The one that later decisions were made on; replaced when a newer one still allows the call. */
  snapshot: Snapshot
  /** As presented; compared again when the snapshot changes. Never leaves this object. */
  credential: string
  principal: Principal | null
  tags: Tags
  /** Dropped when its bytes are on their way: a stream may run for minutes, and its prompt is large. */
  request: InferenceRequest | null
  isStream: boolean
  wantsUsage: boolean
  /** How many answers were asked for. */
  choices: number
  bodyBytes: number
  plan: Plan | null
  endpoint: string
  releaseExpiresAtMs: number
  reservation: Reservation | null
  limitHeaders: Readonly<Record<string, string>> | null
  content: Buffer | null
  /** The safeguards of this call; null where the release has none. */
  policy: CompiledPolicy | null
  /** The tokens that stand for values of the caller; null where no rule makes any. */
  vault: Vault | null
  /** Calls the second stage off when the client leaves. */
  leaving: AbortController | null
  /** What still looks at texts that have gone on: the record waits for it. */
  readonly work: Promise<unknown>[]
  coverage: InferenceEvent['coverage']
  findings: Finding[]
  /** For `x-plimsoll-safeguard`. */
  safeguard: 'masked' | 'flagged' | 'blocked' | null
  upstream: Upstream | null
  attempts: number
  deadlineMs: number
  relay: Relay | null
  usage: Usage | null
  finishReason: string | null
  firstByteMs: number
  lastWriteMs: number
  bytesOut: number
  /** For the record, where it keeps texts: not masked yet. */
  inputText: string | null
  readonly held: Buffer[]
  isOver: boolean
  /** Set when the call ended in a refusal, before or inside the answer. */
  refusal: Refusal | null
}

const NO_TAGS: Tags = { criticality: null, domain: null, compliance: null, cost_centre: null }

export const createCall = (gateway: Gateway, incoming: IncomingMessage, response: ServerResponse, operation: Operation, requestId: string): Call => ({
  gateway,
  incoming,
  response,
  operation,
  requestId,
  remoteIp: incoming.socket.remoteAddress ?? '',
  arrivedAtMs: gateway.clock.now(),
  startedMs: performance.now(),
  readMs: 0,
  snapshot: gateway.snapshot(),
  credential: '',
  principal: null,
  tags: NO_TAGS,
  request: null,
  isStream: false,
  wantsUsage: false,
  choices: 1,
  bodyBytes: 0,
  plan: null,
  endpoint: '',
  releaseExpiresAtMs: 0,
  reservation: null,
  limitHeaders: null,
  content: null,
  policy: null,
  vault: null,
  leaving: null,
  work: [],
  coverage: null,
  findings: [],
  safeguard: null,
  upstream: null,
  attempts: 0,
  deadlineMs: 0,
  relay: null,
  usage: null,
  finishReason: null,
  firstByteMs: 0,
  lastWriteMs: 0,
  bytesOut: 0,
  inputText: null,
  held: [],
  isOver: false,
  refusal: null,
})
