/**
 * Keeps the gateway's snapshot current: reloads when anything was committed, swaps one reference. Hints come by
 * notification; where processes share a database, the log's size is looked at as well, since a hint can be lost.
 */
import type { Platform } from '#platform/context'

export interface SnapshotKeeper<T> {
  current(): T
  /** Resolves when what was committed before this call is in force here. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 500

export const keepSnapshot = async <T>(platform: Platform, load: () => Promise<T>): Promise<SnapshotKeeper<T>> => {
  let current = await load()
  let running: Promise<void> | undefined
  let queued: Promise<void> | undefined
  let seen = ''

  const reload = async (): Promise<void> => {
    current = await load()
  }

  const refresh = (): Promise<void> => {
    // A reload under way may have read before this commit: one more follows it, shared by all who ask meanwhile.
    if (running !== undefined) {
      queued ??= running
        .catch(() => {})
        .then(() => {
          queued = undefined
          return refresh()
        })
      return queued
    }
    running = reload().finally(() => {
      running = undefined
    })
    return running
  }

  const kick = (): Promise<void> =>
    refresh().catch((error: unknown) => platform.log.error({ err: error }, 'the snapshot could not be reloaded; the last one stays in force'))
  const stopListening = platform.store.listen(kick)
  const look = async (): Promise<void> => {
    const { rows } = await platform.store.raw("select coalesce(string_agg(project || ':' || size, ',' order by project), '') as seen from audit_head")
    const now = String(rows[0]?.seen)
    if (seen !== '' && seen !== now) await kick()
    seen = now
  }
  const timer =
    platform.store.kind === 'postgres'
      ? setInterval(() => look().catch((error: unknown) => platform.log.warn({ err: error }, 'the log could not be looked at')), LOOK_EVERY_MS)
      : undefined
  return {
    current: () => current,
    refresh,
    stop: async () => {
      stopListening()
      clearInterval(timer)
      await queued?.catch(() => {})
      await running?.catch(() => {})
    },
  }
}
