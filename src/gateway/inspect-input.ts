import { type CompiledPolicy, type Finding, inspectText } from '#safeguards/hot'
import { addFindings } from './findings.ts'
import type { Plan } from './plan.ts'
import { invalid, type Refusal, refuse } from './refusal.ts'
import { type InferenceRequest, isObject, type JsonObject } from './request.ts'

export interface InspectedInput {
  /** The `messages` or `input` to send, or null to send the client's own bytes. */
  readonly content: Buffer | null
  /** The same as a value, for the record. */
  readonly value: unknown
  readonly findings: readonly Finding[]
  readonly isMasked: boolean
  readonly refusal: Refusal | null
}

const NOTHING: readonly Finding[] = Object.freeze([])
/** Half a second of inspection at worst: one caller's text must not hold up everybody else's. */
const MAX_CHARACTERS = 1_000_000

/**
 * Puts every text of the caller before the input safeguards, in all roles, since a caller writes the whole history. Contents and tool
 * arguments are masked; names, ids and everything beside the messages is only checked, and refused where it holds what would have to be
 * masked. What has a shape that is not known here is refused: a text in it would pass unseen. Whatever is read is also written anew, so
 * that the provider reads the same.
 */
export const inspectInput = (plan: Plan, request: InferenceRequest): InspectedInput => {
  const policy = plan.safeguards?.input == null ? null : plan.safeguards
  const { messages, input } = request.json
  const isChat = request.operation === 'chat'
  if (policy === null) {
    const value = isChat ? (plan.systemMessage === null ? messages : [plan.systemMessage, ...(messages as readonly unknown[])]) : input
    const content = plan.systemMessage === null ? null : Buffer.from(JSON.stringify(value))
    return { content, value, findings: NOTHING, isMasked: false, refusal: null }
  }
  const inspector = createInspector(policy)
  checkFields(request.json, inspector)
  const own = isChat
    ? (messages as readonly JsonObject[]).map((message, i) => messageOf(message, `messages[${i}]`, inspector))
    : inputOf(input, inspector)
  const value = isChat && plan.systemMessage !== null ? [plan.systemMessage, ...(own as readonly unknown[])] : own
  return {
    content: Buffer.from(JSON.stringify(value)),
    value,
    findings: inspector.findings,
    isMasked: inspector.isMasked(),
    refusal: inspector.refusal(),
  }
}

interface Inspector {
  /** The text as it may go on. */
  read(text: string, path: string): string
  /** For what cannot be masked without breaking the request. */
  check(text: string, path: string): void
  /** For what has no text that could be read. */
  refuse(path: string): void
  readonly findings: readonly Finding[]
  isMasked(): boolean
  /** The first reason to refuse. */
  refusal(): Refusal | null
}

const createInspector = (policy: CompiledPolicy): Inspector => {
  const findings: Finding[] = []
  let isMasked = false
  let refusal: Refusal | null = null
  let characters = 0
  const inspect = (text: string, path: string): string => {
    characters += text.length
    if (characters > MAX_CHARACTERS) refusal ??= tooMuchText()
    if (text === '' || refusal?.code === 'request_too_large') return text
    const inspection = inspectText(policy, 'input', text)
    addFindings(findings, inspection.findings)
    if (inspection.verdict === 'block') refusal ??= refuse('content_blocked', { param: path })
    return inspection.text
  }
  return {
    findings,
    isMasked: () => isMasked,
    refusal: () => refusal,
    read: (text, path) => {
      const read = inspect(text, path)
      if (read !== text) isMasked = true
      return read
    },
    check: (text, path) => {
      if (inspect(text, path) !== text)
        refusal ??= refuse('content_blocked', { param: path, message: `A safeguard found something in ${path} that cannot be masked there.` })
    },
    refuse: (path) => {
      refusal ??= invalid(path, `The input safeguards of this endpoint cannot read ${path}.`)
    },
  }
}

const tooMuchText = (): Refusal =>
  refuse('request_too_large', { message: `An endpoint with input safeguards reads at most ${MAX_CHARACTERS} characters of text in one request.` })

/** Read as texts, or not sent as they are. */
const ELSEWHERE: ReadonlySet<string> = new Set(['messages', 'input', 'model'])

const checkFields = (json: JsonObject, inspector: Inspector): void => {
  for (const [name, value] of Object.entries(json)) if (!ELSEWHERE.has(name)) checkDeep(value, name, inspector)
}

/** Keys are texts as well. The body is at most 128 deep. */
const checkDeep = (value: unknown, path: string, inspector: Inspector): void => {
  if (typeof value === 'string') inspector.check(value, path)
  else if (Array.isArray(value)) for (const item of value) checkDeep(item, path, inspector)
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      inspector.check(key, path)
      checkDeep(item, path, inspector)
    }
  }
}

const inputOf = (input: unknown, inspector: Inspector): unknown => {
  if (typeof input === 'string') return inspector.read(input, 'input')
  return (input as readonly unknown[]).map((item, i) => (typeof item === 'string' ? inspector.read(item, `input[${i}]`) : item))
}

/** Names of things, not texts: changing one would break the conversation. */
const NAMES: ReadonlySet<string> = new Set(['role', 'tool_call_id'])

const messageOf = (message: JsonObject, path: string, inspector: Inspector): JsonObject => {
  const out: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(message)) {
    const at = `${path}.${field}`
    if (typeof value === 'string') {
      out[field] = NAMES.has(field) ? value : inspector.read(value, at)
      if (NAMES.has(field)) inspector.check(value, at)
    } else if (typeof value !== 'object' || value === null) out[field] = value
    else if (field === 'content' && Array.isArray(value)) out[field] = value.map((part: unknown, i) => partOf(part, `${at}[${i}]`, inspector))
    else if (field === 'tool_calls' && Array.isArray(value)) out[field] = value.map((call: unknown, i) => toolCallOf(call, `${at}[${i}]`, inspector))
    else if (field === 'function_call' && isObject(value)) out[field] = calledOf(value, at, inspector)
    else inspector.refuse(at)
  }
  return out
}

/** Pictures and sounds are not inspected (docs/gateway.md); their own fields hold no text for the model. */
const MEDIA: ReadonlySet<unknown> = new Set(['image_url', 'input_audio'])

const partOf = (part: unknown, path: string, inspector: Inspector): unknown => {
  if (!isObject(part)) return inspector.refuse(path)
  const { type } = part
  const out: Record<string, unknown> = { type }
  if (typeof type !== 'string') return inspector.refuse(`${path}.type`)
  for (const [field, value] of Object.entries(part)) {
    if (field === 'type') continue
    if ((field === 'text' || field === 'refusal') && field === type && typeof value === 'string')
      out[field] = inspector.read(value, `${path}.${field}`)
    else if (MEDIA.has(type) && field === type && isObject(value)) out[field] = value
    else inspector.refuse(`${path}.${field}`)
  }
  return out
}

const toolCallOf = (call: unknown, path: string, inspector: Inspector): unknown => {
  if (!isObject(call) || !isObject(call.function)) return inspector.refuse(path)
  const { function: called, ...rest } = call
  checkDeep(rest, path, inspector)
  return { ...rest, function: calledOf(called as JsonObject, `${path}.function`, inspector) }
}

const calledOf = (called: JsonObject, path: string, inspector: Inspector): JsonObject => {
  const { arguments: given, ...rest } = called
  checkDeep(rest, path, inspector)
  if (given === undefined) return rest
  if (typeof given !== 'string') {
    inspector.refuse(`${path}.arguments`)
    return rest
  }
  return { ...rest, arguments: inspector.read(plainJson(given), `${path}.arguments`) }
}

/** `jane\u0040example.org` is an address to whoever parses the arguments: escapes are undone before they are read. */
export const plainJson = (text: string): string => {
  if (!text.includes('\\u')) return text
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}
