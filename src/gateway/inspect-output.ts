import type { Finding, Release } from '#safeguards/hot'
import { type Coverage, coveredBy } from './coverage.ts'
import { addFindings } from './findings.ts'
import type { OutputFilters } from './output-filters.ts'
import { isObject, type JsonObject } from './request.ts'
import { drive, type Steps, waited } from './steps.ts'
import { headOf, TEXT_FIELDS } from './stream/filtered-relay.ts'
import { parseEvent, type Usage, usageOf } from './stream/relay.ts'

export interface InspectedOutput {
  readonly body: Buffer
  readonly findings: readonly Finding[]
  readonly usage: Usage | null
  readonly finishReason: string | null
  readonly safeguard: 'masked' | 'flagged' | 'blocked' | null
}

/**
 * The plain answer behind output safeguards. As in a stream, messages are written anew from the fields known here, since an unknown one
 * could carry text past the safeguards; a choice that is blocked keeps what stood before the match and ends as `content_filter`.
 * Null when the provider did not answer with a JSON object; a promise only where the second stage has to look. What `async` rules find
 * later, when the answer is out, is heard by `hear`.
 */
export const inspectCompletion = (
  filters: OutputFilters,
  coverage: Coverage,
  body: Buffer,
  hear: (findings: readonly Finding[]) => void = () => {},
): InspectedOutput | null | Promise<InspectedOutput | null> => {
  const json = parseEvent(body.toString())
  return json === null ? null : drive(inspectAll(filters, coverage, json, hear))
}

const inspectAll = function* (filters: OutputFilters, coverage: Coverage, json: JsonObject, hear: Hear): Steps<InspectedOutput> {
  const findings: Finding[] = []
  const choices: JsonObject[] = []
  let isBlocked = false
  for (const raw of Array.isArray(json.choices) ? json.choices.filter(isObject) : []) {
    const inspected = yield* choiceOf(createReader(filters, coverage, findings, hear), raw)
    isBlocked ||= inspected.isBlocked
    choices.push(inspected.choice)
  }
  const finish = choices[0]?.finish_reason
  return {
    body: Buffer.from(JSON.stringify({ ...headOf(json), choices, ...(isObject(json.usage) ? { usage: json.usage } : {}) })),
    findings,
    usage: usageOf(json),
    finishReason: typeof finish === 'string' ? finish : null,
    safeguard: isBlocked ? 'blocked' : safeguardOf(findings),
  }
}

const CHANGES: ReadonlySet<Finding['action']> = new Set(['mask', 'hash', 'tokenise'])

const safeguardOf = (findings: readonly Finding[]): InspectedOutput['safeguard'] => {
  if (findings.some(({ action, enforced }) => enforced && CHANGES.has(action))) return 'masked'
  return findings.some(({ action }) => action === 'flag') ? 'flagged' : null
}

const choiceOf = function* (reader: Reader, choice: JsonObject): Steps<{ readonly choice: JsonObject; readonly isBlocked: boolean }> {
  const message = yield* messageOf(isObject(choice.message) ? choice.message : {}, reader)
  const isBlocked = reader.isBlocked()
  // A call whose arguments were cut must not be carried out.
  if (isBlocked) {
    delete message.tool_calls
    delete message.function_call
  }
  return {
    choice: { index: choice.index, message, logprobs: null, finish_reason: isBlocked ? 'content_filter' : choice.finish_reason },
    isBlocked,
  }
}

type Hear = (findings: readonly Finding[]) => void

interface Reader {
  message(text: string, field: string): Steps<string>
  toolArguments(text: string, tool: string): Steps<string>
  isBlocked(): boolean
}

const createReader = (filters: OutputFilters, coverage: Coverage, findings: Finding[], hear: Hear): Reader => {
  let isBlocked = false
  const take = function* (first: Release): Steps<string> {
    let text = ''
    for (
      let release: Release | undefined = first;
      release !== undefined;
      release = release.rest === undefined ? undefined : yield* waited(release.rest)
    ) {
      text += release.emit
      addFindings(findings, release.findings)
      if (release.blocked) isBlocked = true
    }
    return text
  }
  const onBeside = ({ findings: found }: { readonly findings: readonly Finding[] }): void => hear(found)
  return {
    message: (text, field) => {
      coverage.count(coveredBy(field), text.length, filters.readsMessages)
      return take(filters.wholeMessage(text, onBeside))
    },
    toolArguments: (text, tool) => {
      coverage.count('tool_arguments', text.length, filters.readsArguments)
      return take(filters.wholeArguments(text, tool, onBeside))
    },
    isBlocked: () => isBlocked,
  }
}

const messageOf = function* (message: JsonObject, reader: Reader): Steps<Record<string, unknown>> {
  const out: Record<string, unknown> = { role: message.role ?? 'assistant', content: null }
  for (const field of TEXT_FIELDS) {
    const value = message[field]
    if (typeof value === 'string') out[field] = yield* reader.message(value, field)
    else if (value === null) out[field] = null
  }
  if (Array.isArray(message.tool_calls)) {
    const calls: JsonObject[] = []
    for (const { id, type, function: called } of message.tool_calls.filter(isObject))
      calls.push({ id, type, function: isObject(called) ? yield* callOf(called, reader) : {} })
    out.tool_calls = calls
  }
  if (isObject(message.function_call)) out.function_call = yield* callOf(message.function_call, reader)
  return out
}

const callOf = function* ({ name, arguments: given }: JsonObject, reader: Reader): Steps<JsonObject> {
  // Some providers send an object where the dialect has its JSON.
  const text = typeof given === 'string' ? given : JSON.stringify(given ?? {})
  return { name, arguments: yield* reader.toolArguments(text, typeof name === 'string' ? name : '') }
}
