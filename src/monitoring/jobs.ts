import { isoAt } from '#platform/clock'
import type { Platform } from '#platform/context'
import { DEFAULT_RETENTION } from './retention.ts'
import { deleteEventsBefore, eraseContentBefore } from './store/events.ts'
import { projectsWithEvents } from './store/projects.ts'
import { findRetention } from './store/retention.ts'
import { deleteRollupsBefore } from './store/rollups.ts'
import { HOUR_SECONDS, MINUTE_SECONDS } from './store-events.ts'

const DAY_MS = 86_400_000
const ROWS_A_TURN = 5_000

/** Clears away what the retention policy no longer allows. Idempotent: a turn that dies is done by the next. */
export const applyRetention = async (platform: Platform, signal?: AbortSignal): Promise<void> => {
  for (const project of await projectsWithEvents(platform.store.root)) {
    const at = platform.store.at(project)
    const { policy } = (await findRetention(at)) ?? { policy: DEFAULT_RETENTION }
    const before = (days: number): string => isoAt(platform.clock.now() - days * DAY_MS)
    await untilDone((limit) => eraseContentBefore(at, before(policy.content === 'none' ? 0 : policy.content_days), limit), signal)
    await untilDone((limit) => deleteEventsBefore(at, before(policy.event_days), limit), signal)
    await deleteRollupsBefore(at, MINUTE_SECONDS, before(policy.minute_rollup_days))
    await deleteRollupsBefore(at, HOUR_SECONDS, before(policy.hour_rollup_days))
  }
}

const untilDone = async (turn: (limit: number) => Promise<number>, signal: AbortSignal | undefined): Promise<void> => {
  while (signal?.aborted !== true && (await turn(ROWS_A_TURN)) > 0);
}

export const monitoringJobs = (platform: Platform): void => {
  platform.jobs.handle('monitoring.retention', (_data, signal) => applyRetention(platform, signal))
  platform.jobs.every('monitoring.retention', '17 * * * *')
}
