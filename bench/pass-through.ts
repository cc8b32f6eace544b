/** The baseline: the least a Node process can do between a client and an upstream. node:http, undici, bytes in, bytes out; no decision, no record. */
import { createServer } from 'node:http'
import { Pool } from 'undici'
import { serveSubject } from './gateway/subject.ts'

const upstream = new Pool(process.argv[2] ?? '', { connections: 512, pipelining: 1, allowH2: false })

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    upstream.dispatch(
      { path: request.url ?? '/', method: 'POST', headers: ['content-type', 'application/json'], body, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, status, headers) => {
          const kept = ['content-type', String(headers['content-type'])]
          if (headers['content-length'] !== undefined) kept.push('content-length', String(headers['content-length']))
          response.writeHead(status, kept)
        },
        onResponseData: (_controller, chunk) => {
          response.write(chunk)
        },
        onResponseEnd: () => {
          response.end()
        },
        onResponseError: () => {
          response.destroy()
        },
      },
    )
  })
})

serveSubject(server)
