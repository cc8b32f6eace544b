import { Worker } from 'node:worker_threads'
import type { Answer, Measured } from './evaluators/evaluator.ts'
import type { PinnedEvaluation } from './suite.ts'

export interface ScoreInput {
  readonly evaluation: PinnedEvaluation
  /** JSON Lines as stored. */
  readonly dataset: Uint8Array
  readonly predictions: Uint8Array | null
  readonly answers: readonly Answer[]
  readonly seed: number
}

export type ScoreReply = { readonly measured: Omit<Measured, 'results'>; readonly results: Uint8Array } | { readonly problem: string }

const MAX_HEAP_MB = 2048

/** Statistics run on a thread of their own: resampling 100 000 rows must not be felt by whoever shares the event loop. */
export const scoreInWorker = (input: ScoreInput, signal: AbortSignal): Promise<Exclude<ScoreReply, { problem: string }>> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const worker = new Worker(new URL('./score-worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } })
    const stop = (): void => {
      reject(signal.reason)
      void worker.terminate()
    }
    signal.addEventListener('abort', stop, { once: true })
    const settle = (done: () => void): void => {
      signal.removeEventListener('abort', stop)
      done()
      void worker.terminate()
    }
    worker.once('message', (reply: ScoreReply) => settle(() => ('problem' in reply ? reject(new Error(reply.problem)) : resolve(reply))))
    worker.once('error', (error) => settle(() => reject(error)))
    worker.once('exit', (code) => settle(() => reject(new Error(`scoring ended with code ${code}`))))
    worker.postMessage(input)
  })
