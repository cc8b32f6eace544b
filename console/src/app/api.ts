/** The one way to the server: same origin, cookie session, RFC 9457 problems as typed errors. */

export type Page<T> = { items: T[]; next_cursor: string | null }
export type Query = Record<string, string | number | boolean | undefined | null>

type Problem = { status?: number; title?: string; detail?: string; code?: string; request_id?: string; errors?: { path: string; message: string }[] }

export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string | undefined
  /** Message by field, the path in dotted form: `parameters.temperature`. */
  readonly fields: Record<string, string>

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`)
    this.status = status
    this.code = problem.code ?? 'unknown'
    this.requestId = problem.request_id
    this.fields = Object.fromEntries((problem.errors ?? []).map((error) => [fieldName(error.path), error.message]))
  }
}

/** `/body/parameters/temperature`, `body.parameters.temperature` and `parameters.temperature` all name one field. */
export const fieldName = (path: string) =>
  path
    .replace(/^#?\/?/, '')
    .replaceAll('/', '.')
    .replace(/^(body|query|params)\./, '')

/** The header of a write that two people could make at once: only if it is still what I read. */
export const ifMatch = (revision: number | string | undefined): Record<string, string> =>
  revision === undefined ? {} : { 'if-match': `"${revision}"` }

let csrfToken = ''
export const setCsrfToken = (token: string) => {
  csrfToken = token
}

const url = (path: string, query: Query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return `/api/v1${path}${search && `?${search}`}`
}

const isJson = (response: Response) => /\bjson\b/.test(response.headers.get('content-type') ?? '')

const send = async (method: string, path: string, options: { query?: Query; body?: unknown; headers?: Record<string, string> } = {}) => {
  const isBytes = options.body instanceof Blob
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers }
  if (method !== 'GET') headers['x-plimsoll-csrf'] = csrfToken
  if (options.body !== undefined) headers['content-type'] = isBytes ? 'application/octet-stream' : 'application/json'
  const body = options.body === undefined ? null : isBytes ? (options.body as Blob) : JSON.stringify(options.body)
  const response = await fetch(url(path, options.query), { method, headers, body })
  if (response.ok) return response
  const problem: Problem = isJson(response) ? await response.json() : {}
  throw new ApiProblem(response.status, problem)
}

/** The caller names the shape: it is the schema of the route in the OpenAPI document, validated by the server before it leaves. */
const parsed = async <T>(response: Response): Promise<T> => (response.status === 204 || !isJson(response) ? undefined : await response.json()) as T

export const api = {
  get: async <T>(path: string, query?: Query) => parsed<T>(await send('GET', path, query ? { query } : {})),
  /** For documents that two people may edit and that carry no revision of their own: the tag goes back in If-Match. */
  getTagged: async <T>(path: string) => {
    const response = await send('GET', path)
    return { value: await parsed<T>(response), tag: response.headers.get('etag') ?? '' }
  },
  post: async <T>(path: string, body: unknown = {}, headers?: Record<string, string>) =>
    parsed<T>(await send('POST', path, { body, ...(headers && { headers }) })),
  put: async <T>(path: string, body: unknown, headers?: Record<string, string>) =>
    parsed<T>(await send('PUT', path, { body, ...(headers && { headers }) })),
  patch: async <T>(path: string, body: unknown, headers?: Record<string, string>) =>
    parsed<T>(await send('PATCH', path, { body, ...(headers && { headers }) })),
  patchBytes: async <T>(path: string, query: Query, bytes: Blob) => parsed<T>(await send('PATCH', path, { query, body: bytes })),
  delete: async <T>(path: string, headers?: Record<string, string>) => parsed<T>(await send('DELETE', path, headers ? { headers } : {})),
}
