import { type CompiledPolicy, type Finding, inspectText } from '#safeguards/hot'
import { addFindings } from './findings.ts'
import { plainJson } from './inspect-input.ts'
import { isObject, type JsonObject } from './request.ts'
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
 * Null when the provider did not answer with a JSON object.
 */
export const inspectCompletion = (policy: CompiledPolicy, body: Buffer): InspectedOutput | null => {
  const json = parseEvent(body.toString())
  if (json === null) return null
  const findings: Finding[] = []
  let safeguard: InspectedOutput['safeguard'] = null
  const choices = (Array.isArray(json.choices) ? json.choices.filter(isObject) : []).map((choice) => {
    const inspected = choiceOf(policy, choice, findings)
    if (inspected.isBlocked) safeguard = 'blocked'
    return inspected.choice
  })
  if (safeguard === null && findings.some(({ action, enforced }) => enforced && action === 'mask')) safeguard = 'masked'
  if (safeguard === null && findings.some(({ action }) => action === 'flag')) safeguard = 'flagged'
  const finish = choices[0]?.finish_reason
  return {
    body: Buffer.from(JSON.stringify({ ...headOf(json), choices, ...(isObject(json.usage) ? { usage: json.usage } : {}) })),
    findings,
    usage: usageOf(json),
    finishReason: typeof finish === 'string' ? finish : null,
    safeguard,
  }
}

const choiceOf = (policy: CompiledPolicy, choice: JsonObject, findings: Finding[]): { readonly choice: JsonObject; readonly isBlocked: boolean } => {
  let isBlocked = false
  const read = (text: string): string => {
    const inspection = inspectText(policy, 'output', text)
    addFindings(findings, inspection.findings)
    if (inspection.verdict === 'block') isBlocked = true
    return inspection.text
  }
  const message = messageOf(isObject(choice.message) ? choice.message : {}, read)
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

const messageOf = (message: JsonObject, read: (text: string) => string): Record<string, unknown> => {
  const out: Record<string, unknown> = { role: message.role ?? 'assistant', content: null }
  for (const field of TEXT_FIELDS) {
    const value = message[field]
    if (typeof value === 'string') out[field] = read(value)
    else if (value === null) out[field] = null
  }
  if (Array.isArray(message.tool_calls)) {
    out.tool_calls = message.tool_calls.filter(isObject).map(({ id, type, function: called }) => ({
      id,
      type,
      function: isObject(called) ? callOf(called, read) : {},
    }))
  }
  if (isObject(message.function_call)) out.function_call = callOf(message.function_call, read)
  return out
}

const callOf = ({ name, arguments: given }: JsonObject, read: (text: string) => string): JsonObject => ({
  name,
  // Some providers send an object where the dialect has its JSON.
  arguments: read(typeof given === 'string' ? plainJson(given) : JSON.stringify(given ?? {})),
})
