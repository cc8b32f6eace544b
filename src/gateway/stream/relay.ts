/** What a stream goes through between provider and client; one for bytes that nobody has to read, one for safeguards. */
import type { Finding } from '#safeguards/hot'
import { isObject, type JsonObject } from '../request.ts'
import { createEventCutter, dataOf, eventsIn } from './events.ts'

export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
}

export type RelayState =
  | 'open'
  /** `[DONE]` has come: the only clean end. */
  | 'done'
  /** A safeguard ended the answer, cleanly for the client; the provider is to be stopped. */
  | 'blocked'
  /** The provider sent an error, or something that is no stream. */
  | 'failed'

export interface Relay {
  /** What may go to the client now, in whole events; null when nothing may. */
  push(chunk: Buffer): Buffer | null
  readonly state: RelayState
  /** The second stage is looking: what is pushed now comes out later. */
  readonly isWaiting: boolean
  readonly usage: Usage | null
  readonly finishReason: string | null
  readonly findings: readonly Finding[]
  /** Events that carried a piece of the answer: about its tokens, for a stream that ends before it was counted. */
  readonly chunks: number
}

/** An event larger than this is no token of an answer; without a bound one provider could fill the memory. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

export const usageOf = (json: JsonObject): Usage | null => {
  const { usage } = json
  if (!isObject(usage)) return null
  const inputTokens = countOf(usage.prompt_tokens)
  const total = countOf(usage.total_tokens)
  return {
    inputTokens,
    outputTokens: typeof usage.completion_tokens === 'number' ? countOf(usage.completion_tokens) : Math.max(0, total - inputTokens),
  }
}

const MAX_TOKENS = 1_000_000_000
const countOf = (value: unknown): number => (typeof value === 'number' && value >= 0 ? Math.min(Math.floor(value), MAX_TOKENS) : 0)

const FINISH = /"finish_reason":\s*"([a-z_]{1,40})"/

/**
 * Passes events on as they came. Only three kinds are read: an error, the usage, the end. Their marks are searched in the raw bytes:
 * inside a text of the model each quote is escaped, so `"prompt_tokens"` and `"error"` can only be keys or whole values.
 */
export const createPassRelay = (wantsUsage: boolean): Relay => {
  const cutter = createEventCutter()
  let state: RelayState = 'open'
  let usage: Usage | null = null
  let finishReason: string | null = null
  let chunks = 0

  /** Whether the event goes on. */
  const read = (event: Buffer): boolean => {
    const data = dataOf(event)
    if (data === null) return true
    if (data.trim() === '[DONE]') {
      state = 'done'
      return true
    }
    const json = parseEvent(data)
    if (json === null || isErrorEvent(json)) {
      state = 'failed'
      return false
    }
    usage = usageOf(json) ?? usage
    return wantsUsage || !isObject(json.usage) || !(Array.isArray(json.choices) && json.choices.length === 0)
  }

  return {
    findings: [],
    isWaiting: false,
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
      const text = whole.toString('latin1')
      chunks += countEvents(text)
      if (text.includes('"finish_reason":"') || text.includes('"finish_reason": "')) finishReason = FINISH.exec(text)?.[1] ?? finishReason
      if (!text.includes('"prompt_tokens"') && !text.includes('"error"') && !text.includes('[DONE]')) return whole
      const kept: Buffer[] = []
      for (const event of eventsIn(whole)) {
        if (read(event)) kept.push(event)
        if (state !== 'open') break
      }
      return kept.length === 0 ? null : Buffer.concat(kept)
    },
  }
}

const countEvents = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('"delta"'); at !== -1; at = text.indexOf('"delta"', at + 7)) count += 1
  return count
}

export const parseEvent = (data: string): JsonObject | null => {
  try {
    const json: unknown = JSON.parse(data)
    return isObject(json) ? json : null
  } catch {
    return null
  }
}

export const isErrorEvent = (json: JsonObject): boolean => json.error !== undefined && json.error !== null
