import type { InferenceEvent } from '../event.ts'

/**
 * `degraded`: the disk refuses, events wait in memory and are tried again. `full`: memory for them is used up and further
 * events are lost, each counted; a caller that must not run unrecorded asks before it serves.
 */
export type SpoolState = 'ok' | 'degraded' | 'full'

/** The spool as the gateway sees it. */
export interface Recorder {
  /** Returns at once and never throws. Durable some milliseconds later: events are synced in groups. */
  append(event: InferenceEvent): void
  readonly state: SpoolState
}

export interface SpoolStats {
  readonly state: SpoolState
  /** Of this process: appended, and synced to disk. */
  readonly appended: number
  readonly durable: number
  /** Lost because memory was full while the disk refused. */
  readonly dropped: number
  readonly commits: number
  readonly failed_commits: number
  readonly last_error: string | null
}

export interface Spool extends Recorder {
  /** Resolves when all that was appended before the call is on disk. Rejects when the spool is closed with events it could not write. */
  flush(): Promise<void>
  /** Flushes as far as the disk allows and closes the segment. */
  close(): Promise<void>
  stats(): SpoolStats
}
