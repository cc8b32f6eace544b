import type { Call } from '../call.ts'
import { MAX_HELD_BYTES } from '../content.ts'
import { endAnswered, endWithBug, endWithRefusal } from '../end.ts'
import { addFindings } from '../findings.ts'
import type { Answer } from '../forward.ts'
import { type InspectedOutput, inspectCompletion } from '../inspect-output.ts'
import { refuse } from '../refusal.ts'
import { callHeaders } from '../reply.ts'
import { outputFiltersOf } from '../safeguard.ts'
import { stillAllowed } from '../still-allowed.ts'
import { readPlainAnswer } from './usage.ts'

/** Collected whole before the first byte goes out, so that a provider that breaks off is still an honest error. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

export const createPlainAnswer = (call: Call): Answer => {
  const chunks: Buffer[] = []
  let size = 0
  return {
    data: (chunk) => {
      size += chunk.length
      if (size > MAX_ANSWER_BYTES)
        return endWithRefusal(call, refuse('upstream_error', { source: 'upstream', message: 'The answer of the provider is too large.' }))
      chunks.push(chunk)
    },
    end: () => {
      const output = call.operation === 'chat' ? outputFiltersOf(call) : null
      if (output !== null) return inspect(call, output, Buffer.concat(chunks, size))
      const read = readPlainAnswer(chunks)
      if (read === null) return endWithRefusal(call, notACompletion())
      call.usage = read.usage
      call.finishReason = read.finishReason
      reply(call, chunks, size)
    },
  }
}

const inspect = (call: Call, { filters, coverage }: NonNullable<ReturnType<typeof outputFiltersOf>>, body: Buffer): void => {
  const inspected = inspectCompletion(filters, coverage, body, (found) => addFindings(call.findings, found))
  if (inspected instanceof Promise) inspected.then((late) => adopt(call, late)).catch((error: unknown) => endWithBug(call, error))
  else adopt(call, inspected)
}

const adopt = (call: Call, inspected: InspectedOutput | null): void => {
  if (call.isOver) return
  const refusal = call.gateway.snapshot() === call.snapshot ? null : stillAllowed(call)
  if (refusal !== null || inspected === null) {
    endWithRefusal(call, refusal ?? notACompletion())
    return
  }
  addFindings(call.findings, inspected.findings)
  call.usage = inspected.usage
  call.finishReason = inspected.finishReason
  call.safeguard = worse(call.safeguard, inspected.safeguard)
  reply(call, [inspected.body], inspected.body.length)
}

const notACompletion = () => refuse('upstream_error', { source: 'upstream', message: 'The provider answered with something that is no JSON object.' })

const ORDER = [null, 'flagged', 'masked', 'blocked'] as const

const worse = (a: Call['safeguard'], b: Call['safeguard']): Call['safeguard'] => (ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b)

const reply = (call: Call, chunks: readonly Buffer[], size: number): void => {
  const { response } = call
  if (call.snapshot.recordMask !== null && size <= MAX_HELD_BYTES) call.held.push(...chunks)
  const headers = ['content-type', 'application/json', 'content-length', String(size), 'x-request-id', call.requestId]
  headers.push(...callHeaders(call))
  response.writeHead(200, headers)
  // One system call for all of it, without a copy that joins the pieces first.
  response.cork()
  for (const chunk of chunks) response.write(chunk)
  response.end()
  response.uncork()
  endAnswered(call)
}
