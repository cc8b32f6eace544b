/** A model that needs no time: fixed answers of the request's size; streams one event a turn of its loop. */
import { createServer, type ServerResponse } from 'node:http'
import { chunk, completion, DONE, usageChunk } from '../../test/support/gateway.ts'
import { answerText, eventCount } from './cases.ts'
import { serveSubject } from './subject.ts'

const plain = new Map<boolean, Buffer>()
const events = new Map<boolean, readonly Buffer[]>()
for (const bytes of [1_000, 32_000]) {
  const isBig = bytes > 4_000
  plain.set(isBig, Buffer.from(completion(answerText(bytes))))
  const words = answerText(bytes).match(/\S+\s*/g) ?? []
  const list = Array.from({ length: eventCount(bytes) }, (_, i) => chunk({ content: words[i % words.length] }))
  events.set(
    isBig,
    [chunk({ role: 'assistant', content: '' }), ...list, chunk({}, 'stop'), usageChunk, DONE].map((event) => Buffer.from(event)),
  )
}

const send = (response: ServerResponse, list: readonly Buffer[], next = 0): void => {
  const event = list[next]
  if (event === undefined) response.end()
  else {
    response.write(event)
    setImmediate(send, response, list, next + 1)
  }
}

serveSubject(
  createServer((request, response) => {
    let size = 0
    let last = ''
    request.on('data', (part: Buffer) => {
      size += part.length
      last = part.toString('latin1').slice(-300)
    })
    request.on('end', () => {
      const isBig = size > 4_000
      if (last.includes('"stream":true')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        send(response, events.get(isBig) ?? [])
      } else {
        const body = plain.get(isBig)
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body?.length ?? 0 }).end(body)
      }
    })
  }),
)
