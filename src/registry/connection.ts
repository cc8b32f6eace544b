import { z } from 'zod'
import { isForbiddenAddress } from './address.ts'
import { Name } from './model.ts'

export const ProviderKind = z.enum(['openai-compatible', 'simulator'])
export type ProviderKind = z.infer<typeof ProviderKind>

/** The built-in connection: deterministic answers without a network. It exists from the first start. */
export const SIMULATOR = 'simulator'

/** Where prompts go. Credentials have a field of their own; in a URL they would end in logs and records. */
export const BaseUrl = z
  .string()
  .max(2048)
  .superRefine((text, context) => {
    const problem = baseUrlProblem(text)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })

export const baseUrlProblem = (text: string): string | undefined => {
  if (!URL.canParse(text)) return 'not a URL'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'only http and https'
  if (url.username !== '' || url.password !== '') return 'no credentials in the URL: send them in the field credentials'
  if (url.search !== '' || url.hash !== '' || text.includes('?') || text.includes('#')) return 'no query and no fragment'
  return undefined
}

export const isForbiddenTarget = (baseUrl: string): boolean => isForbiddenAddress(new URL(baseUrl).hostname)

const Credentials = z
  .string()
  .min(1)
  .max(8192)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces, as a header can carry it')

export const NewConnection = z
  .strictObject({
    name: Name,
    provider: ProviderKind,
    base_url: BaseUrl.nullable().default(null),
    credentials: Credentials.nullable().default(null),
    description: z.string().max(1000).default(''),
    timeout_ms: z.int().min(1000).max(600_000).default(120_000),
  })
  .superRefine(({ provider, base_url, credentials }, context) => {
    const issue = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
    if (provider === 'openai-compatible' && base_url === null) issue('base_url', 'where the provider answers, e.g. https://api.example.com/v1')
    if (provider === 'simulator' && base_url !== null) issue('base_url', 'the simulator answers without a network')
    if (provider === 'simulator' && credentials !== null) issue('credentials', 'the simulator needs none')
  })
  .meta({ id: 'NewConnection' })
export type NewConnection = z.infer<typeof NewConnection>

/** Provider and address never change: an approval was given for them. Another address is another connection. */
export const ConnectionChange = z
  .strictObject({
    credentials: Credentials.nullable().optional(),
    description: z.string().max(1000).optional(),
    timeout_ms: z.int().min(1000).max(600_000).optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'ConnectionChange' })
export type ConnectionChange = z.infer<typeof ConnectionChange>

export const Connection = z
  .object({
    id: z.string(),
    name: Name,
    provider: ProviderKind,
    base_url: z.string().nullable(),
    description: z.string(),
    timeout_ms: z.int(),
    enabled: z.boolean(),
    has_credentials: z.boolean(),
    /** The last four characters, when there are enough of them to give nothing away. */
    credentials_hint: z.string().nullable(),
    simulated: z.boolean(),
    revision: z.int(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Connection' })
export type Connection = z.infer<typeof Connection>

export const hintOf = (credentials: string): string | null => (credentials.length >= 16 ? credentials.slice(-4) : null)

/** A connection as the process uses it, credentials opened. Never an answer, never logged. */
export interface OpenConnection {
  readonly id: string
  readonly name: string
  readonly provider: ProviderKind
  readonly base_url: string | null
  readonly credentials: string | null
  readonly timeout_ms: number
  readonly enabled: boolean
  readonly simulated: boolean
}

/** Asks the provider something harmless (its model list); written by whoever owns the providers. */
export type ProbeConnection = (connection: OpenConnection, signal: AbortSignal) => Promise<ProbeResult>

export interface ProbeResult {
  readonly ok: boolean
  /** Upstream model names, when it told them. */
  readonly models?: readonly string[]
  readonly problem?: string
}

export const ConnectionTest = z
  .object({
    ok: z.boolean(),
    simulated: z.boolean(),
    latency_ms: z.number(),
    models: z.array(z.string()),
    problem: z.string().nullable(),
  })
  .meta({ id: 'ConnectionTest' })
export type ConnectionTest = z.infer<typeof ConnectionTest>
