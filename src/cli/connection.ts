import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import { CliError } from './errors.ts'
import { sessionAt } from './sessions.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, unreachable: 4, 'not verified': 5 } as const

export interface Connection {
  readonly url: string
  readonly key?: string
  readonly data: string
  readonly json?: boolean
  readonly pick?: string
}

export const connectionOptions = (): Option[] => [
  new Option('--url <url>', 'the server').env('PLIMSOLL_URL').default(`http://127.0.0.1:${process.env.PLIMSOLL_PORT ?? '7400'}`),
  new Option('--key <key>', 'administrator key or session token; by default who signed in here, else the key in the data folder').env(
    'PLIMSOLL_ADMIN_KEY',
  ),
  new Option('--data <folder>', 'data folder of a server on this machine').env('PLIMSOLL_DATA').default('./.plimsoll'),
  new Option('--json', 'print JSON for machines'),
  new Option('--pick <field>', 'print this field alone, as in `id` or `report.id`'),
]

export const credentialOf = ({ url, key, data }: Connection): string => {
  const given = key ?? sessionAt(url)
  if (given !== undefined) return given
  const file = join(data, 'keys', 'admin.key')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new CliError(
    `No key: sign in with "plimsoll login", pass --key, set PLIMSOLL_ADMIN_KEY, or run where the server's data folder is (looked for ${file}).`,
    exitCodes.usage,
  )
}

export interface Problem {
  readonly code: string
  readonly detail: string
  readonly request_id?: string
  readonly errors?: readonly { path: string; message: string }[]
}

export interface Answer<T = unknown> {
  readonly status: number
  readonly body: T
  readonly headers: Headers
}

/** JSON where it is JSON: a proxy in between may answer with a page. */
export const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** One call; a refusal becomes a CliError that names the fields. */
export const call = async <T = unknown>(
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> => {
  const response = await send(connection, method, path, body, headers)
  const text = await response.text()
  const parsed: unknown = text === '' ? null : jsonOr(text)
  if (!response.ok) throw refusal(response.status, parsed)
  return { status: response.status, body: parsed as T, headers: response.headers }
}

export const send = async (
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> => {
  if (!URL.canParse(connection.url)) throw new CliError(`--url ${connection.url} is no address such as http://127.0.0.1:7400.`, exitCodes.usage)
  const isBytes = body instanceof Uint8Array
  try {
    return await fetch(new URL(path, connection.url), {
      method,
      headers: {
        // An empty key is a call as nobody: signing in.
        ...(connection.key === '' ? {} : { authorization: `Bearer ${credentialOf(connection)}` }),
        ...(body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    })
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`No server answers at ${connection.url}. Start one with \`npm start\`, or pass --url.`, exitCodes.unreachable)
  }
}

/** What a refusal asks for, in the command line's own words. */
const HINTS: Readonly<Record<string, string>> = {
  unauthenticated: ' `plimsoll login` signs in as a person.',
  precondition_required: ' Here: --if-match with the version (or revision) that you saw, or --if-match "*".',
}

export const refusal = (status: number, body: unknown): CliError => {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>
  const fields = (problem.errors ?? []).map(({ path, message }) => `\n  ${path === '' ? '(body)' : path}: ${message}`).join('')
  const hint = HINTS[problem.code ?? ''] ?? ''
  return new CliError(
    `${status} ${problem.code ?? 'error'}: ${problem.detail ?? String(body)}${hint}${fields}${problem.request_id === undefined ? '' : `\n  request ${problem.request_id}`}`,
    exitCodes.refused,
  )
}
