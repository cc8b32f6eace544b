import { Worker } from 'node:worker_threads'
import { accessErrors } from '../errors.ts'

export interface TrialRemark {
  readonly line: number | null
  readonly column: number | null
  readonly message: string
}

export interface TrialAnswer {
  readonly errors: readonly TrialRemark[]
  readonly warnings: readonly TrialRemark[]
}

/** Starting the engine in a thread takes some 150 ms. */
const TIMEOUT_MS = 10_000

const broken = (message: string): TrialAnswer => ({ errors: [{ line: null, column: null, message }], warnings: [] })

/** One thread at a time, and a short queue: whoever tries more at once waits outside. */
const MAX_WAITING = 20
let last: Promise<unknown> = Promise.resolve()
let waiting = 0

/**
 * Judges a policy text in a thread of its own. Some 130 nested brackets or a thousand `+` overflow the engine's stack, and an engine
 * that has overflowed once answers nothing any more: it must not be the one that decides about requests.
 */
export const tryPolicies = (source: string): Promise<TrialAnswer> => {
  if (waiting >= MAX_WAITING) throw accessErrors.policy_check_busy()
  waiting += 1
  const answer = last.then(() => runTrial(source))
  last = answer
    .catch(() => {})
    .then(() => {
      waiting -= 1
    })
  return answer
}

const runTrial = (source: string): Promise<TrialAnswer> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./trial-worker.ts', import.meta.url), { workerData: source })
    const end = (answer: TrialAnswer): void => {
      clearTimeout(timer)
      worker.terminate().then(() => resolve(answer), reject)
    }
    const timer = setTimeout(() => end(broken('takes too long to check')), TIMEOUT_MS)
    worker.once('message', end)
    worker.once('error', (error) =>
      end(broken(error.name === 'RuntimeError' ? 'is nested too deeply or too long' : `cannot be used: ${error.message}`)),
    )
  })
