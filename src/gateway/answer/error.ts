import type { Call } from '../call.ts'
import { endWithRefusal } from '../end.ts'
import type { Answer } from '../forward.ts'
import type { UpstreamHeaders } from '../providers/provider.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { isObject, type JsonObject } from '../request.ts'

const MAX_ERROR_BYTES = 65_536
const MAX_MESSAGE = 2_000

/** An error of the provider, in the words of this surface. What a caller can mend is told in full, the rest is ours to mend. */
export const createErrorAnswer = (call: Call, status: number, headers: UpstreamHeaders, retryOr: (refusal: Refusal) => void): Answer => {
  const chunks: Buffer[] = []
  let size = 0
  return {
    data: (chunk) => {
      size += chunk.length
      if (size <= MAX_ERROR_BYTES) chunks.push(chunk)
    },
    end: () => {
      const refusal = translate(status, headers, errorOf(Buffer.concat(chunks)), call.plan?.connection.credentials ?? null)
      if (status === 502 || status === 503) retryOr(refusal)
      else endWithRefusal(call, refusal)
    },
  }
}

export const translate = (status: number, { retryAfterMs }: UpstreamHeaders, error: JsonObject, credentials: string | null): Refusal => {
  const source = 'upstream' as const
  if (status === 400 || status === 413 || status === 422) {
    const param = typeof error.param === 'string' ? error.param.slice(0, 200) : null
    return refuse('invalid_request', { source, param, message: messageOf(error, credentials) })
  }
  if (status === 401 || status === 403) {
    return refuse('upstream_error', { source, shouldRetry: false, message: 'The provider refused the credentials of its connection.' })
  }
  if (status === 404)
    return refuse('upstream_error', { source, shouldRetry: false, message: 'The provider does not know the model of this release.' })
  if (status === 429 && error.code === 'insufficient_quota') {
    return refuse('upstream_error', { source, shouldRetry: false, message: 'The quota of the connection at the provider is spent.' })
  }
  if (status === 429 || status === 503 || status === 529) return refuse('overloaded', { source, retryAfterMs })
  if (status === 504 || status === 408) return refuse('upstream_timeout', { source })
  return refuse('upstream_error', { source, message: `The provider answered with status ${status}.` })
}

/** Some providers repeat what was sent to them, credentials included. */
const messageOf = (error: JsonObject, credentials: string | null): string => {
  const message = typeof error.message === 'string' ? error.message.slice(0, MAX_MESSAGE) : 'The provider found the request invalid.'
  return credentials === null ? message : message.replaceAll(credentials, '[removed]')
}

const errorOf = (body: Buffer): JsonObject => {
  try {
    const json: unknown = JSON.parse(body.toString())
    if (!isObject(json)) return {}
    return isObject(json.error) ? json.error : json
  } catch {
    return {}
  }
}
