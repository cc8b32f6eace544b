import type { IncomingMessage, ServerResponse } from 'node:http'
import { newId } from '#platform/ids'
import type { Call } from './call.ts'
import { errorBody, errorHeaders, type Refusal, statusOf } from './refusal.ts'

const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,128}$/

/** The client's own id when it is one, so that both sides can find the call under the same name. */
export const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId('req')
}

/** An error in place of an answer. `extra` is a flat list, as `writeHead` takes it. */
export const sendRefusal = (response: ServerResponse, requestId: string, refusal: Refusal, extra: readonly string[] = []): void => {
  const body = Buffer.from(errorBody(refusal))
  const headers = ['content-type', 'application/json', 'content-length', String(body.length), 'x-request-id', requestId]
  headers.push(...errorHeaders(refusal), ...extra)
  response.writeHead(statusOf(refusal), headers)
  response.end(body)
}

/** What every answer of a call says about itself. */
export const callHeaders = ({ endpoint, plan, limitHeaders, safeguard }: Call): string[] => {
  const headers: string[] = []
  if (plan !== null) headers.push('x-plimsoll-endpoint', endpoint, 'x-plimsoll-release', plan.release)
  if (safeguard !== null) headers.push('x-plimsoll-safeguard', safeguard)
  if (limitHeaders !== null) for (const name in limitHeaders) headers.push(name, limitHeaders[name] ?? '')
  return headers
}
