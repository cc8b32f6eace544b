import { Worker } from 'node:worker_threads'
import type { Numbers } from '../columns.ts'
import { InvalidArgument } from '../result.ts'
import type { Running } from '../running.ts'
import type { Heavy, HeavyName } from './heavy.ts'
import type { Job, Reply } from './messages.ts'

/** Long enough for a slice of work to end; a thread that has not stopped by then is ended. */
const GRACE_MS = 500

/**
 * Runs one heavy function on a thread of its own, so that this one stays free. Arrays made by `shared` are not copied; others are.
 * Rejects with the signal's reason when the caller loses interest, and with InvalidArgument as the function itself would throw.
 */
export const runInWorker = <Name extends HeavyName>(
  name: Name,
  args: Parameters<Heavy[Name]>,
  { signal, progress }: Running = {},
): Promise<ReturnType<Heavy[Name]>> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = new Int32Array(new SharedArrayBuffer(4))
    const job: Job = { name, args, stop, wantsProgress: progress !== undefined }
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: job })
    let grace: NodeJS.Timeout | undefined
    const onAbort = (): void => {
      Atomics.store(stop, 0, 1)
      grace = setTimeout(() => void worker.terminate(), GRACE_MS)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const settle = (finish: () => void): void => {
      signal?.removeEventListener('abort', onAbort)
      finish()
    }
    worker.on('message', (reply: Reply) => {
      switch (reply.kind) {
        case 'progress':
          return signal?.aborted === true ? undefined : progress?.(reply.done, reply.total)
        case 'result':
          return settle(() => resolve(reply.result as ReturnType<Heavy[Name]>)) // the thread ran that function
        case 'refused':
          return settle(() => reject(new InvalidArgument(reply.argument, reply.message.slice(reply.argument.length + 1))))
        case 'failed':
          return settle(() => reject(new Error(reply.message)))
      }
    })
    worker.on('error', (error) => settle(() => reject(error)))
    worker.on('exit', (code) => {
      clearTimeout(grace)
      settle(() => reject(new Error(`the statistics thread ended with code ${code}`))) // after an answer this changes nothing
    })
  })

/** The same numbers in memory that threads share: made once, read by any number of workers without copying. */
export const shared = (values: Numbers): Float64Array<SharedArrayBuffer> => {
  const column = new Float64Array(new SharedArrayBuffer(8 * values.length))
  column.set(values)
  return column
}
