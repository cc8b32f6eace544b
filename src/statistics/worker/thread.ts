import { parentPort, workerData } from 'node:worker_threads'
import { InvalidArgument } from '../result.ts'
import type { Running } from '../running.ts'
import { heavy, runningArgument } from './heavy.ts'
import type { Job, Reply } from './messages.ts'

const job = workerData as Job // posted by run-in-worker.ts only
const reply = (message: Reply): void => parentPort?.postMessage(message)

/** A busy thread reads no messages: it looks at a shared integer between slices of work. */
const running = (): Running => {
  const controller = new AbortController()
  let last = 0
  return {
    signal: controller.signal,
    progress: (done, total) => {
      if (Atomics.load(job.stop, 0) === 1) controller.abort()
      const now = performance.now()
      if (!job.wantsProgress || now - last < 50) return
      last = now
      reply({ kind: 'progress', done, total })
    },
  }
}

const argumentsOf = ({ name, args }: Job): unknown[] => {
  const at = runningArgument[name]
  if (at === undefined) return args
  const all = Array.from({ length: Math.max(args.length, at + 1) }, (_, i) => args[i])
  all[at] = { ...(all[at] as object | undefined), ...running() }
  return all
}

try {
  const call = heavy[job.name] as (...args: unknown[]) => unknown // the caller's types held on the other side of the thread
  reply({ kind: 'result', result: call(...argumentsOf(job)) })
} catch (error) {
  if (error instanceof InvalidArgument) reply({ kind: 'refused', argument: error.argument, message: error.message })
  else reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
}
