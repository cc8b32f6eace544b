import { isObject, type JsonObject } from '../request.ts'
import { type Usage, usageOf } from '../stream/relay.ts'

export interface PlainAnswer {
  readonly usage: Usage | null
  readonly finishReason: string | null
}

/** Providers write the usage last, and the reason right before it. */
const TAIL_BYTES = 2_048
const FINISH = /"finish_reason":\s*"([a-z_]{1,40})"/
/** An object of numbers, flat or with details one level deeper. */
const USAGE = /"usage":\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/y

/**
 * What settling needs of an answer that nobody else reads, from its last bytes: parsing 32 kB whole would cost 16 microseconds and the
 * garbage of its texts. Inside a text of the model each quote is escaped, so `"usage"` can only be a key or a whole value. Anything
 * unexpected is parsed whole. Null when it is no JSON object.
 */
export const readPlainAnswer = (chunks: readonly Buffer[]): PlainAnswer | null => {
  const tail = tailOf(chunks).trimEnd()
  const usage = usageAt(tail)
  if (usage !== null && tail.endsWith('}') && opensObject(chunks[0])) return { usage, finishReason: FINISH.exec(tail)?.[1] ?? null }
  const json = parse(Buffer.concat(chunks))
  return json === null ? null : { usage: usageOf(json), finishReason: FINISH.exec(JSON.stringify(json.choices ?? null))?.[1] ?? null }
}

const tailOf = (chunks: readonly Buffer[]): string => {
  let tail = ''
  for (let i = chunks.length - 1; i >= 0 && tail.length < TAIL_BYTES; i -= 1) {
    const chunk = chunks[i]
    if (chunk !== undefined) tail = chunk.toString('latin1', Math.max(0, chunk.length - TAIL_BYTES)) + tail
  }
  return tail
}

const opensObject = (chunk: Buffer | undefined): boolean => chunk?.toString('latin1', 0, 64).trimStart().startsWith('{') === true

const usageAt = (text: string): Usage | null => {
  const at = text.lastIndexOf('"usage"')
  if (at === -1) return null
  USAGE.lastIndex = at
  const json = USAGE.exec(text)?.[1]
  if (json === undefined) return null
  try {
    return usageOf({ usage: JSON.parse(json) as unknown })
  } catch {
    return null
  }
}

const parse = (body: Buffer): JsonObject | null => {
  try {
    const json: unknown = JSON.parse(body.toString())
    return isObject(json) ? json : null
  } catch {
    return null
  }
}
