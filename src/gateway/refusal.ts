/**
 * Every way in which the inference surface says no: one table of codes, one value, one place where it becomes bytes.
 * The shape is OpenAI's, chosen by the route and never by the upstream. Clients' own retry code reads `x-should-retry` and
 * `retry-after`, and some sleep as long as they are told: hence `false` wherever a retry cannot help, and never more than 60 s.
 */
interface Definition {
  readonly status: number
  /** The field `error.type`. */
  readonly type: string
  readonly message: string
  /** null leaves the decision to the client's own rule (it retries 429 and 5xx). */
  readonly shouldRetry: boolean | null
}

const define = (status: number, type: string, shouldRetry: boolean | null, message: string): Definition =>
  Object.freeze({ status, type, message, shouldRetry })

export const inferenceErrors = Object.freeze({
  invalid_request: define(400, 'invalid_request_error', false, 'The request is not valid.'),
  content_blocked: define(400, 'invalid_request_error', false, 'A safeguard of this endpoint blocked the input.'),
  invalid_api_key: define(401, 'invalid_request_error', false, 'Send a valid API key as authorization: Bearer sk-pl_…'),
  key_expired: define(401, 'invalid_request_error', false, 'This API key has expired.'),
  permission_denied: define(403, 'permission_error', false, 'No access policy lets this key do this with this endpoint.'),
  network_denied: define(403, 'permission_error', false, 'This API key may not be used from this address.'),
  release_not_approved: define(403, 'permission_error', false, 'The release behind this endpoint has no approval in force.'),
  model_not_found: define(404, 'invalid_request_error', false, 'There is no such model, or this key cannot see it.'),
  unknown_route: define(404, 'invalid_request_error', false, 'There is no such route.'),
  method_not_allowed: define(405, 'invalid_request_error', false, 'This route does not answer this method.'),
  request_too_large: define(413, 'invalid_request_error', false, 'The request body is too large.'),
  rate_limit_exceeded: define(429, 'requests', null, 'This key has used up its limit.'),
  budget_exceeded: define(429, 'insufficient_quota', false, 'The budget is spent.'),
  client_closed_request: define(499, 'invalid_request_error', false, 'The client went away before the answer was complete.'),
  internal_error: define(500, 'server_error', null, 'Something failed inside the gateway; its log has the details under this request id.'),
  upstream_error: define(502, 'server_error', null, 'The provider failed to answer.'),
  release_suspended: define(503, 'server_error', false, 'The release behind this endpoint is suspended.'),
  overloaded: define(503, 'server_error', null, 'The provider is overloaded.'),
  not_ready: define(503, 'server_error', null, 'The gateway is starting or stopping.'),
  upstream_timeout: define(504, 'server_error', null, 'The provider did not answer in time.'),
})

export type InferenceCode = keyof typeof inferenceErrors
export type Source = 'gateway' | 'upstream'

export interface Refusal {
  readonly code: InferenceCode
  readonly message: string
  readonly type: string
  /** Path of the offending field, e.g. `messages[2].role`. */
  readonly param: string | null
  readonly retryAfterMs: number | null
  readonly shouldRetry: boolean | null
  readonly source: Source
}

type Details = { [K in 'message' | 'type' | 'param' | 'retryAfterMs' | 'shouldRetry' | 'source']?: Refusal[K] | undefined }

export const refuse = (code: InferenceCode, details: Details = {}): Refusal => {
  const { message, type, shouldRetry } = inferenceErrors[code]
  return {
    code,
    message: details.message ?? message,
    type: details.type ?? type,
    param: details.param ?? null,
    retryAfterMs: details.retryAfterMs ?? null,
    shouldRetry: details.shouldRetry ?? shouldRetry,
    source: details.source ?? 'gateway',
  }
}

export const invalid = (param: string | null, message: string): Refusal => refuse('invalid_request', { param, message })

export const tooLarge = (maxBytes: number): Refusal => refuse('request_too_large', { message: `The request body is larger than ${maxBytes} bytes.` })

export const statusOf = (refusal: Refusal): number => inferenceErrors[refusal.code].status

export const errorBody = ({ message, type, param, code }: Refusal): string => JSON.stringify({ error: { message, type, param, code } })

const LONGEST_WAIT_MS = 60_000

/** The error's own headers, flat as `writeHead` takes them. */
export const errorHeaders = (refusal: Refusal): string[] => {
  const headers = ['x-plimsoll-source', refusal.source]
  const status = statusOf(refusal)
  const isLongWait = (refusal.retryAfterMs ?? 0) > LONGEST_WAIT_MS
  const shouldRetry = isLongWait ? false : refusal.shouldRetry
  if (shouldRetry !== null) headers.push('x-should-retry', String(shouldRetry))
  if (status === 429 || status === 503) {
    const waitMs = Math.min(Math.max(refusal.retryAfterMs ?? (shouldRetry === false ? LONGEST_WAIT_MS : 1_000), 1), LONGEST_WAIT_MS)
    headers.push('retry-after', String(Math.ceil(waitMs / 1_000)), 'retry-after-ms', String(Math.ceil(waitMs)))
  }
  return headers
}
