/**
 * A stream whose text passes the release's output safeguards, one filter for each text of each choice. A filter lets go what no later
 * text can turn into a match, so the client sees the answer a little later, and never a piece of a match.
 * A chunk is written anew from the fields known here: an unknown one could carry text past the filters.
 *
 * Events are taken strictly one after the other. Where the second stage has to look at a passage, what stands before it goes out, and all
 * that follows waits (the provider too); so the client gets the same, whatever takes how long.
 */
import type { Finding, Release, StreamFilter } from '#safeguards/hot'
import { type Coverage, coveredBy } from '../coverage.ts'
import { addFindings } from '../findings.ts'
import type { OutputFilters } from '../output-filters.ts'
import { isObject, type JsonObject } from '../request.ts'
import { createEventCutter, dataOf, eventsIn } from './events.ts'
import { isErrorEvent, MAX_EVENT_BYTES, parseEvent, type Relay, type RelayState, type Usage, usageOf } from './relay.ts'

/** Texts of a message or delta that reach a reader. */
export const TEXT_FIELDS = ['content', 'refusal', 'reasoning_content', 'reasoning'] as const

const DONE = 'data: [DONE]\n\n'
/** More texts than any answer has; each holds a filter. */
const MAX_TEXTS = 512

interface Called {
  name?: string
  arguments?: string
}
interface ToolCall {
  readonly index: number
  id?: string
  type?: string
  readonly function: Called
}
interface Delta {
  role?: string
  function_call?: Called
  tool_calls?: ToolCall[]
  [text: string]: unknown
}

/** A field with text, or the arguments of a call: a number for one of `tool_calls`. */
type Place = string | number

interface Choice {
  readonly index: number
  readonly texts: Map<Place, StreamFilter>
  /** What goes out with the next chunk. */
  delta: Delta | null
  /** Its end has been written. */
  isOver: boolean
  /** A rule has stopped it; its end has still to be written. */
  isBlocked: boolean
}

/** Suspends where the second stage has to be waited for. */
type Steps = Generator<Promise<Release>, void, Release>

export interface FilteredRelayOptions {
  readonly filters: OutputFilters
  readonly coverage: Coverage
  readonly wantsUsage: boolean
  readonly expectedChoices: number
  /** What goes out when the second stage has answered, or when an async rule ends the answer. `bug`: an exception where none is expected. */
  readonly onLate: (out: Buffer | null, bug?: unknown) => void
}

export const createFilteredRelay = ({ filters, coverage, wantsUsage, expectedChoices, onLate }: FilteredRelayOptions): Relay => {
  const cutter = createEventCutter()
  const choices = new Map<number, Choice>()
  const findings: Finding[] = []
  let events: Buffer[] = []
  let steps: Steps | null = null
  let isRunning = false
  let isWaiting = false
  let out = ''
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
      choice = { index, texts: new Map(), delta: null, isOver: false, isBlocked: false }
      choices.set(index, choice)
    }
    return choice
  }

  const filterOf = (choice: Choice, place: Place, tool: string): StreamFilter => {
    let filter = choice.texts.get(place)
    if (filter === undefined) {
      texts += 1
      if (texts > MAX_TEXTS) throw new TypeError('more texts in one stream than an answer can have')
      const onBeside = (found: { readonly findings: readonly Finding[]; readonly blocked: boolean }): void => hear(choice, found)
      const isText = typeof place === 'string' && place !== FUNCTION_CALL
      filter = isText ? filters.message(onBeside) : filters.toolArguments(tool, onBeside)
      choice.texts.set(place, filter)
    }
    return filter
  }

  const note = (choice: Choice, found: readonly Finding[], blocked: boolean): void => {
    addFindings(findings, found)
    if (!blocked || choice.isOver) return
    choice.isBlocked = true
    hasBlocked = true
  }

  /** An async rule has found something, at once or late. */
  const hear = (choice: Choice, found: { readonly findings: readonly Finding[]; readonly blocked: boolean }): void => {
    note(choice, found.findings, found.blocked)
    if (state !== 'open' || isRunning || !choice.isBlocked || choice.isOver) return
    finish(choice, 'content_filter')
    endIfOver()
    onLate(take())
  }

  const put = (choice: Choice, place: Place, text: string): void => {
    choice.delta ??= {}
    const { delta } = choice
    if (typeof place === 'number') {
      const call = callAt(delta, place)
      call.function.arguments = (call.function.arguments ?? '') + text
    } else if (place === FUNCTION_CALL) {
      delta.function_call ??= {}
      delta.function_call.arguments = (delta.function_call.arguments ?? '') + text
    } else delta[place] = ((delta[place] as string | undefined) ?? '') + text
  }

  /** Lets go what a filter lets go, now and when the second stage has looked. */
  const give = function* (choice: Choice, place: Place, first: Release): Steps {
    for (let release = first; ; release = yield release.rest) {
      if (!choice.isBlocked && release.emit !== '') put(choice, place, release.emit)
      note(choice, release.findings, release.blocked)
      if (release.rest === undefined || choice.isBlocked) return
    }
  }

  const pass = function* (choice: Choice, place: Place, text: string, tool: string): Steps {
    if (text === '' || choice.isBlocked) return
    const isCall = typeof place === 'number' || place === FUNCTION_CALL
    coverage.count(isCall ? 'tool_arguments' : coveredBy(place), text.length, isCall ? filters.readsArguments : filters.readsMessages)
    yield* give(choice, place, filterOf(choice, place, tool).push(text))
  }

  const deltaOf = function* (choice: Choice, delta: JsonObject): Steps {
    if (typeof delta.role === 'string') {
      choice.delta = { role: delta.role }
      if (delta.content === '' || delta.content === null) choice.delta.content = delta.content
    }
    for (const field of TEXT_FIELDS) {
      const text = delta[field]
      if (typeof text === 'string') yield* pass(choice, field, text, '')
    }
    if (isObject(delta.function_call)) {
      const { name, arguments: given } = delta.function_call
      choice.delta ??= {}
      if (typeof name === 'string') choice.delta.function_call = { name }
      if (typeof given === 'string') yield* pass(choice, FUNCTION_CALL, given, typeof name === 'string' ? name : '')
    }
    if (Array.isArray(delta.tool_calls)) for (const call of delta.tool_calls.filter(isObject)) yield* toolCallOf(choice, call)
  }

  const toolCallOf = function* (choice: Choice, raw: JsonObject): Steps {
    const index = typeof raw.index === 'number' ? raw.index : 0
    const called = isObject(raw.function) ? raw.function : {}
    const name = typeof called.name === 'string' ? called.name : null
    if (typeof raw.id === 'string' || typeof raw.type === 'string' || name !== null) {
      choice.delta ??= {}
      const call = callAt(choice.delta, index)
      if (typeof raw.id === 'string') call.id = raw.id
      if (typeof raw.type === 'string') call.type = raw.type
      if (name !== null) {
        call.function.name = name
        if (typeof called.arguments === 'string') call.function.arguments ??= ''
      }
    }
    if (typeof called.arguments === 'string') yield* pass(choice, index, called.arguments, name ?? '')
  }

  /** The held end of each text, decided now. */
  const tailOf = function* (choice: Choice): Steps {
    for (const [place, filter] of choice.texts) {
      if (choice.isBlocked) return
      yield* give(choice, place, filter.end())
    }
  }

  const flush = (choice: Choice): void => {
    const { delta } = choice
    choice.delta = null
    if (delta !== null && Object.keys(delta).length > 0) out += write(choice, delta, null)
  }

  const write = (choice: Choice, delta: Delta, finish: string | null): string =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: choice.index, delta, logprobs: null, finish_reason: finish }], ...(wantsUsage ? { usage: null } : {}) })}\n\n`

  const finish = (choice: Choice, reason: string): void => {
    flush(choice)
    choice.isOver = true
    finishReason = reason
    out += write(choice, {}, reason)
  }

  const choiceEvents = function* (raw: JsonObject): Steps {
    const choice = choiceAt(typeof raw.index === 'number' ? raw.index : 0)
    if (choice.isOver) return
    yield* deltaOf(choice, isObject(raw.delta) ? raw.delta : {})
    flush(choice)
    const reason = raw.finish_reason
    if (typeof reason === 'string' && !choice.isBlocked) {
      yield* tailOf(choice)
      flush(choice)
      if (!choice.isBlocked) finish(choice, reason)
    }
    if (choice.isBlocked && !choice.isOver) finish(choice, 'content_filter')
  }

  const eventSteps = function* (event: Buffer): Steps {
    const data = dataOf(event)
    if (data === null) return
    if (data.trim() === '[DONE]') {
      yield* tails()
      state = 'done'
      out += DONE
      return
    }
    const json = parseEvent(data)
    if (json === null || isErrorEvent(json)) {
      state = 'failed'
      return
    }
    usage = usageOf(json) ?? usage
    head = headOf(json)
    const raw = Array.isArray(json.choices) ? json.choices.filter(isObject) : []
    if (raw.length === 0) {
      if (wantsUsage && isObject(json.usage)) out += `data: ${JSON.stringify({ ...head, choices: [], usage: json.usage })}\n\n`
      return
    }
    chunks += raw.length
    for (const choice of raw) yield* choiceEvents(choice)
    endIfOver()
  }

  /** For a provider that ends without a finish reason. */
  const tails = function* (): Steps {
    for (const choice of choices.values()) {
      if (choice.isOver) continue
      yield* tailOf(choice)
      flush(choice)
      if (choice.isBlocked) finish(choice, 'content_filter')
    }
  }

  const endIfOver = (): void => {
    if (!hasBlocked || choices.size < expectedChoices) return
    for (const { isOver } of choices.values()) if (!isOver) return
    state = 'blocked'
    out += DONE
  }

  /** Works events off until there are none, or until the second stage has to be waited for. */
  const run = (answer?: Release): void => {
    isRunning = true
    try {
      let resumed = answer
      while (state === 'open') {
        if (steps === null) {
          const event = events.shift()
          if (event === undefined) break
          steps = eventSteps(event)
        }
        const step = resumed === undefined ? steps.next() : steps.next(resumed)
        resumed = undefined
        if (step.done === true) steps = null
        else {
          for (const choice of choices.values()) flush(choice)
          isWaiting = true
          step.value.then(resume).catch(fail)
          break
        }
      }
    } finally {
      isRunning = false
    }
  }

  const resume = (release: Release): void => {
    isWaiting = false
    run(release)
    onLate(take())
  }

  /** Nothing more may go out. */
  const fail = (bug: unknown): void => {
    state = 'failed'
    onLate(null, bug)
  }

  const take = (): Buffer | null => {
    const taken = out
    out = ''
    return taken === '' ? null : Buffer.from(taken)
  }

  return {
    findings,
    get chunks() {
      return chunks
    },
    get state() {
      return state
    },
    get isWaiting() {
      return isWaiting
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
      const cut = eventsIn(whole)
      events = events.length === 0 ? cut : [...events, ...cut]
      if (isWaiting) return null
      run()
      return take()
    },
  }
}

const FUNCTION_CALL = 'function_call'

const callAt = (delta: Delta, index: number): ToolCall => {
  delta.tool_calls ??= []
  let call = delta.tool_calls.find((known) => known.index === index)
  if (call === undefined) {
    call = { index, function: {} }
    delta.tool_calls.push(call)
  }
  return call
}

const HEAD = ['id', 'object', 'created', 'model', 'system_fingerprint', 'service_tier'] as const

/** What may stand around the choices. */
export const headOf = (json: JsonObject): JsonObject => {
  const head: Record<string, unknown> = {}
  for (const name of HEAD) if (json[name] !== undefined) head[name] = json[name]
  return head
}
