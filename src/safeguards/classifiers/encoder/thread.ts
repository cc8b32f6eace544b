/** One thread of the encoder: the only place where onnxruntime runs. It answers one text at a time, so that a score does not depend on what else is asked. */
import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { fold } from '../../normalise/fold.ts'
import type { Reply, Request, Result, Task, ThreadData, TokenSpan } from './protocol.ts'
import { shapesOf } from './shapes.ts'
import { spansOf } from './spans.ts'
import { readVocabulary, type Tokens, tokenise } from './tokenise.ts'
import type { TopName } from './weights.ts'

const port = parentPort
if (port === null) throw new Error('the encoder runs as a worker thread')
const data: ThreadData = workerData
const vocabulary = readVocabulary(data.vocabulary)
const ROOM = data.longestTokens - 2
/** Of a text that is longer than one window, the next one starts before the last has ended. */
const OVERLAP = 32
const MAX_WINDOWS = 64
const MAX_TOKENS = ROOM + (MAX_WINDOWS - 1) * (ROOM - OVERLAP)

const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' }
const trunk = await InferenceSession.create(data.trunk, options)
const sentence = await InferenceSession.create(data.sentence, options)
const tops = new Map<TopName, { session: InferenceSession; labels: readonly string[] }>()
for (const name of data.load) {
  const top = data.tops[name]
  if (top) tops.set(name, { session: await InferenceSession.create(top.onnx, options), labels: top.labels })
}

const topOf = (name: TopName) => {
  const top = tops.get(name)
  if (!top) throw new Error(`the encoder was opened without ${name}`)
  return top
}

const cancelled = new Set<number>()
let working: number | null = null
let isStopping = false

type Window = { readonly first: number; readonly last: number; readonly hidden: Tensor }

/** Floats of a session's only output. */
const run = async (session: InferenceSession, feeds: Record<string, Tensor>): Promise<{ tensor: Tensor; values: Float32Array }> => {
  const tensor = (await session.run(feeds))[session.outputNames[0]!]
  if (!tensor || !(tensor.data instanceof Float32Array)) throw new Error('the model gave no floats')
  return { tensor, values: tensor.data }
}

/** The trunk over each window of the text in its turn; between two of them a cancellation is heard. */
async function* windowsOf(id: number, tokens: Tokens): AsyncGenerator<Window> {
  for (let first = 0; ; first += ROOM - OVERLAP) {
    if (cancelled.has(id)) throw new Error('cancelled')
    const last = Math.min(first + ROOM, tokens.ids.length)
    const ids = Int32Array.of(vocabulary.cls, ...tokens.ids.subarray(first, last), vocabulary.sep)
    const { tensor } = await run(trunk, { ids: new Tensor('int32', ids, [1, ids.length]) })
    yield { first, last, hidden: tensor }
    if (last === tokens.ids.length) return
  }
}

const classify = async (id: number, top: 'prompt-attack' | 'harm', tokens: Tokens): Promise<number[]> => {
  const { session, labels } = topOf(top)
  const highest = labels.map(() => Number.NEGATIVE_INFINITY)
  for await (const { hidden } of windowsOf(id, tokens)) {
    const { values } = await run(session, { hidden })
    for (let label = 0; label < labels.length; label++) highest[label] = Math.max(highest[label]!, values[label]!)
  }
  return highest
}

const embed = async (id: number, tokens: Tokens): Promise<Float32Array> => {
  const sum = new Float32Array(384)
  for await (const { hidden } of windowsOf(id, tokens)) {
    const { values } = await run(sentence, { hidden })
    for (let at = 0; at < sum.length; at++) sum[at]! += values[at]!
  }
  const length = Math.hypot(...sum)
  return sum.map((value) => value / length)
}

/** [CLS] and [SEP] have no shape. */
const shapesTensor = (shapes: Int32Array): Tensor => new Tensor('int32', Int32Array.of(0, ...shapes, 0), [1, shapes.length + 2])

const tag = async (id: number, text: string, tokens: Tokens): Promise<TokenSpan[]> => {
  const { session, labels } = topOf('ner')
  const shapes = shapesOf(text, tokens)
  const spans: TokenSpan[] = []
  for await (const { first, last, hidden } of windowsOf(id, tokens)) {
    const { values } = await run(session, { hidden, shapes: shapesTensor(shapes.subarray(first, last)) })
    // What two windows share is read from the second one only where the first had no room left to see what follows.
    const border = first === 0 ? -1 : tokens.starts[first + OVERLAP / 2]!
    const until = last === tokens.ids.length ? Number.POSITIVE_INFINITY : tokens.starts[last - OVERLAP / 2]!
    spans.push(...spansOf(labels, values, tokens, shapes, first, last).filter(({ start }) => start >= border && start < until))
  }
  return spans
}

const answer = async (id: number, task: Task, texts: readonly string[]): Promise<Result> => {
  const tokenised = texts.map((text) => {
    // The classifiers read the view in which look-alike letters are what they imitate; names and meanings are read as they stand.
    const tokens = tokenise(vocabulary, task.kind === 'classify' ? fold(text).text : text, MAX_TOKENS + 1)
    if (tokens.ids.length > MAX_TOKENS) throw new RangeError(`a text has more than ${MAX_TOKENS} tokens: cut it first`)
    return tokens
  })
  const rows: (number[] | Float32Array | TokenSpan[])[] = []
  for (const [at, tokens] of tokenised.entries()) {
    switch (task.kind) {
      case 'classify':
        rows.push(await classify(id, task.top, tokens))
        break
      case 'embed':
        rows.push(await embed(id, tokens))
        break
      case 'tag':
        rows.push(await tag(id, texts[at]!, tokens))
        break
    }
  }
  // The rows are all of the task's kind.
  return rows as unknown as Result
}

const reply = (message: Reply) => port.postMessage(message)

port.on('message', async (request: Request) => {
  if ('stop' in request) {
    isStopping = true
    if (working === null) port.close()
    else cancelled.add(working)
    return
  }
  if ('cancel' in request) {
    // What has been answered meanwhile needs no cancelling.
    if (request.cancel === working) cancelled.add(request.cancel)
    return
  }
  const { id, task, texts } = request
  working = id
  try {
    reply({ id, result: await answer(id, task, texts) })
  } catch (error) {
    reply({ id, problem: error instanceof Error ? error.message : String(error) })
  } finally {
    cancelled.delete(id)
    working = null
    if (isStopping) port.close()
  }
})
reply({ ready: true })
