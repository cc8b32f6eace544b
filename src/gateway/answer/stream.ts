import type { Call } from '../call.ts'
import { MAX_HELD_BYTES } from '../content.ts'
import { endAnswered, endWithRefusal } from '../end.ts'
import type { Answer } from '../forward.ts'
import { refuse } from '../refusal.ts'
import { callHeaders } from '../reply.ts'
import { stillAllowed } from '../still-allowed.ts'
import { createFilteredRelay } from '../stream/filtered-relay.ts'
import { createPassRelay, type Relay } from '../stream/relay.ts'

/** A stream may go on for longer than its connection's bound, as long as it is never silent for that long. */
const LONGEST_STREAM_MS = 900_000

export const createStreamAnswer = (call: Call): Answer => {
  const relay = relayFor(call)
  call.relay = relay
  call.lastWriteMs = performance.now()
  return {
    data: (chunk) => {
      if (call.gateway.snapshot() !== call.snapshot) {
        const refusal = stillAllowed(call)
        if (refusal !== null) return endWithRefusal(call, refusal)
      }
      const out = relay.push(chunk)
      if (relay.state === 'open') {
        if (out !== null) write(call, out)
      } else if (relay.state === 'failed') {
        if (out !== null) write(call, out)
        endWithRefusal(call, refuse('upstream_error', { source: 'upstream', message: 'The provider reported an error in its answer.' }))
      } else {
        if (relay.state === 'blocked') call.safeguard = 'blocked'
        // The provider has said its last word; only the frame's end is missing, and its connection is to be used again.
        else call.upstream = null
        finish(call, out)
      }
    },
    end: () =>
      endWithRefusal(call, refuse('upstream_error', { source: 'upstream', message: 'The provider ended its answer before it was complete.' })),
  }
}

const relayFor = ({ plan, wantsUsage, choices }: Call): Relay =>
  plan?.safeguards?.output == null ? createPassRelay(wantsUsage) : createFilteredRelay(plan.safeguards, wantsUsage, choices)

/** Headers wait for the first bytes: until then a failure is still an HTTP error that a client can retry. */
export const startStream = (call: Call): void => {
  const headers = ['content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache, no-transform', 'x-accel-buffering', 'no']
  headers.push('x-request-id', call.requestId, ...callHeaders(call))
  call.response.writeHead(200, headers)
}

const write = (call: Call, bytes: Buffer): void => {
  const { response } = call
  noteWrite(call, bytes)
  if (!response.headersSent) startStream(call)
  if (response.write(bytes)) return
  // The client reads slower than the provider writes: the provider waits, not our memory.
  call.upstream?.pause()
  response.once('drain', () => call.upstream?.resume())
}

const finish = (call: Call, last: Buffer | null): void => {
  const { response } = call
  if (!response.headersSent) startStream(call)
  if (last !== null) noteWrite(call, last)
  if (last === null) response.end()
  else response.end(last)
  endAnswered(call)
}

const noteWrite = (call: Call, bytes: Buffer): void => {
  call.lastWriteMs = performance.now()
  if (call.snapshot.recordMask !== null && call.bytesOut < MAX_HELD_BYTES) call.held.push(bytes)
  call.bytesOut += bytes.length
  if (call.firstByteMs !== 0) return
  call.firstByteMs = call.lastWriteMs
  call.deadlineMs = call.startedMs + LONGEST_STREAM_MS
  call.gateway.metrics.firstByte((call.firstByteMs - call.startedMs) / 1_000)
}
