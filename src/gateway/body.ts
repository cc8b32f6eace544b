import type { Call } from './call.ts'
import { endWithRefusal } from './end.ts'
import { tooLarge } from './refusal.ts'

/** Collects the body, up to the limit; how long it may take is the watch's business. */
export const readBody = (call: Call, then: (call: Call, body: Buffer) => void): void => {
  const { incoming, gateway, startedMs } = call
  const chunks: Buffer[] = []
  let size = 0
  call.deadlineMs = startedMs + gateway.bodyTimeoutMs
  incoming.on('data', (chunk: Buffer) => {
    if (call.isOver) return
    size += chunk.length
    if (size > gateway.maxBodyBytes) endWithRefusal(call, tooLarge(gateway.maxBodyBytes))
    else chunks.push(chunk)
  })
  incoming.on('end', () => {
    if (call.isOver) return
    then(call, chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size))
  })
}
