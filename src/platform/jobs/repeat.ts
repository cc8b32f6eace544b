import type { Logger } from '../logging/index.ts'

export interface Repeating {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>
}

/** Does something again and again in this process, one round after the other; a round that fails is logged, and the next one comes. */
export const repeat = (log: Logger, name: string, everyMs: number, round: () => Promise<unknown>): Repeating => {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= round()
      .then(() => {})
      .catch((error: unknown) => log.error({ err: error }, name))
      .finally(() => {
        running = undefined
      })
  }, everyMs).unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
