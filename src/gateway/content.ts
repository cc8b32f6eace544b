/**
 * The texts of a call for its record, where the retention policy keeps them. Personal data and secrets are masked before anything
 * leaves this process, whatever the endpoint's own safeguards do; and only after the client has its answer.
 */
import { type CompiledPolicy, compilePolicy, inspectText, type SafeguardPolicy, type Vault } from '#safeguards/hot'
import type { Operation } from './request.ts'
import { isObject, type JsonObject } from './request.ts'
import { dataOf, eventsIn } from './stream/events.ts'
import { parseEvent } from './stream/relay.ts'

const MASK: SafeguardPolicy = {
  schema: 'plimsoll.safeguards/1',
  input: [
    {
      detector: 'pii',
      action: 'mask',
      mode: 'enforce',
      options: { kinds: ['email', 'phone', 'card', 'iban', 'ip', 'us-ssn'], regions: ['US', 'GB', 'DE'] },
    },
    { detector: 'secrets', action: 'mask', mode: 'enforce', options: {} },
  ],
  output: [],
}

/** Compiled with the snapshot; null where no texts are kept. */
export const compileRecordMask = (keepsContent: boolean): CompiledPolicy | null => (keepsContent ? compilePolicy(MASK, 'retention') : null)

/** Of a long conversation its end is kept, of a long answer its beginning. */
const MAX_TEXT = 16_384
/** Bytes of an answer that are held for the record. */
export const MAX_HELD_BYTES = 262_144

/** What the caller said: one question as it is, a conversation with its roles. `content` is `messages` or `input`, after the safeguards. */
export const inputText = (operation: Operation, content: unknown): string => {
  if (operation === 'embeddings') return cutEnd(typeof content === 'string' ? content : JSON.stringify(content))
  const messages = (Array.isArray(content) ? content : []).filter(isObject).filter(({ role }) => role !== 'system')
  const [only] = messages
  if (messages.length === 1 && only !== undefined) return cutEnd(textOf(only.content))
  return cutEnd(messages.map(({ role, content: text }) => `${String(role)}: ${textOf(text)}`).join('\n\n'))
}

const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (isObject(part) ? (typeof part.text === 'string' ? part.text : `[${String(part.type)}]`) : '')).join('\n')
}

/**
 * What was answered, read from the bytes that the client got; where values of the caller had been turned back, their tokens again. Null for
 * embeddings, and for an answer that is no text.
 */
export const outputText = (operation: Operation, isStream: boolean, held: readonly Buffer[], vault: Vault | null): string | null => {
  if (operation === 'embeddings' || held.length === 0) return null
  const bytes = Buffer.concat(held)
  const texts = isStream ? streamedTexts(bytes) : completionTexts(parseEvent(bytes.toString()))
  if (texts.length === 0) return null
  const text = texts.join('\n\n')
  return vault === null ? text.slice(0, MAX_TEXT) : vault.conceal(text, MAX_TEXT)
}

const completionTexts = (json: JsonObject | null): readonly string[] =>
  choicesOf(json).flatMap(({ message }) => (isObject(message) ? [textOf(message.content) + callsOf(message.tool_calls)] : []))

const streamedTexts = (bytes: Buffer): readonly string[] => {
  const texts: string[] = []
  for (const event of eventsIn(bytes)) {
    for (const { index, delta } of choicesOf(parseEvent(dataOf(event) ?? ''))) {
      if (!isObject(delta)) continue
      const at = typeof index === 'number' && index < 128 ? index : 0
      texts[at] = (texts[at] ?? '') + textOf(delta.content) + callsOf(delta.tool_calls)
    }
  }
  return texts.filter((text) => text !== undefined)
}

const choicesOf = (json: JsonObject | null): readonly JsonObject[] => (Array.isArray(json?.choices) ? json.choices.filter(isObject) : [])

const callsOf = (calls: unknown): string => {
  if (!Array.isArray(calls)) return ''
  return calls
    .filter(isObject)
    .map(({ function: called }) => (isObject(called) ? `${String(called.name ?? '')}${String(called.arguments ?? '')}` : ''))
    .join('')
}

const cutEnd = (text: string): string => text.slice(-MAX_TEXT)

export const masked = (mask: CompiledPolicy, text: string | null): string | null => (text === null ? null : inspectText(mask, 'input', text).text)
