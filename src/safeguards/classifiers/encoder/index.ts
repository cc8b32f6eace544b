import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Reply, Request, Result, Task, ThreadData, TokenSpan } from './protocol.ts'
import { type EncoderWeights, readEncoderWeights, type TopName } from './weights.ts'

/** The transformer, in threads of its own: two layers a task on one trunk, some 8 ms for 128 tokens. Places are UTF-16 offsets of the text as given. */
export interface Encoder {
  /** A logit a label (`labelsOf`), a row a text; of a text with several windows of 128 tokens the highest. At most 64 windows. */
  classify(top: 'prompt-attack' | 'harm', texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly number[])[]>
  /** Unit vectors of 384. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>
  /** Names in the text with the mean probability of their tokens' tags. */
  tag(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly TokenSpan[])[]>
  labelsOf(top: TopName): readonly string[]
  /** Calls that wait for a thread, and how many may: who asks beyond that is refused with `EncoderBusy`. */
  readonly load: { readonly queued: number; readonly capacity: number }
  close(): Promise<void>
}

/** All threads are busy and the queue is full: the caller sheds the transformer, not the request. */
export class EncoderBusy extends Error {
  override readonly name = 'EncoderBusy'
}

export type EncoderOptions = {
  readonly threads?: number
  /** Calls that may wait. */
  readonly capacity?: number
  /** The fine-tuned tops to load; all that are shipped unless fewer are wanted. */
  readonly tops?: readonly TopName[]
  /** Where the weights lie, for tests. */
  readonly folder?: string
}

const SHIPPED_TOPS: readonly TopName[] = ['prompt-attack', 'harm', 'ner']
const CAPACITY = 64

/** Resolves when every thread has its weights in memory; rejects when a file is missing or altered, or when onnxruntime is not installed. */
export const openEncoder = async (options: EncoderOptions = {}): Promise<Encoder> => {
  const load = options.tops ?? SHIPPED_TOPS
  const weights = readEncoderWeights(load, options.folder)
  requireRuntime()
  const count = options.threads ?? Math.max(1, Math.min(2, availableParallelism() - 1))
  return createPool(weights, load, count, options.capacity ?? CAPACITY)
}

/** An optional dependency: a policy that needs it must not start without it. */
export const requireRuntime = (name = 'onnxruntime-node'): void => {
  try {
    createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new Error(`the transformer stage needs ${name}, which is not installed: npm install --include=optional`, { cause })
  }
}

type Job = {
  readonly id: number
  readonly task: Task
  readonly texts: readonly string[]
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

type Thread = { worker: Worker; job: Job | null; readonly ready: Promise<void>; readonly gone: Promise<void> }

const createPool = async (weights: EncoderWeights, load: readonly TopName[], count: number, capacity: number): Promise<Encoder> => {
  const waiting: Job[] = []
  const threads: Thread[] = []
  let nextId = 1
  let closed: Error | null = null

  const startThread = (): Thread => {
    const data: ThreadData = { ...weights, load }
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: data })
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
    const gone = new Promise<void>((end) => worker.once('exit', () => end()))
    const thread: Thread = { worker, job: null, ready, gone }
    worker.on('message', (reply: Reply) => {
      if ('ready' in reply) return resolve()
      const job = thread.job
      thread.job = null
      if (job?.id === reply.id) 'result' in reply ? job.resolve(reply.result) : job.reject(new Error(reply.problem))
      dispatch()
    })
    const lost = (error: Error) => {
      reject(error)
      thread.job?.reject(error)
      thread.job = null
      const at = threads.indexOf(thread)
      // One that never came up would only fail again.
      if (at < 0 || closed) return
      threads.splice(at, 1)
      const next = startThread()
      next.ready.then(
        () => {
          threads.push(next)
          dispatch()
        },
        (reason) => {
          if (threads.length > 0) return
          closed = reason instanceof Error ? reason : new Error(String(reason))
          for (const job of waiting.splice(0)) job.reject(closed)
        },
      )
    }
    worker.on('error', lost)
    worker.on('exit', (code) => lost(new Error(`a thread of the encoder ended with code ${code}`)))
    return thread
  }

  const dispatch = (): void => {
    for (const thread of threads) {
      if (thread.job === null) {
        const job = waiting.shift()
        if (job) {
          thread.job = job
          // Only work in hand keeps the process alive.
          thread.worker.ref()
          thread.worker.postMessage({ id: job.id, task: job.task, texts: job.texts } satisfies Request)
        } else thread.worker.unref()
      }
    }
  }

  const ask = (task: Task, texts: readonly string[], signal?: AbortSignal): Promise<Result> => {
    if (closed) return Promise.reject(closed)
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (texts.length === 0) return Promise.resolve([])
    if (waiting.length >= capacity) return Promise.reject(new EncoderBusy(`${capacity} calls are waiting for the encoder`))
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const job: Job = { id: nextId++, task, texts, resolve, reject }
    const abort = () => {
      const at = waiting.indexOf(job)
      if (at >= 0) waiting.splice(at, 1)
      else threads.find((thread) => thread.job === job)?.worker.postMessage({ cancel: job.id } satisfies Request)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    waiting.push(job)
    dispatch()
    return promise.finally(() => signal?.removeEventListener('abort', abort))
  }

  const close = async (): Promise<void> => {
    closed ??= new Error('the encoder is closed')
    for (const job of waiting.splice(0)) job.reject(closed)
    await Promise.all(
      threads.map(({ gone, worker }) => {
        // Never `terminate`: it stops JavaScript under a running inference, and onnxruntime answers that by aborting the process.
        worker.ref()
        worker.postMessage({ stop: true } satisfies Request)
        return gone
      }),
    )
  }

  for (let thread = 0; thread < count; thread++) threads.push(startThread())
  try {
    await Promise.all(threads.map(({ ready }) => ready))
  } catch (error) {
    await close()
    throw error
  }
  dispatch()

  return {
    // The thread answers each task in its own shape (thread.ts).
    classify: (top, texts, signal) => ask({ kind: 'classify', top }, texts, signal) as Promise<readonly (readonly number[])[]>,
    embed: (texts, signal) => ask({ kind: 'embed' }, texts, signal) as Promise<readonly Float32Array[]>,
    tag: (texts, signal) => ask({ kind: 'tag' }, texts, signal) as Promise<readonly (readonly TokenSpan[])[]>,
    labelsOf: (top) => weights.tops[top]?.labels ?? [],
    get load() {
      return { queued: waiting.length, capacity }
    },
    close,
  }
}
