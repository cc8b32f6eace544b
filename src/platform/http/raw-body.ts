import type { FastifyRequest } from 'fastify'
import { defineErrors, platformErrors } from '../errors/index.ts'

const rawErrors = defineErrors({
  bytes_expected: { status: 415, message: 'Send the bytes as they are, with content-type application/octet-stream.' },
})

/** The body of a `bodyKind: 'raw'` route, as it arrives. A sender that goes away is its own error, not ours. */
export const bytesOf = (request: FastifyRequest): AsyncIterable<Uint8Array> => {
  // A JSON body was read by its parser before the handler ran: nothing would be left to store.
  if (/^(application|text)\/([\w.+-]*\+)?json\b/i.test(request.headers['content-type'] ?? '')) throw rawErrors.bytes_expected()
  return untilBroken(request.raw)
}

const untilBroken = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (cause) {
    throw platformErrors.invalid_request({}, { issues: [{ path: '', message: 'the body ended before it was complete' }], cause })
  }
}
