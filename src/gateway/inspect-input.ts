import {
  type CompiledPolicy,
  type Finding,
  followed,
  type Inspected,
  inspectPatiently,
  type Part,
  type Release,
  type StreamFilter,
  type Tools,
} from '#safeguards/hot'
import { createArgumentsFilter } from './arguments.ts'
import { type Coverage, type Covered, coveredBy, createCoverage, hasRules } from './coverage.ts'
import { addFindings } from './findings.ts'
import type { Plan } from './plan.ts'
import { invalid, type Refusal, refuse } from './refusal.ts'
import { type InferenceRequest, isObject, type JsonObject, jsonOf } from './request.ts'
import { drive, type Steps, waited } from './steps.ts'

export interface InspectedInput {
  /** The `messages` or `input` to send, or null to send the client's own bytes. */
  readonly content: Buffer | null
  /** The same as a value, for the record. */
  readonly value: () => unknown
  readonly findings: readonly Finding[]
  readonly isMasked: boolean
  readonly refusal: Refusal | null
  /** What has been read; null where the policy says nothing about the input. */
  readonly coverage: Coverage['side'] | null
  /** What `async` rules are still to find. */
  readonly later: readonly Promise<readonly Finding[]>[]
}

const NOTHING: readonly Finding[] = Object.freeze([])
const NOTHING_LATER: InspectedInput['later'] = Object.freeze([])
/** Ordinary text costs 0.3 s of CPU in all, hostile text up to 3 s (hostile-text.test.ts), in turns. */
const MAX_CHARACTERS = 1_000_000
/** Each has a price of its own, some ten microseconds, however short it is. */
const MAX_TEXTS = 20_000
/** After so much work on one request, others have their turn. */
const TURN_MS = 25

/**
 * Puts every text of the caller before the input safeguards, in all roles, since a caller writes the whole history. Contents and tool
 * arguments are masked; names, ids and everything beside the messages is only checked, and refused where it holds what would have to be
 * masked. What has a shape that is not known here is refused: a text in it would pass unseen. Whatever is read is also written anew, so
 * that the provider reads the same. A promise only where the second stage has to look.
 */
export const inspectInput = (
  plan: Plan,
  request: InferenceRequest,
  policy: CompiledPolicy | null,
  tools: Tools = {},
): InspectedInput | Promise<InspectedInput> => {
  if (policy === null || (policy.input === null && policy.uninspected === 'pass')) return uninspected(plan, request)
  return drive(inspectAll(policy, plan, request, tools))
}

const uninspected = ({ systemMessage }: Plan, request: InferenceRequest): InspectedInput => {
  const own = (): unknown => (request.operation === 'chat' ? jsonOf(request).messages : jsonOf(request).input)
  const value = request.operation === 'chat' && systemMessage !== null ? [systemMessage, ...(own() as readonly unknown[])] : null
  const content = value === null ? null : Buffer.from(JSON.stringify(value))
  return {
    content,
    value: value === null ? own : () => value,
    findings: NOTHING,
    isMasked: false,
    refusal: null,
    coverage: null,
    later: NOTHING_LATER,
  }
}

const inspectAll = function* (policy: CompiledPolicy, plan: Plan, request: InferenceRequest, tools: Tools): Steps<InspectedInput> {
  const inspector = createInspector(policy, tools)
  const json = jsonOf(request)
  const { messages, input } = json
  const isChat = request.operation === 'chat'
  yield* checkFields(json, inspector)
  const own = isChat ? yield* messagesOf(messages as readonly JsonObject[], inspector) : yield* inputOf(input, inspector)
  const value = isChat && plan.systemMessage !== null ? [plan.systemMessage, ...(own as readonly unknown[])] : own
  return {
    content: Buffer.from(JSON.stringify(value)),
    value: () => value,
    findings: inspector.findings,
    isMasked: inspector.isMasked(),
    refusal: inspector.refusal(),
    coverage: hasRules(policy, 'input') ? inspector.coverage.side : null,
    later: inspector.later,
  }
}

interface Inspector {
  /** The text as it may go on. */
  read(text: string, place: Place): Steps<string>
  /** The arguments of a tool call: each text in them by itself. */
  readArguments(text: string, tool: string, place: Place): Steps<string>
  /** For what cannot be masked without breaking the request. */
  check(text: string, path: string): Steps<void>
  /** For what holds no text, but pictures or sound. */
  leave(path: string): void
  /** For what has no text that could be read. */
  refuse(path: string): void
  readonly findings: readonly Finding[]
  readonly coverage: Coverage
  readonly later: Promise<readonly Finding[]>[]
  isMasked(): boolean
  /** The first reason to refuse. */
  refusal(): Refusal | null
}

interface Place {
  readonly path: string
  /** A tool's answer is a document, and has no orders to give. */
  readonly origin: 'user' | 'document'
  readonly covered: Covered
}

const createInspector = (policy: CompiledPolicy, tools: Tools): Inspector => {
  const findings: Finding[] = []
  const coverage = createCoverage()
  const later: Promise<readonly Finding[]>[] = []
  const isRead = policy.input !== null
  const hasCallRules = (policy.input?.calls.length ?? 0) > 0
  let isMasked = false
  let refusal: Refusal | null = null
  let characters = 0
  let texts = 0
  let turnMs = performance.now()

  const turn = function* (): Steps<void> {
    if (performance.now() - turnMs < TURN_MS) return
    yield* waited(new Promise<void>((resolve) => setImmediate(resolve)))
    turnMs = performance.now()
  }

  const take = (inspected: Inspected, path: string): string => {
    addFindings(findings, inspected.findings)
    if (inspected.later !== null) later.push(inspected.later)
    if (inspected.verdict === 'block') refusal ??= refuse('content_blocked', { param: path })
    return inspected.text
  }

  /** Whether there is still room for this text. */
  const isWithin = (text: string): boolean => {
    characters += text.length
    texts += 1
    if (characters > MAX_CHARACTERS || texts > MAX_TEXTS) refusal ??= tooMuchText()
    return text !== '' && refusal?.code !== 'request_too_large'
  }

  const look = function* (text: string, { path, origin, covered }: Place): Steps<string> {
    coverage.count(covered, text.length, isRead)
    if (!isWithin(text)) return text
    yield* turn()
    return take(yield* waited(inspectPatiently(policy, 'input', text, origin, tools)), path)
  }

  const partOf = (text: string, part: Part, { path, origin }: Place): Release => {
    const inspected = isWithin(text) ? inspectPatiently(policy, 'input', text, origin, { ...tools, part }) : null
    if (inspected === null) return { emit: text, findings: NOTHING, blocked: false }
    const release = (done: Inspected): Release => ({ emit: take(done, path), findings: NOTHING, blocked: false })
    return inspected instanceof Promise ? { emit: '', findings: NOTHING, blocked: false, rest: inspected.then(release) } : release(inspected)
  }

  const lookAtArguments = function* (text: string, tool: string, place: Place): Steps<string> {
    coverage.count(place.covered, text.length, isRead)
    const whole = hasCallRules ? yield* emitted(partOf(text, { tool }, place)) : text
    const filter = createArgumentsFilter(() => collecting((value) => partOf(value, 'value', place)))
    return yield* emitted(followed(filter.push(whole), filter.end))
  }

  const noted = (before: string, after: string): string => {
    if (after !== before) isMasked = true
    return after
  }

  return {
    findings,
    coverage,
    later,
    isMasked: () => isMasked,
    refusal: () => refusal,
    read: function* (text, place) {
      return noted(text, yield* look(text, place))
    },
    readArguments: function* (text, tool, place) {
      return noted(text, yield* lookAtArguments(text, tool, place))
    },
    check: function* (text, path) {
      if ((yield* look(text, { path, origin: 'user', covered: 'text' })) !== text)
        refusal ??= refuse('content_blocked', { param: path, message: `A safeguard found something in ${path} that cannot be masked there.` })
    },
    leave: (path) => {
      coverage.count('media', 1, false)
      if (policy.uninspected === 'pass') return
      findings.push({ ...UNINSPECTED, action: policy.uninspected, policy_digest: policy.digest })
      if (policy.uninspected === 'block')
        refusal ??= refuse('content_blocked', {
          param: path,
          message: `The safeguards of this endpoint cannot read ${path}, and let pass only what they have read.`,
        })
    },
    refuse: (path) => {
      refusal ??= invalid(path, `The input safeguards of this endpoint cannot read ${path}.`)
    },
  }
}

const UNINSPECTED: Omit<Finding, 'action' | 'policy_digest'> = {
  detector: 'coverage',
  kind: 'uninspected-media',
  span: { start: 0, end: 0 },
  enforced: true,
  confidence: 1,
  direction: 'input',
}

/** A value is looked at when all of it is there. */
const collecting = (look: (value: string) => Release): StreamFilter => {
  let value = ''
  return {
    push: (text) => {
      value += text
      return { emit: '', findings: NOTHING, blocked: false }
    },
    end: () => look(value),
  }
}

/** All of a release's text, and of what comes later. */
const emitted = function* (first: Release): Steps<string> {
  let text = first.emit
  for (let release = first; release.rest !== undefined; ) {
    release = yield* waited(release.rest)
    text += release.emit
  }
  return text
}

const tooMuchText = (): Refusal =>
  refuse('request_too_large', {
    message: `An endpoint with input safeguards reads at most ${MAX_CHARACTERS} characters in ${MAX_TEXTS} texts of one request.`,
  })

/** Read as texts, or not sent as they are. */
const ELSEWHERE: ReadonlySet<string> = new Set(['messages', 'input', 'model'])

const checkFields = function* (json: JsonObject, inspector: Inspector): Steps<void> {
  for (const [name, value] of Object.entries(json)) if (!ELSEWHERE.has(name)) yield* checkDeep(value, name, inspector)
}

/** Keys are texts as well. The body is at most 128 deep. */
const checkDeep = function* (value: unknown, path: string, inspector: Inspector): Steps<void> {
  if (typeof value === 'string') yield* inspector.check(value, path)
  else if (Array.isArray(value)) for (const item of value) yield* checkDeep(item, path, inspector)
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield* inspector.check(key, path)
      yield* checkDeep(item, path, inspector)
    }
  }
}

const inputOf = function* (input: unknown, inspector: Inspector): Steps<unknown> {
  const place = (path: string): Place => ({ path, origin: 'user', covered: 'text' })
  if (typeof input === 'string') return yield* inspector.read(input, place('input'))
  const read: unknown[] = []
  for (const [i, item] of (input as readonly unknown[]).entries())
    read.push(typeof item === 'string' ? yield* inspector.read(item, place(`input[${i}]`)) : item)
  return read
}

const messagesOf = function* (messages: readonly JsonObject[], inspector: Inspector): Steps<readonly JsonObject[]> {
  const read: JsonObject[] = []
  for (const [i, message] of messages.entries()) read.push(yield* messageOf(message, `messages[${i}]`, inspector))
  return read
}

/** Names of things, not texts: changing one would break the conversation. */
const NAMES: ReadonlySet<string> = new Set(['role', 'tool_call_id'])
/** Who writes what they looked up. */
const DOCUMENTS: ReadonlySet<unknown> = new Set(['tool', 'function'])

const messageOf = function* (message: JsonObject, path: string, inspector: Inspector): Steps<JsonObject> {
  const out: Record<string, unknown> = {}
  const origin = DOCUMENTS.has(message.role) ? 'document' : 'user'
  for (const [field, value] of Object.entries(message)) {
    const at = `${path}.${field}`
    if (typeof value === 'string') {
      if (NAMES.has(field)) {
        out[field] = value
        yield* inspector.check(value, at)
      } else out[field] = yield* inspector.read(value, { path: at, origin, covered: coveredBy(field) })
    } else if (typeof value !== 'object' || value === null) out[field] = value
    else if (field === 'content' && Array.isArray(value)) out[field] = yield* partsOf(value, at, origin, inspector)
    else if (field === 'tool_calls' && Array.isArray(value)) out[field] = yield* toolCallsOf(value, at, inspector)
    else if (field === 'function_call' && isObject(value)) out[field] = yield* calledOf(value, at, inspector)
    else inspector.refuse(at)
  }
  return out
}

/** Pictures and sounds are not inspected (docs/gateway.md); their own fields hold no text for the model. */
const MEDIA: ReadonlySet<unknown> = new Set(['image_url', 'input_audio'])

const partsOf = function* (parts: readonly unknown[], path: string, origin: Place['origin'], inspector: Inspector): Steps<readonly unknown[]> {
  const read: unknown[] = []
  for (const [i, part] of parts.entries()) read.push(yield* partOf(part, `${path}[${i}]`, origin, inspector))
  return read
}

const partOf = function* (part: unknown, path: string, origin: Place['origin'], inspector: Inspector): Steps<unknown> {
  if (!isObject(part)) return inspector.refuse(path)
  const { type } = part
  const out: Record<string, unknown> = { type }
  if (typeof type !== 'string') return inspector.refuse(`${path}.type`)
  for (const [field, value] of Object.entries(part)) {
    if (field === 'type') continue
    if ((field === 'text' || field === 'refusal') && field === type && typeof value === 'string')
      out[field] = yield* inspector.read(value, { path: `${path}.${field}`, origin, covered: 'text' })
    else if (MEDIA.has(type) && field === type && isObject(value)) {
      inspector.leave(`${path}.${field}`)
      out[field] = value
    } else inspector.refuse(`${path}.${field}`)
  }
  return out
}

const toolCallsOf = function* (calls: readonly unknown[], path: string, inspector: Inspector): Steps<readonly unknown[]> {
  const read: unknown[] = []
  for (const [i, call] of calls.entries()) read.push(yield* toolCallOf(call, `${path}[${i}]`, inspector))
  return read
}

const toolCallOf = function* (call: unknown, path: string, inspector: Inspector): Steps<unknown> {
  if (!isObject(call) || !isObject(call.function)) return inspector.refuse(path)
  const { function: called, ...rest } = call
  yield* checkDeep(rest, path, inspector)
  return { ...rest, function: yield* calledOf(called as JsonObject, `${path}.function`, inspector) }
}

const calledOf = function* (called: JsonObject, path: string, inspector: Inspector): Steps<JsonObject> {
  const { arguments: given, ...rest } = called
  yield* checkDeep(rest, path, inspector)
  if (given === undefined) return rest
  if (typeof given !== 'string') {
    inspector.refuse(`${path}.arguments`)
    return rest
  }
  const tool = typeof rest.name === 'string' ? rest.name : ''
  const place: Place = { path: `${path}.arguments`, origin: 'user', covered: 'tool_arguments' }
  return { ...rest, arguments: yield* inspector.readArguments(given, tool, place) }
}
