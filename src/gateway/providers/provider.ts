/**
 * What a provider is to the hot path: it takes a body in the OpenAI dialect and answers in bytes of the same dialect, with undici's
 * few callbacks. Each callback comes at most once but `onData`; after `onEnd` or `onError` none comes any more.
 */
import type { Connection } from '../plan.ts'
import type { Operation } from '../request.ts'

export interface UpstreamRequest {
  readonly operation: Operation
  readonly isStream: boolean
  readonly body: Buffer
  readonly traceparent: string | null
  /** Longest silence inside an answer. */
  readonly idleTimeoutMs: number
}

export interface UpstreamHeaders {
  readonly contentType: string
  readonly retryAfterMs: number | null
}

export interface UpstreamHandler {
  onStart(status: number, headers: UpstreamHeaders): void
  onData(chunk: Buffer): void
  onEnd(): void
  onError(failure: UpstreamFailure): void
}

/** `unreached`: no byte of an answer came, and the request may be sent again. */
export interface UpstreamFailure {
  readonly kind: 'unreached' | 'broken' | 'timeout' | 'aborted'
  readonly error: Error
}

export interface Upstream {
  pause(): void
  resume(): void
  /** Stops the call at the provider; `onError` follows with `aborted`, unless the answer was complete. */
  abort(): void
}

export interface Provider {
  send(request: UpstreamRequest, handler: UpstreamHandler): Upstream
  /** Model names that the provider tells, for the test of a connection. Rejects with what went wrong. */
  models(signal: AbortSignal): Promise<readonly string[]>
  close(): Promise<void>
}

export type CreateProvider = (connection: Connection) => Provider
