/** A gateway on a real socket in front of a local upstream, with the rooms' own tables in between. Rows are plain: a test changes what it is about. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'
import { createLimiter } from '#access/hot'
import { compileSnapshot, createGateway, type GatewayHandler, type GatewayOptions, type Snapshot, type SnapshotRows } from '#gateway'
import type { InferenceEvent } from '#monitoring/hot'
import { digestOf } from '#platform/canonical'
import { systemClock } from '#platform/clock'
import { silentLogger } from '#platform/logging'

type KeyRow = SnapshotRows['access']['keys'][number]
type ReleaseRow = SnapshotRows['gate']['releases'][number]
type EndpointRow = SnapshotRows['gate']['endpoints'][number]
type Document = ReleaseRow['document']
type Policy = SnapshotRows['safeguards'][number]['policy']

const PEPPER = 'pepper'
const NO_TAGS = { criticality: null, domain: null, compliance: null, cost_centre: null }

/** A well-formed credential for the key `key_<id>`; the same id gives the same one. */
export const credentialFor = (id: string): { readonly credential: string; readonly secret: string } => {
  const secret = createHmac('sha256', 'test').update(id).digest('hex').slice(0, 43)
  const body = `sk-pl_${id}_${secret}`
  return { credential: `${body}_${base62(crc32(body))}`, secret }
}

const base62 = (value: number): string => {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let text = ''
  for (let rest = value, i = 0; i < 6; i += 1, rest = Math.floor(rest / 62)) text = digits[rest % 62] + text
  return text
}

const KEY_ID = '0'.repeat(25)
export const keyRow = (changes: Partial<KeyRow> = {}, id: string = `${KEY_ID}1`): KeyRow => ({
  id: `key_${id}`,
  project: 'default',
  name: 'test',
  owner: 'per_owner',
  endpoints: ['*'],
  actions: ['invoke', 'stream', 'embed'],
  tags: NO_TAGS,
  limits: { requests_per_minute: null, tokens_per_day: null },
  networks: [],
  secrets: [{ hash: createHmac('sha256', PEPPER).update(credentialFor(id).secret).digest('hex'), notAfterMs: null }],
  expiresAtMs: Date.parse('2100-01-01T00:00:00Z'),
  ...changes,
})

export const testCredential = credentialFor(`${KEY_ID}1`).credential

const digest = (letter: string): `sha256:${string}` => `sha256:${letter.repeat(64)}`

export interface ReleaseChanges {
  readonly model?: Partial<Document['model']>
  readonly system_prompt?: string | null
  readonly policy?: Policy
  readonly suspended?: boolean
  readonly approval?: ReleaseRow['approval']
}

export const releaseRow = ({ model, system_prompt = null, policy, suspended = false, approval }: ReleaseChanges = {}): ReleaseRow => {
  const document = {
    model: {
      name: 'assistant',
      version: 1,
      manifest_digest: digest('a'),
      connection: 'upstream',
      upstream_model: 'real-model-2026',
      parameters: {},
      ...model,
    },
    system_prompt,
    safeguards: policy === undefined ? null : { name: 'policy', version: 1, digest: digestOf(policy) },
    card: { id: 'card_1', version: 1, digest: digest('b') },
    report: { id: 'rep_1', digest: digest('c') },
  } as Document
  return {
    digest: digestOf(document),
    document,
    suspended,
    approval: approval === undefined ? { id: 'apr_1', expires_at: '2100-01-01T00:00:00.000Z', conditions: [] } : approval,
  }
}

export const endpointRow = (name: string, release: ReleaseRow, changes: Partial<EndpointRow> = {}): EndpointRow => ({
  id: `end_${name}`,
  name,
  visibility: 'project',
  tags: NO_TAGS,
  targets: [{ release: release.digest, weight: 1 }],
  ...changes,
})

/** `default` permits what a key's scope allows; the scope itself is the access room's built-in policy. */
const POLICIES: SnapshotRows['access']['policies'] = [
  { name: 'default', version: 0, source: 'permit (principal, action, resource);' },
  {
    name: 'scope',
    version: 0,
    source: ['invoke', 'stream', 'embed']
      .map(
        (action) =>
          `@id("${action}")\nforbid (principal, action == Plimsoll::Action::"${action}", resource) unless { principal.actions.contains("${action}") };`,
      )
      .join('\n'),
  },
]

export interface RowChanges extends ReleaseChanges {
  readonly baseUrl: string
  readonly keys?: readonly KeyRow[]
  readonly endpoints?: readonly EndpointRow[]
  readonly releases?: readonly ReleaseRow[]
  readonly timeoutMs?: number
  readonly networks?: readonly string[]
  readonly retention?: SnapshotRows['retention']
}

export const UPSTREAM_CREDENTIALS = 'upstream-secret-canary-0123456789'

/** One approved release behind the endpoint `assist`, on the connection `upstream`; the simulator stands beside it. */
export const snapshotRows = (changes: RowChanges): SnapshotRows => {
  const release = releaseRow(changes)
  return {
    access: { keys: changes.keys ?? [keyRow()], policies: POLICIES, networks: changes.networks ?? [], pepper: PEPPER },
    gate: { releases: changes.releases ?? [release], endpoints: changes.endpoints ?? [endpointRow('assist', release)] },
    connections: [
      {
        name: 'upstream',
        provider: 'openai-compatible',
        base_url: changes.baseUrl,
        credentials: UPSTREAM_CREDENTIALS,
        timeout_ms: changes.timeoutMs ?? 10_000,
        enabled: true,
        simulated: false,
      },
      { name: 'simulator', provider: 'simulator', base_url: null, credentials: null, timeout_ms: 10_000, enabled: true, simulated: true },
    ],
    safeguards: changes.policy === undefined ? [] : [{ digest: digestOf(changes.policy), policy: changes.policy }],
    ...(changes.retention === undefined ? {} : { retention: changes.retention }),
    prices: [
      { connection: 'upstream', upstream_model: 'real-model-2026', input_micros_per_million: 1_000_000, output_micros_per_million: 2_000_000 },
    ],
  }
}

export interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly json: Record<string, unknown>
}

export interface FakeUpstream {
  readonly baseUrl: string
  readonly received: Received[]
  /** Calls whose connection the gateway closed before the answer was complete. */
  aborted: number
  answer: (request: Received, response: ServerResponse) => void
  close(): Promise<void>
}

export const completion = (content: string, changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'real-model-2026',
    choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    ...changes,
  })

export const sendJson = (response: ServerResponse, body: string, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'real-model-2026' }

export const chunk = (delta: Record<string, unknown>, finish: string | null = null, index = 0): string =>
  `data: ${JSON.stringify({ ...HEAD, choices: [{ index, delta, logprobs: null, finish_reason: finish }], usage: null })}\n\n`

export const usageChunk = `data: ${JSON.stringify({ ...HEAD, choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } })}\n\n`
export const DONE = 'data: [DONE]\n\n'

/** What an upstream streams for this text, word by word, usage included. */
export const streamOf = (text: string): string[] => [
  chunk({ role: 'assistant', content: '' }),
  ...(text.match(/\S+\s*|\s+/g) ?? []).map((content) => chunk({ content })),
  chunk({}, 'stop'),
  usageChunk,
  DONE,
]

export const sendStream = (response: ServerResponse, events: readonly string[]): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(event)
  response.end()
}

export const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections()
    server.close(() => resolve())
  })

export const fakeUpstream = async (): Promise<FakeUpstream> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (part: Buffer) => chunks.push(part))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const received = {
        path: request.url ?? '',
        headers: request.headers,
        body,
        json: JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>,
      }
      upstream.received.push(received)
      upstream.answer(received, response)
    })
    response.on('close', () => {
      if (!response.writableFinished) upstream.aborted += 1
    })
  })
  const upstream: FakeUpstream = {
    baseUrl: `${await listen(server)}/v1`,
    received: [],
    aborted: 0,
    answer: ({ json }, response) =>
      json.stream === true ? sendStream(response, streamOf('Hello there.')) : sendJson(response, completion('Hello there.')),
    close: () => closeServer(server),
  }
  return upstream
}

export interface TestGateway {
  readonly url: string
  readonly gateway: GatewayHandler
  readonly events: InferenceEvent[]
  /** Puts other rows in force, as the control side does. */
  apply(rows: SnapshotRows): Snapshot
  close(): Promise<void>
}

export const startGateway = async (rows: SnapshotRows, options: Partial<GatewayOptions> = {}): Promise<TestGateway> => {
  let snapshot = compileSnapshot(rows)
  const events: InferenceEvent[] = []
  const gateway = createGateway({
    snapshot: () => snapshot,
    record: (event) => {
      events.push(event)
    },
    limiter: createLimiter(),
    log: silentLogger(),
    clock: systemClock,
    ...options,
  })
  const server = createServer((request, response) => {
    if (!gateway.handle(request, response)) response.writeHead(418).end()
  })
  return {
    url: await listen(server),
    gateway,
    events,
    apply: (next) => {
      snapshot = compileSnapshot(next)
      return snapshot
    },
    close: async () => {
      await closeServer(server)
      await gateway.close(0)
    },
  }
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testCredential}`, ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  })

export const ask = (content: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'assist',
  messages: [{ role: 'user', content }],
  ...changes,
})

/** Waits until it holds, for what happens after the answer (events, aborts). */
export const eventually = async (holds: () => boolean, withinMs = 3_000): Promise<void> => {
  const until = Date.now() + withinMs
  while (!holds()) {
    if (Date.now() > until) throw new Error('it did not come to hold in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
