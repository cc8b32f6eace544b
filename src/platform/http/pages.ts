/** The console and the browsable API: files from disk, under a strict content security policy. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { platformErrors } from '../errors/index.ts'
import { toProblem } from './problem.ts'

const CONTENT_SECURITY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const DOCS_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Plimsoll API</title>
<link rel="icon" href="/mark.svg">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`

const DOCS_START = `window.ui = SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null,
  requestInterceptor: async (request) => { if (request.method !== 'GET') { const session = await fetch('/api/v1/session').then((answer) => (answer.ok ? answer.json() : null)); if (session) request.headers['x-plimsoll-csrf'] = session.csrf_token } return request } })`

/** For who tries the address in a terminal. */
const signpost = ({ protocol, host }: FastifyRequest): string =>
  [
    'Plimsoll: nothing answers a prompt until it has been assessed, documented and signed off.',
    '',
    `console   ${protocol}://${host}/  (in a browser)`,
    `gateway   ${protocol}://${host}/v1  (OpenAI clients: base_url)`,
    `API       ${protocol}://${host}/api/docs, ${protocol}://${host}/api/openapi.json`,
    'health    /healthz, /readyz, /metrics',
    '',
  ].join('\n')

export interface PagesOptions {
  /** Folder of the built console; absent, the API runs without it and `/` says so. */
  readonly console: string
  readonly openApi: () => unknown
}

export const addPages = async (app: FastifyInstance, options: PagesOptions): Promise<void> => {
  app.addHook('onSend', async (_request, answer) => {
    // A route that answers a document of its own may be stricter.
    if (answer.getHeader('content-security-policy') === undefined) answer.header('content-security-policy', CONTENT_SECURITY)
    answer.header('referrer-policy', 'no-referrer')
    answer.header('x-frame-options', 'DENY')
  })
  let document: string | undefined
  app.get('/api/openapi.json', async (_request, answer) => {
    document ??= JSON.stringify(options.openApi())
    return answer.header('content-type', 'application/json; charset=utf-8').send(document)
  })
  app.get('/api/docs', async (_request, answer) => answer.header('content-type', 'text/html; charset=utf-8').send(DOCS_PAGE))
  app.get('/api/docs/start.js', async (_request, answer) => answer.header('content-type', 'text/javascript; charset=utf-8').send(DOCS_START))
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const assets = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const
  await app.register(fastifyStatic, { root: swagger, serve: false })
  for (const asset of assets) app.get(`/api/docs/${asset}`, (_request, answer) => answer.sendFile(asset, swagger, { maxAge: '1h' }))

  // Looked up on disk at each request: a console that is built again while the server runs is served at once.
  const hasConsole = (): boolean => existsSync(`${options.console}/index.html`)
  await app.register(fastifyStatic, {
    root: options.console,
    decorateReply: false,
    suppressWarning: true,
    index: false,
    // Names of built assets carry a hash of their content.
    setHeaders: (answer, path) => {
      answer.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  // The console routes in the browser: any page address is its index.
  const sendConsole = (answer: FastifyReply): FastifyReply =>
    hasConsole()
      ? answer.header('cache-control', 'no-cache').sendFile('index.html', options.console, { cacheControl: false })
      : answer.type('text/plain').send('The console is not built. Run `npm start`, which builds it.')
  app.get('/', (request, answer) => (wantsPage(request) ? sendConsole(answer) : answer.type('text/plain; charset=utf-8').send(signpost(request))))
  app.setNotFoundHandler((request, answer) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (isRead && !request.url.startsWith('/api/') && !request.url.startsWith('/v1/') && wantsPage(request)) return sendConsole(answer)
    const problem = toProblem(
      platformErrors.not_found({ kind: 'route', id: `${request.method} ${request.url.split('?')[0] ?? ''}`.slice(0, 200) }),
      request.id,
    )
    return answer.status(404).header('content-type', 'application/problem+json').send(JSON.stringify(problem))
  })
}

const wantsPage = ({ headers }: FastifyRequest): boolean => (headers.accept ?? '').includes('text/html')
