import { isAscii, isUtf8 } from 'node:buffer'
import { type Tags, tagsFromMetadata } from '#monitoring/hot'
import { memberSpans, type Span } from './json-spans.ts'
import { invalid, type Refusal } from './refusal.ts'

export type Operation = 'chat' | 'embeddings'

export type JsonObject = Readonly<Record<string, unknown>>

/** What the stages read of a request: its bytes as they came, its value, and where each of its fields lies in the bytes. */
export interface InferenceRequest {
  readonly operation: Operation
  readonly body: Buffer
  readonly json: JsonObject
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

/** Reads a body once. What is not read here goes to the provider as it came. */
export const readRequest = (operation: Operation, body: Buffer): InferenceRequest | Refusal => {
  if (!isUtf8(body)) return invalid(null, 'The body is not valid UTF-8.')
  const latin1 = body.toString('latin1')
  const spans = memberSpans(latin1)
  if (!spans.ok) return invalid(spans.param, spans.param === null ? `${sentence(spans.message)}.` : `The field ${spans.param} ${spans.message}.`)
  const json = parseObject(isAscii(body) ? latin1 : body.toString())
  if (json === undefined) return invalid(null, 'The body is not valid JSON.')
  const tags = tagsFromMetadata(json.metadata)
  const problem = fieldProblem(operation, json) ?? (tags.ok ? null : invalid(tags.path, `The field ${tags.path} ${tags.message}.`))
  if (problem !== null) return problem
  return {
    operation,
    body,
    json,
    members: spans.members,
    close: spans.close,
    model: String(json.model),
    isStream: json.stream === true,
    wantsUsage: isObject(json.stream_options) && json.stream_options.include_usage === true,
    tags: tags.ok ? tags.tags : NONE,
    choices: typeof json.n === 'number' ? json.n : 1,
    maxOutputTokens: outputTokens(json),
  }
}

const NONE: Tags = { criticality: null, domain: null, compliance: null, cost_centre: null }

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

const parseObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

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

const fieldProblem = (operation: Operation, json: JsonObject): Refusal | null => {
  const { model, stream } = json
  if (typeof model !== 'string' || model === '') return invalid('model', 'The field model names the endpoint; it is a non-empty text.')
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') return invalid('stream', 'The field stream is true or false.')
  for (const name of REDIRECTS) {
    if (json[name] !== undefined)
      return invalid(name, `The field ${name} would change what answers; an endpoint answers with its approved release only.`)
  }
  return operation === 'chat' ? chatProblem(json) : embeddingsProblem(json)
}

const chatProblem = (json: JsonObject): Refusal | null => {
  for (const name of COUNTS) {
    const value = json[name]
    if (value !== undefined && value !== null && !(Number.isSafeInteger(value) && (value as number) > 0))
      return invalid(name, `The field ${name} is a positive whole number.`)
  }
  const options = json.stream_options
  if (options !== undefined && options !== null) {
    if (!isObject(options)) return invalid('stream_options', 'The field stream_options is an object.')
    if (json.stream !== true) return invalid('stream_options', 'The field stream_options needs stream: true.')
  }
  return messagesProblem(json.messages)
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

const embeddingsProblem = (json: JsonObject): Refusal | null => {
  if (json.stream === true) return invalid('stream', 'Embeddings are not streamed.')
  const { input } = json
  const isGiven = typeof input === 'string' ? input !== '' : Array.isArray(input) && input.length > 0
  return isGiven ? null : invalid('input', 'The field input is a non-empty text or list.')
}

const outputTokens = (json: JsonObject): number | null => {
  const each = json.max_completion_tokens ?? json.max_tokens
  return typeof each === 'number' ? each * (typeof json.n === 'number' ? json.n : 1) : null
}
