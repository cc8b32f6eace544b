import { randomBytes } from 'node:crypto'
import { type Connection, call, exitCodes, type Problem, send } from './connection.ts'
import { CliError } from './errors.ts'

export interface TourPerson {
  readonly id: string
  readonly name: string
  readonly token: string
}

/** The calls of the tour: as the administrator key, or as one of the people that it invites. Notes each call for the reader. */
export class TourApi {
  calls: string[] = []
  readonly #connection: Connection
  readonly #progress: (text: string) => void

  constructor(connection: Connection, progress: (text: string) => void) {
    this.#connection = connection
    this.#progress = progress
  }

  get url(): string {
    return this.#connection.url
  }

  begin(): void {
    this.calls = []
  }

  progress(text: string): void {
    this.#progress(text)
  }

  /** One call to the control API; `quiet` ones are not shown. */
  async call<T>(method: string, path: string, body?: unknown, options: { as?: TourPerson; ifMatch?: string; quiet?: boolean } = {}): Promise<T> {
    if (options.quiet !== true) this.#note(method, `/api/v1${path}`)
    const connection = options.as === undefined ? this.#connection : { ...this.#connection, key: options.as.token }
    return (await call<T>(connection, method, `/api/v1${path}`, body, options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch })).body
  }

  /** Undefined when the thing exists already (409) or is not there (404), which a second tour expects. */
  async callUnless<T>(
    status: 404 | 409,
    method: string,
    path: string,
    body?: unknown,
    options: { as?: TourPerson; quiet?: boolean } = {},
  ): Promise<T | undefined> {
    return this.call<T>(method, path, body, options).catch((error: unknown) => {
      if (error instanceof CliError && error.message.startsWith(`${status} `)) return undefined
      throw error
    })
  }

  /** A call to the inference surface with an API key; answers whatever came, refusals too. */
  async infer(key: string, path: string, body: unknown, note = true): Promise<{ status: number; headers: Headers; text: string; ms: number }> {
    if (note) this.#note('POST', path)
    const startedAt = performance.now()
    const response = await fetch(new URL(path, this.#connection.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-plimsoll-tags': 'domain=support,cost_centre=tour' },
      body: JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, text: await response.text(), ms: performance.now() - startedAt }
  }

  async text(path: string): Promise<string> {
    this.#note('GET', `/api/v1${path}`)
    const response = await send(this.#connection, 'GET', `/api/v1${path}`)
    if (!response.ok) throw new CliError(`${response.status}: ${await response.text()}`, exitCodes.refused)
    return response.text()
  }

  /** Invites somebody, or asks for a fresh link for who is known, and takes the link as that person would in the browser. */
  async person(name: string, email: string, roles: readonly string[], capacities: readonly string[] = []): Promise<TourPerson> {
    const invited = await this.callUnless<{ person: { id: string }; link: { token: string } }>(409, 'POST', '/principals', {
      email,
      name,
      roles,
      capacities,
    })
    const { id, token } = invited === undefined ? await this.#freshLink(email) : { id: invited.person.id, token: invited.link.token }
    const response = await fetch(new URL('/api/v1/session/accept', this.#connection.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, password: randomBytes(24).toString('base64url') }),
    })
    const session = /plimsoll_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1]
    if (!response.ok || session === undefined)
      throw new CliError(`${name} could not take the invitation: ${((await response.json()) as Problem).detail}`, exitCodes.refused)
    return { id, name, token: decodeURIComponent(session) }
  }

  async #freshLink(email: string): Promise<{ id: string; token: string }> {
    const { items } = await this.call<{ items: { id: string; email: string }[] }>('GET', '/principals?limit=200', undefined, { quiet: true })
    const known = items.find((person) => person.email === email)
    if (known === undefined) throw new CliError(`${email} is known to the server but not on its list of people.`, exitCodes.failed)
    const link = await this.call<{ token: string }>('POST', `/principals/${known.id}/sign-in-link`, undefined, { quiet: true })
    return { id: known.id, token: link.token }
  }

  #note(method: string, path: string): void {
    const line = `${method} ${path.split('?')[0]}`
    if (this.calls.at(-1) !== line && this.calls.length < 6) this.calls.push(line)
  }
}
