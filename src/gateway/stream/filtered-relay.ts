/**
 * A stream whose text passes the release's output safeguards, one filter for each text of each choice. A filter lets go what no later
 * text can turn into a match, so the client sees the answer a little later, and never a piece of a match.
 * A chunk is written anew from the fields known here: an unknown one could carry text past the filters.
 */
import { type CompiledPolicy, createStreamFilter, type Finding, type StreamFilter } from '#safeguards/hot'
import { addFindings } from '../findings.ts'
import { isObject, type JsonObject } from '../request.ts'
import { createEventCutter, dataOf, eventsIn } from './events.ts'
import { isErrorEvent, MAX_EVENT_BYTES, parseEvent, type Relay, type RelayState, type Usage, usageOf } from './relay.ts'

/** Texts of a message or delta that reach a reader. */
export const TEXT_FIELDS = ['content', 'refusal', 'reasoning_content', 'reasoning'] as const

const DONE = 'data: [DONE]\n\n'
/** More texts than any answer has; each holds a filter. */
const MAX_TEXTS = 512

type Delta = Record<string, unknown>

interface ToolName {
  readonly index: number
}

interface Choice {
  readonly index: number
  readonly texts: Map<string, { readonly filter: StreamFilter; readonly place: string | ToolName }>
  isOver: boolean
}

export const createFilteredRelay = (policy: CompiledPolicy, wantsUsage: boolean, expectedChoices: number): Relay => {
  const cutter = createEventCutter()
  const choices = new Map<number, Choice>()
  const findings: Finding[] = []
  let state: RelayState = 'open'
  let usage: Usage | null = null
  let finishReason: string | null = null
  let hasBlocked = false
  let texts = 0
  let chunks = 0
  let head: JsonObject = {}

  const choiceAt = (index: number): Choice => {
    let choice = choices.get(index)
    if (choice === undefined) {
      choice = { index, texts: new Map(), isOver: false }
      choices.set(index, choice)
    }
    return choice
  }

  const filterOf = (choice: Choice, place: string | ToolName): StreamFilter => {
    const key = typeof place === 'string' ? place : `tool ${place.index}`
    let text = choice.texts.get(key)
    if (text === undefined) {
      texts += 1
      if (texts > MAX_TEXTS) throw new TypeError('more texts in one stream than an answer can have')
      text = { filter: createStreamFilter(policy, 'output'), place }
      choice.texts.set(key, text)
    }
    return text.filter
  }

  /** What of a text may go on; sets `isOver` when it is blocked. */
  const pass = (choice: Choice, place: string | ToolName, text: string): string => {
    if (text === '' || choice.isOver) return ''
    const { emit, findings: found, blocked } = filterOf(choice, place).push(text)
    note(choice, found, blocked)
    return emit
  }

  const note = (choice: Choice, found: readonly Finding[], blocked: boolean): void => {
    addFindings(findings, found)
    if (!blocked) return
    choice.isOver = true
    hasBlocked = true
  }

  const deltaOf = (choice: Choice, delta: JsonObject): Delta => {
    const out: Delta = {}
    if (typeof delta.role === 'string') {
      out.role = delta.role
      if (delta.content === '' || delta.content === null) out.content = delta.content
    }
    for (const field of TEXT_FIELDS) {
      const text = delta[field]
      if (typeof text !== 'string') continue
      const emit = pass(choice, field, text)
      if (emit !== '') out[field] = emit
    }
    if (isObject(delta.function_call)) out.function_call = callOf(delta.function_call, (text) => pass(choice, 'function_call', text))
    if (Array.isArray(delta.tool_calls)) {
      const calls = delta.tool_calls.filter(isObject).map((call) => toolCallOf(choice, call))
      const visible = calls.filter(({ id, function: called }) => id !== undefined || Object.keys(called).length > 0)
      if (visible.length > 0) out.tool_calls = visible
    }
    return out
  }

  const toolCallOf = (choice: Choice, call: JsonObject): { index: number; id?: string; type?: string; function: Delta } => {
    const index = typeof call.index === 'number' ? call.index : 0
    return {
      index,
      ...(typeof call.id === 'string' ? { id: call.id } : {}),
      ...(typeof call.type === 'string' ? { type: call.type } : {}),
      function: isObject(call.function) ? callOf(call.function, (text) => pass(choice, { index }, text)) : {},
    }
  }

  /** The held end of each text, decided now. */
  const tailOf = (choice: Choice): Delta => {
    const out: Delta = {}
    const calls: Delta[] = []
    for (const { filter, place } of choice.texts.values()) {
      if (choice.isOver) break
      const { emit, findings: found, blocked } = filter.end()
      note(choice, found, blocked)
      if (emit === '') continue
      if (typeof place !== 'string') calls.push({ index: place.index, function: { arguments: emit } })
      else out[place] = place === 'function_call' ? { arguments: emit } : emit
    }
    if (calls.length > 0) out.tool_calls = calls
    return out
  }

  const write = (choice: Choice, delta: Delta, finish: string | null): string =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: choice.index, delta, logprobs: null, finish_reason: finish }], ...(wantsUsage ? { usage: null } : {}) })}\n\n`

  const finished = (choice: Choice, reason: string): string => {
    choice.isOver = true
    finishReason = reason
    return write(choice, {}, reason)
  }

  const choiceEvents = (raw: JsonObject): string => {
    const choice = choiceAt(typeof raw.index === 'number' ? raw.index : 0)
    if (choice.isOver) return ''
    let out = ''
    const delta = deltaOf(choice, isObject(raw.delta) ? raw.delta : {})
    if (Object.keys(delta).length > 0) out += write(choice, delta, null)
    const reason = raw.finish_reason
    if (typeof reason === 'string' && !choice.isOver) {
      const tail = tailOf(choice)
      if (Object.keys(tail).length > 0) out += write(choice, tail, null)
      if (!choice.isOver) return out + finished(choice, reason)
    }
    return choice.isOver ? out + finished(choice, 'content_filter') : out
  }

  const eventText = (event: Buffer): string => {
    const data = dataOf(event)
    if (data === null) return ''
    if (data.trim() === '[DONE]') {
      state = 'done'
      return tails() + DONE
    }
    const json = parseEvent(data)
    if (json === null || isErrorEvent(json)) {
      state = 'failed'
      return ''
    }
    usage = usageOf(json) ?? usage
    head = headOf(json)
    const raw = Array.isArray(json.choices) ? json.choices.filter(isObject) : []
    if (raw.length === 0) return wantsUsage && isObject(json.usage) ? `data: ${JSON.stringify({ ...head, choices: [], usage: json.usage })}\n\n` : ''
    chunks += raw.length
    const out = raw.map(choiceEvents).join('')
    if (hasBlocked && isEveryChoiceOver()) {
      state = 'blocked'
      return out + DONE
    }
    return out
  }

  /** For a provider that ends without a finish reason. */
  const tails = (): string => {
    let out = ''
    for (const choice of choices.values()) {
      if (choice.isOver) continue
      const tail = tailOf(choice)
      if (Object.keys(tail).length > 0) out += write(choice, tail, null)
      if (choice.isOver) out += finished(choice, 'content_filter')
    }
    return out
  }

  const isEveryChoiceOver = (): boolean => choices.size >= expectedChoices && [...choices.values()].every(({ isOver }) => isOver)

  return {
    findings,
    get chunks() {
      return chunks
    },
    get state() {
      return state
    },
    get usage() {
      return usage
    },
    get finishReason() {
      return finishReason
    },
    push: (chunk) => {
      if (state !== 'open') return null
      const whole = cutter.push(chunk)
      if (whole === null) {
        if (cutter.heldBytes > MAX_EVENT_BYTES) state = 'failed'
        return null
      }
      let out = ''
      for (const event of eventsIn(whole)) {
        out += eventText(event)
        if (state !== 'open') break
      }
      return out === '' ? null : Buffer.from(out)
    },
  }
}

const callOf = (call: JsonObject, pass: (text: string) => string): Delta => {
  const out: Delta = {}
  if (typeof call.name === 'string') out.name = call.name
  if (typeof call.arguments === 'string') {
    const emit = pass(call.arguments)
    if (emit !== '' || out.name !== undefined) out.arguments = emit
  }
  return out
}

const HEAD = ['id', 'object', 'created', 'model', 'system_fingerprint', 'service_tier'] as const

/** What may stand around the choices. */
export const headOf = (json: JsonObject): JsonObject => {
  const head: Record<string, unknown> = {}
  for (const name of HEAD) if (json[name] !== undefined) head[name] = json[name]
  return head
}
