/** From the decision to the provider and back: one upstream call, its deadline, its one repetition, and which answer it turns into. */
import { createErrorAnswer } from './answer/error.ts'
import { createPlainAnswer } from './answer/plain.ts'
import { createStreamAnswer } from './answer/stream.ts'
import type { Call } from './call.ts'
import { endWithBug, endWithRefusal } from './end.ts'
import type { Plan } from './plan.ts'
import type { UpstreamFailure, UpstreamHandler, UpstreamHeaders } from './providers/provider.ts'
import { type Refusal, refuse } from './refusal.ts'
import { rewriteBody } from './rewrite.ts'

/** What an upstream's answer becomes: one kind for an error, a plain answer, a stream. */
export interface Answer {
  data(chunk: Buffer): void
  end(): void
}

const MAX_ATTEMPTS = 2
const RETRY_AFTER_MS = 100

export const forward = (call: Call): void => {
  const { plan, request } = call
  if (plan === null || request === null) throw new Error('forwarded before the endpoint was resolved')
  const body = rewriteBody(plan, request, call.content)
  call.content = null
  call.request = null
  call.deadlineMs = call.startedMs + longestMs(call, plan)
  call.gateway.metrics.overhead((performance.now() - call.readMs) / 1_000)
  send(call, plan, body)
}

/**
 * For a stream this bounds the time to its first byte; after that silence is bounded, and its whole length by `LONGEST_STREAM_MS`.
 * A client that says when it gives up is not kept waiting at the provider for longer.
 */
const longestMs = ({ incoming }: Call, { connection }: Plan): number => {
  const seconds = Number(incoming.headers['x-stainless-timeout'])
  return seconds >= 1 ? Math.min(seconds * 1_000, connection.timeout_ms) : connection.timeout_ms
}

const send = (call: Call, plan: Plan, body: Buffer): void => {
  const { gateway, operation, isStream } = call
  let answer: Answer | null = null
  call.attempts += 1

  const again = (): void => {
    if (call.isOver) return
    try {
      send(call, plan, body)
    } catch (error) {
      endWithBug(call, error)
    }
  }

  /** Only what reached nobody is sent again, and only while the client has seen nothing. */
  const retryOr = (refusal: Refusal): void => {
    if (call.isOver) return
    if (call.attempts >= MAX_ATTEMPTS || call.response.headersSent) endWithRefusal(call, refusal)
    else setTimeout(again, RETRY_AFTER_MS * (1 + gateway.random()))
  }

  const handler: UpstreamHandler = {
    onStart: (status, headers) => {
      if (!call.isOver) answer = answerFor(call, status, headers, retryOr)
    },
    onData: (chunk) => {
      if (call.isOver || answer === null) return
      try {
        answer.data(chunk)
      } catch (error) {
        endWithBug(call, error)
      }
    },
    onEnd: () => {
      if (call.isOver || answer === null) return
      try {
        answer.end()
      } catch (error) {
        endWithBug(call, error)
      }
    },
    onError: (failure) => {
      if (call.isOver) return
      if (failure.kind === 'unreached') retryOr(refusalFor(failure))
      else endWithRefusal(call, refusalFor(failure))
    },
  }
  call.upstream = gateway.providers.of(plan.connection).send(
    {
      operation,
      isStream,
      body,
      traceparent: traceparentOf(call),
      idleTimeoutMs: plan.connection.timeout_ms,
    },
    handler,
  )
}

const answerFor = (call: Call, status: number, headers: UpstreamHeaders, retryOr: (refusal: Refusal) => void): Answer | null => {
  if (status !== 200) return createErrorAnswer(call, status, headers, retryOr)
  const isEventStream = headers.contentType.startsWith('text/event-stream')
  if (isEventStream !== call.isStream) {
    endWithRefusal(
      call,
      refuse('upstream_error', {
        source: 'upstream',
        message: `The provider answered with ${isEventStream ? 'a stream' : 'something else than a stream'}.`,
      }),
    )
    return null
  }
  return isEventStream ? createStreamAnswer(call) : createPlainAnswer(call)
}

const refusalFor = ({ kind }: UpstreamFailure): Refusal => {
  if (kind === 'timeout') return refuse('upstream_timeout', { source: 'upstream' })
  if (kind === 'unreached') return refuse('upstream_error', { source: 'upstream', message: 'The provider could not be reached.' })
  return refuse('upstream_error', { source: 'upstream', message: 'The provider broke off its answer.' })
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

const traceparentOf = ({ incoming }: Call): string | null => {
  const given = incoming.headers.traceparent
  return typeof given === 'string' && TRACEPARENT.test(given) ? given : null
}
