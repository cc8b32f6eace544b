import type { Plan } from './plan.ts'
import { fieldOf, type InferenceRequest, isObject, type JsonObject, jsonOf } from './request.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly bytes: Buffer
}

const COMMA_STREAM_OPTIONS = Buffer.from(',"stream_options":{"include_usage":true}')

/**
 * The body for the provider: the client's bytes with the model's name exchanged, the release's parameters and system message added,
 * and usage asked for in streams, since limits and cost need it (the relay takes it out again when the client did not ask).
 * `content` is the inspected `messages` or `input`, written anew: what the safeguards read is what is sent, whatever a second
 * parser would make of repeated keys inside a message.
 */
export const rewriteBody = (plan: Plan, request: InferenceRequest, content: Buffer | null): Buffer => {
  const edits: Edit[] = []
  const { members, close } = request
  const replace = (name: string, bytes: Buffer): void => {
    const span = members.get(name)
    if (span !== undefined) edits.push({ start: span.start, end: span.end, bytes })
  }
  replace('model', plan.upstreamModel)
  if (content !== null) replace(request.operation === 'chat' ? 'messages' : 'input', content)
  if (plan.safeguards?.input != null) writeAnew(request, replace)
  const added: Buffer[] = []
  for (const parameter of plan.parameters) {
    if (parameter.isCeiling && isBounded(request)) continue
    if (members.has(parameter.name)) {
      if (fieldOf(request, parameter.name) === null) replace(parameter.name, parameter.bytes)
    } else added.push(parameter.member)
  }
  if (request.isStream) {
    if (!members.has('stream_options')) added.push(COMMA_STREAM_OPTIONS)
    else if (!request.wantsUsage)
      replace('stream_options', Buffer.from(JSON.stringify({ ...asObject(fieldOf(request, 'stream_options')), include_usage: true })))
  }
  if (added.length > 0) edits.push({ start: close, end: close, bytes: added.length === 1 ? (added[0] as Buffer) : Buffer.concat(added) })
  return splice(request.body, edits)
}

/** The client gave a bound of its own, which `conflictWithRelease` found low enough. */
const isBounded = (request: InferenceRequest): boolean =>
  typeof (fieldOf(request, 'max_completion_tokens') ?? fieldOf(request, 'max_tokens')) === 'number'

/** Objects that the safeguards have checked (tools, schemas): of a key given twice inside, only what was checked goes on. */
const writeAnew = (request: InferenceRequest, replace: (name: string, bytes: Buffer) => void): void => {
  const json = jsonOf(request)
  for (const name of request.members.keys()) {
    const value = json[name]
    if (!OWN_EDITS.has(name) && typeof value === 'object' && value !== null) replace(name, Buffer.from(JSON.stringify(value)))
  }
}

/** Edited above and below. */
const OWN_EDITS: ReadonlySet<string> = new Set(['messages', 'input', 'stream_options'])

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {})

const splice = (body: Buffer, edits: Edit[]): Buffer => {
  edits.sort((a, b) => a.start - b.start)
  const parts: Buffer[] = []
  let from = 0
  for (const { start, end, bytes } of edits) {
    parts.push(body.subarray(from, start), bytes)
    from = end
  }
  parts.push(body.subarray(from))
  return Buffer.concat(parts)
}
