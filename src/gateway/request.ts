import { isUtf8 } from 'node:buffer'
import { type Tags, tagsFromMetadata } from '#monitoring/hot'
import { readMembers, type Span } from './json/members.ts'
import { invalid, type Refusal } from './refusal.ts'

export type Operation = 'chat' | 'embeddings'

export type JsonObject = Readonly<Record<string, unknown>>

/** What the stages read of a request: its bytes as they came, and where each of its fields lies in them. See `fieldOf` and `jsonOf`. */
export interface InferenceRequest {
  readonly operation: Operation
  readonly body: Buffer
  /** The whole value, once a stage has wanted it. */
  parsed: JsonObject | null
  readonly members: ReadonlyMap<string, Span>
  readonly close: number
  /** The endpoint's name, as the client calls it. */
  readonly model: string
  readonly isStream: boolean
  /** Whether the client asked for the usage chunk of a stream. */
  readonly wantsUsage: boolean
  /** How many answers are asked for (`n`). */
  readonly choices: number
  /** What the client says about the call in `metadata`. */
  readonly tags: Tags
  /** Completion tokens that the client allows, over all choices; null when it sets no bound. */
  readonly maxOutputTokens: number | null
}

export const isRefusal = <T extends object>(value: T | Refusal): value is Refusal => 'shouldRetry' in value

/** Judges a body whole and reads the few fields that decide. What is not read here goes to the provider as it came. */
export const readRequest = (operation: Operation, body: Buffer): InferenceRequest | Refusal => {
  if (!isUtf8(body)) return invalid(null, 'The body is not valid UTF-8.')
  const read = readMembers(body)
  if (!read.ok) return invalid(read.param, read.param === null ? `${sentence(read.message)}.` : `The field ${read.param} ${read.message}.`)
  const { members, close, hasPlainMessages } = read
  const fields: Fields = { body, members, parsed: null }
  const tags = tagsFromMetadata(fieldOf(fields, 'metadata'))
  const problem =
    fieldProblem(operation, fields, hasPlainMessages) ?? (tags.ok ? null : invalid(tags.path, `The field ${tags.path} ${tags.message}.`))
  if (problem !== null) return problem
  const options = fieldOf(fields, 'stream_options')
  const n = fieldOf(fields, 'n')
  return {
    operation,
    body,
    parsed: null,
    members,
    close,
    model: String(fieldOf(fields, 'model')),
    isStream: fieldOf(fields, 'stream') === true,
    wantsUsage: isObject(options) && options.include_usage === true,
    tags: tags.ok ? tags.tags : NONE,
    choices: typeof n === 'number' ? n : 1,
    maxOutputTokens: outputTokens(fields),
  }
}

type Fields = Pick<InferenceRequest, 'body' | 'members' | 'parsed'>

/** One field by itself; undefined where it is absent. */
export const fieldOf = ({ body, members, parsed }: Fields, name: string): unknown => {
  const span = members.get(name)
  if (span === undefined) return undefined
  return parsed === null ? JSON.parse(body.toString('utf8', span.start, span.end)) : parsed[name]
}

/** The whole request, parsed when the first stage wants all of it: most calls are decided by their small fields. */
export const jsonOf = (request: Fields): JsonObject => {
  // Safe: `readMembers` has found an object.
  request.parsed ??= JSON.parse(request.body.toString()) as JsonObject
  return request.parsed
}

const NONE: Tags = { criticality: null, domain: null, compliance: null, cost_centre: null }

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Fields by which some providers answer with another model, prompt or template than the one named in `model`.
 * An approval is for one release: they are refused rather than dropped, so that nobody believes they had an effect.
 */
const REDIRECTS = [
  'models',
  'route',
  'provider',
  'providers',
  'fallbacks',
  'plugins',
  'transforms',
  'preset',
  'chat_template',
  'lora_request',
] as const

const COUNTS = ['n', 'max_tokens', 'max_completion_tokens'] as const

const fieldProblem = (operation: Operation, fields: Fields, hasPlainMessages: boolean): Refusal | null => {
  const model = fieldOf(fields, 'model')
  const stream = fieldOf(fields, 'stream')
  if (typeof model !== 'string' || model === '') return invalid('model', 'The field model names the endpoint; it is a non-empty text.')
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') return invalid('stream', 'The field stream is true or false.')
  for (const name of REDIRECTS) {
    if (fields.members.has(name))
      return invalid(name, `The field ${name} would change what answers; an endpoint answers with its approved release only.`)
  }
  return operation === 'chat' ? chatProblem(fields, stream === true, hasPlainMessages) : embeddingsProblem(fields, stream === true)
}

const chatProblem = (fields: Fields, isStream: boolean, hasPlainMessages: boolean): Refusal | null => {
  for (const name of COUNTS) {
    const value = fieldOf(fields, name)
    if (value !== undefined && value !== null && !(Number.isSafeInteger(value) && (value as number) > 0))
      return invalid(name, `The field ${name} is a positive whole number.`)
  }
  const options = fieldOf(fields, 'stream_options')
  if (options !== undefined && options !== null) {
    if (!isObject(options)) return invalid('stream_options', 'The field stream_options is an object.')
    if (!isStream) return invalid('stream_options', 'The field stream_options needs stream: true.')
  }
  return hasPlainMessages ? null : messagesProblem(fieldOf(fields, 'messages'))
}

const messagesProblem = (messages: unknown): Refusal | null => {
  if (!Array.isArray(messages) || messages.length === 0) return invalid('messages', 'The field messages is a non-empty list.')
  for (let i = 0; i < messages.length; i += 1) {
    const message: unknown = messages[i]
    if (!isObject(message)) return invalid(`messages[${i}]`, `The field messages[${i}] is an object.`)
    if (typeof message.role !== 'string') return invalid(`messages[${i}].role`, `The field messages[${i}].role is a text.`)
  }
  return null
}

const embeddingsProblem = (fields: Fields, isStream: boolean): Refusal | null => {
  if (isStream) return invalid('stream', 'Embeddings are not streamed.')
  const input = fieldOf(fields, 'input')
  const isGiven = typeof input === 'string' ? input !== '' : Array.isArray(input) && input.length > 0
  return isGiven ? null : invalid('input', 'The field input is a non-empty text or list.')
}

const outputTokens = (fields: Fields): number | null => {
  const each = fieldOf(fields, 'max_completion_tokens') ?? fieldOf(fields, 'max_tokens')
  const n = fieldOf(fields, 'n')
  return typeof each === 'number' ? each * (typeof n === 'number' ? n : 1) : null
}
