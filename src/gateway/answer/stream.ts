import type { Call } from '../call.ts'
import { MAX_HELD_BYTES } from '../content.ts'
import { endAnswered, endWithBug, endWithRefusal } from '../end.ts'
import type { Answer } from '../forward.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { callHeaders } from '../reply.ts'
import { outputFiltersOf } from '../safeguard.ts'
import { stillAllowed } from '../still-allowed.ts'
import { createFilteredRelay } from '../stream/filtered-relay.ts'
import { createPassRelay, type Relay } from '../stream/relay.ts'

/** A stream may go on for longer than its connection's bound, as long as it is never silent for that long. */
const LONGEST_STREAM_MS = 900_000

export const createStreamAnswer = (call: Call): Answer => {
  let hasEnded = false

  const go = (out: Buffer | null): void => {
    if (relay.state === 'open') {
      if (out !== null) write(call, out)
      if (hasEnded && !relay.isWaiting) endWithRefusal(call, incomplete())
    } else if (relay.state === 'failed') {
      if (out !== null) write(call, out)
      endWithRefusal(call, refuse('upstream_error', { source: 'upstream', message: 'The provider reported an error in its answer.' }))
    } else {
      if (relay.state === 'blocked') call.safeguard = 'blocked'
      // The provider has said its last word; only the frame's end is missing, and its connection is to be used again.
      else call.upstream = null
      finish(call, out)
    }
  }

  /** The second stage has answered, or a rule that nobody waits for has ended the answer. */
  const late = (out: Buffer | null, bug?: unknown): void => {
    if (call.isOver) return
    const refusal = bug === undefined ? decisions(call) : null
    if (bug !== undefined) endWithBug(call, bug)
    else if (refusal !== null) endWithRefusal(call, refusal)
    else go(out)
    if (!call.isOver && !relay.isWaiting) call.upstream?.resume()
  }

  const relay = relayFor(call, late)
  call.relay = relay
  call.lastWriteMs = performance.now()
  return {
    data: (chunk) => {
      const refusal = decisions(call)
      if (refusal !== null) return endWithRefusal(call, refusal)
      go(relay.push(chunk))
      if (relay.isWaiting && !call.isOver) call.upstream?.pause()
    },
    end: () => {
      hasEnded = true
      if (!relay.isWaiting) endWithRefusal(call, incomplete())
    },
  }
}

const decisions = (call: Call): Refusal | null => (call.gateway.snapshot() === call.snapshot ? null : stillAllowed(call))

const incomplete = (): Refusal => refuse('upstream_error', { source: 'upstream', message: 'The provider ended its answer before it was complete.' })

const relayFor = (call: Call, onLate: (out: Buffer | null, bug?: unknown) => void): Relay => {
  const { wantsUsage, choices: expectedChoices } = call
  const output = outputFiltersOf(call)
  return output === null ? createPassRelay(wantsUsage) : createFilteredRelay({ ...output, wantsUsage, expectedChoices, onLate })
}

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
  response.once('drain', () => {
    if (call.relay?.isWaiting !== true) call.upstream?.resume()
  })
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
