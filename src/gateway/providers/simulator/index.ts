/** The built-in provider: answers in the OpenAI dialect without a network. Whatever it says is marked `simulated`. */
import { isObject, type JsonObject } from '../../request.ts'
import type { Provider, Upstream, UpstreamHandler, UpstreamRequest } from '../provider.ts'
import { answerTo, diceOf } from './answers.ts'
import { embeddingsAnswer } from './embeddings.ts'

/** Words between two chunks of a stream come this far apart, so that streaming can be watched. */
export interface SimulatorOptions {
  readonly msPerChunk?: number
}

export const createSimulator = ({ msPerChunk = 0 }: SimulatorOptions = {}): Provider => ({
  send: (request, handler) => play(partsOf(request), request.isStream, msPerChunk, handler),
  models: async () => ['simulated-small', 'simulated-large'],
  close: async () => {},
})

/** Hands the parts over one by one, none before `send` has returned; waits while it is paused. */
const play = (parts: readonly string[], isStream: boolean, msPerChunk: number, handler: UpstreamHandler): Upstream => {
  let next = -1
  let isPaused = false
  let isOver = false
  let isWaiting = false
  const step = (): void => {
    isWaiting = false
    if (isOver || isPaused) return
    const part = parts[next]
    isOver = next >= parts.length
    if (next === -1) handler.onStart(200, { contentType: isStream ? 'text/event-stream' : 'application/json', retryAfterMs: null })
    else if (part !== undefined) handler.onData(Buffer.from(part))
    else handler.onEnd()
    next += 1
    wait()
  }
  const wait = (): void => {
    if (isWaiting || isOver) return
    isWaiting = true
    if (msPerChunk > 0) setTimeout(step, msPerChunk)
    else setImmediate(step)
  }
  wait()
  return {
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = false
      wait()
    },
    abort: () => {
      if (isOver) return
      isOver = true
      setImmediate(() => handler.onError({ kind: 'aborted', error: new Error('aborted') }))
    },
  }
}

const partsOf = ({ operation, isStream, body }: UpstreamRequest): readonly string[] => {
  const json = JSON.parse(body.toString()) as JsonObject
  if (operation === 'embeddings') return [JSON.stringify(embeddingsAnswer(json))]
  const completion = complete(json)
  return isStream ? chunksOf(completion, json) : [JSON.stringify(plainOf(completion))]
}

interface Completion {
  readonly id: string
  readonly model: string
  readonly choices: readonly { readonly text: string; readonly finish: 'stop' | 'length'; readonly words: readonly string[] }[]
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number }
}

/** `seed` and `temperature` take part in the dice: another seed is another answer, as with a real model. */
const complete = (json: JsonObject): Completion => {
  const messages = Array.isArray(json.messages) ? json.messages.filter(isObject) : []
  const prompt = textOf(messages.findLast(({ role }) => role === 'user')?.content)
  const seed = JSON.stringify([json.model, messages.map(({ role, content }) => [role, content]), json.seed ?? null, json.temperature ?? null])
  const bound = Number(json.max_completion_tokens ?? json.max_tokens ?? Number.POSITIVE_INFINITY)
  const count = typeof json.n === 'number' ? Math.min(json.n, 16) : 1
  const choices = Array.from({ length: count }, (_, index) => {
    const all = answerTo(prompt, diceOf(`${index} ${seed}`)).text.match(/\S+\s*/g) ?? []
    const words = all.slice(0, bound)
    return { text: words.join(''), finish: words.length < all.length ? ('length' as const) : ('stop' as const), words }
  })
  const promptTokens = messages.reduce((sum, { content }) => sum + 4 + wordCount(textOf(content)), 0)
  const completionTokens = choices.reduce((sum, { words }) => sum + words.length, 0)
  return {
    id: `chatcmpl-sim-${Math.floor(diceOf(seed).next() * 2 ** 32).toString(36)}`,
    model: String(json.model),
    choices,
    usage: { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens },
  }
}

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join(' ')
      : ''

const wordCount = (text: string): number => (text.match(/\S+/g) ?? []).length

/** No clock: the answer to one body is one text, byte for byte. */
const CREATED = 0

const plainOf = ({ id, model, choices, usage }: Completion): JsonObject => ({
  id,
  object: 'chat.completion',
  created: CREATED,
  model,
  system_fingerprint: 'simulated',
  choices: choices.map(({ text, finish }, index) => ({
    index,
    message: { role: 'assistant', content: text, refusal: null },
    logprobs: null,
    finish_reason: finish,
  })),
  usage,
})

const chunksOf = ({ id, model, choices, usage }: Completion, json: JsonObject): readonly string[] => {
  const hasUsage = isObject(json.stream_options) && json.stream_options.include_usage === true
  const head = { id, object: 'chat.completion.chunk', created: CREATED, model, system_fingerprint: 'simulated' }
  const event = (choice: JsonObject[], counted: unknown): string =>
    `data: ${JSON.stringify({ ...head, choices: choice, ...(hasUsage ? { usage: counted } : {}) })}\n\n`
  const delta = (index: number, change: JsonObject, finish: string | null = null): string =>
    event([{ index, delta: change, logprobs: null, finish_reason: finish }], null)
  return [
    ...choices.map((_, index) => delta(index, { role: 'assistant', content: '' })),
    ...choices.flatMap(({ words, finish }, index) => [...words.map((content) => delta(index, { content })), delta(index, {}, finish)]),
    ...(hasUsage ? [event([], usage)] : []),
    'data: [DONE]\n\n',
  ]
}
