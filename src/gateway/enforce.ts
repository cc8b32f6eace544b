/**
 * What was approved is what answers: the release's model, system prompt and parameters. A caller that asks for something else is
 * refused, field by field; nothing of a request is quietly changed.
 */
import type { Parameter, Plan } from './plan.ts'
import { invalid, type Refusal } from './refusal.ts'
import { fieldOf, type InferenceRequest, type JsonObject, jsonOf } from './request.ts'

export const conflictWithRelease = (plan: Plan, request: InferenceRequest): Refusal | null =>
  parameterConflict(plan, request) ?? (plan.systemMessage === null ? null : promptConflict(request)) ?? uninspectable(plan, request)

const parameterConflict = (plan: Plan, request: InferenceRequest): Refusal | null => {
  for (const parameter of plan.parameters) {
    for (const name of namesOf(parameter)) {
      const asked = fieldOf(request, name)
      if (asked === undefined || asked === null || isWithin(parameter, asked)) continue
      const rule = parameter.isCeiling ? `allows at most ${parameter.json}` : `fixes it at ${parameter.json}`
      return invalid(name, `The field ${name} differs from the approved release, which ${rule}.`)
    }
  }
  return null
}

/** `max_tokens` and `max_completion_tokens` are two names of one bound, and a request may carry both. */
const BOUNDS = ['max_tokens', 'max_completion_tokens'] as const
const namesOf = ({ name, isCeiling }: Parameter): readonly string[] => (isCeiling ? BOUNDS : [name])

const isWithin = ({ isCeiling, value, json }: Parameter, asked: unknown): boolean =>
  isCeiling && typeof asked === 'number' && typeof value === 'number' ? asked <= value : JSON.stringify(asked) === json

/** Named one by one, since providers read roles with less care than they write them (`System`, `developer `). */
const CONVERSATION: ReadonlySet<unknown> = new Set(['user', 'assistant', 'tool', 'function'])

/** A second system message could revoke the approved one. */
const promptConflict = (request: InferenceRequest): Refusal | null => {
  if (request.operation !== 'chat') return invalid('model', 'The release behind this endpoint has a system prompt: it answers chat, not embeddings.')
  const at = (jsonOf(request).messages as readonly JsonObject[]).findIndex(({ role }) => !CONVERSATION.has(role))
  if (at === -1) return null
  return invalid(
    `messages[${at}].role`,
    `The approved release brings its own system prompt; the role of messages[${at}] is one of ${[...CONVERSATION].join(', ')}.`,
  )
}

/** Text that a safeguard cannot read would pass it unseen. */
const uninspectable = ({ safeguards }: Plan, request: InferenceRequest): Refusal | null => {
  if (safeguards === null) return null
  if (safeguards.output !== null && fieldOf(request, 'logprobs') === true)
    return invalid('logprobs', 'The output safeguards of this endpoint cannot mask token probabilities; ask without logprobs.')
  if (request.operation !== 'embeddings' || safeguards.input === null) return null
  const { input } = jsonOf(request)
  if (Array.isArray(input)) {
    const at = input.findIndex((item) => typeof item !== 'string')
    if (at >= 0) return invalid(`input[${at}]`, 'The input safeguards of this endpoint read text; send texts, not tokens.')
  }
  return null
}
