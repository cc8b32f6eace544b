import type { Progress } from './run.ts'

export interface ProgressWatch {
  phase(next: Progress['phase']): void
  /** An item answered in an earlier life of the run. */
  found(failed: boolean): void
  answered(failed: boolean): void
  now(): Progress
}

/** The estimate is from the pace of this worker alone: what a former one did says nothing about now. */
export const watchProgress = (total: number): ProgressWatch => {
  let phase: Progress['phase'] = 'waiting'
  let done = 0
  let errors = 0
  let own = 0
  let startedMs = performance.now()
  const count = (failed: boolean): void => {
    done += 1
    if (failed) errors += 1
  }
  return {
    phase: (next) => {
      phase = next
      if (next === 'items') startedMs = performance.now()
    },
    found: count,
    answered: (failed) => {
      own += 1
      count(failed)
    },
    now: () => {
      const seconds = (performance.now() - startedMs) / 1000
      const pace = own === 0 || phase !== 'items' ? null : own / seconds
      return {
        phase,
        done,
        total,
        errors,
        per_second: pace === null ? null : Math.round(pace * 100) / 100,
        eta_seconds: pace === null ? null : Math.round(((total - done) / pace) * 10) / 10,
      }
    },
  }
}
