/** The providers without the gateway around them: for assessments, which ask a model before any release of it exists. */

import { translate } from './answer/error.ts'
import { readPlainAnswer } from './answer/usage.ts'
import { type ConnectionRow, toConnection } from './plan.ts'
import { createProviders, type Providers } from './providers/index.ts'
import type { UpstreamHeaders, UpstreamRequest } from './providers/provider.ts'
import type { InferenceCode } from './refusal.ts'
import { isObject, type JsonObject } from './request.ts'
import { parseEvent } from './stream/relay.ts'

export interface GenerateRequest {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface Generated {
  readonly text: string
  readonly finish_reason: string
  /** Zeros when the provider does not count. */
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number }
  readonly simulated: boolean
}

export type Generate = (connection: ConnectionRow, request: GenerateRequest, signal: AbortSignal) => Promise<Generated>

/** `retryable`: the same call may succeed later, after `retryAfterMs` if the provider said so. */
export class GenerateError extends Error {
  readonly code: InferenceCode
  readonly retryable: boolean
  readonly retryAfterMs: number | null
  constructor(code: InferenceCode, message: string, retryable: boolean, retryAfterMs: number | null = null, cause?: unknown) {
    super(message, { cause })
    this.name = 'GenerateError'
    this.code = code
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
  }
}

export const createGenerate = (): { readonly generate: Generate; close(): Promise<void> } => {
  const providers = createProviders()
  return {
    generate: async (row, { model, messages, parameters }, signal) => {
      const connection = toConnection(row)
      const body = Buffer.from(JSON.stringify({ ...parameters, model, messages }))
      const answer = await ask(providers, row, { operation: 'chat', isStream: false, body, traceparent: null, idleTimeoutMs: row.timeout_ms }, signal)
      return { ...read(answer), simulated: connection.simulated }
    },
    close: () => providers.close(),
  }
}

const ask = (providers: Providers, row: ConnectionRow, request: UpstreamRequest, signal: AbortSignal): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const bound = AbortSignal.any([signal, AbortSignal.timeout(row.timeout_ms)])
    const chunks: Buffer[] = []
    let started: { status: number; headers: UpstreamHeaders } | undefined
    const stop = (): void => upstream.abort()
    const upstream = providers.of(toConnection(row)).send(request, {
      onStart: (status, headers) => {
        started = { status, headers }
      },
      onData: (chunk) => chunks.push(chunk),
      onEnd: () => {
        bound.removeEventListener('abort', stop)
        const body = Buffer.concat(chunks)
        if (started?.status === 200) return resolve(body)
        const json = parseEvent(body.toString()) ?? {}
        const error = isObject(json.error) ? json.error : json
        const refusal = translate(started?.status ?? 502, started?.headers ?? { contentType: '', retryAfterMs: null }, error, row.credentials)
        const retryable = refusal.code !== 'invalid_request' && refusal.shouldRetry !== false
        reject(new GenerateError(refusal.code, refusal.message, retryable, refusal.retryAfterMs))
      },
      onError: ({ kind, error }) => {
        bound.removeEventListener('abort', stop)
        if (signal.aborted) return reject(signal.reason as Error)
        if (kind === 'aborted' || kind === 'timeout')
          return reject(new GenerateError('upstream_timeout', 'The provider did not answer in time.', true, null, error))
        reject(
          new GenerateError(
            'upstream_error',
            kind === 'unreached' ? 'The provider could not be reached.' : 'The provider broke off its answer.',
            true,
            null,
            error,
          ),
        )
      },
    })
    if (bound.aborted) stop()
    else bound.addEventListener('abort', stop, { once: true })
  })

const read = (body: Buffer): Omit<Generated, 'simulated'> => {
  const json = parseEvent(body.toString())
  const choice = firstChoice(json)
  const message = choice?.message
  if (choice === undefined || !isObject(message))
    throw new GenerateError('upstream_error', 'The provider answered with something that is no completion.', false)
  const { content, refusal } = message
  const usage = readPlainAnswer([body])?.usage
  return {
    text: typeof content === 'string' ? content : typeof refusal === 'string' ? refusal : '',
    finish_reason: typeof choice.finish_reason === 'string' ? choice.finish_reason : 'unknown',
    usage: { input_tokens: usage?.inputTokens ?? 0, output_tokens: usage?.outputTokens ?? 0 },
  }
}

const firstChoice = (json: JsonObject | null): JsonObject | undefined => {
  const choices = json?.choices
  return Array.isArray(choices) ? choices.find(isObject) : undefined
}

/** For the test of a connection: asks for its list of models, which costs nothing. */
export const createProbe =
  () =>
  async (
    row: ConnectionRow,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly models: readonly string[] } | { readonly ok: false; readonly problem: string }> => {
    const providers = createProviders()
    try {
      return { ok: true, models: await providers.of(toConnection(row)).models(signal) }
    } catch (error) {
      return { ok: false, problem: problemOf(error, row.credentials) }
    } finally {
      await providers.close()
    }
  }

const problemOf = (error: unknown, credentials: string | null): string => {
  const text = error instanceof Error ? [error.message, (error as { code?: string }).code].filter(Boolean).join(' ') : 'failed'
  return credentials === null ? text : text.replaceAll(credentials, '[removed]')
}
