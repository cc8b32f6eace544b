import type { Platform } from '#platform/context'
import { runTimers } from './run-timers.ts'

const QUEUE = 'governance.timers'

/** What is due stands in the rows, so a run that is missed is made up by the next one. */
export const governanceJobs = (platform: Platform): void => {
  platform.jobs.handle(QUEUE, async () => {
    await runTimers(platform)
  })
  platform.jobs.every(QUEUE, '* * * * *')
}
