import { z } from 'zod'
import { Digest, Name } from '#registry'
import { DatasetRef, PinnedDataset } from './dataset.ts'
import { SuiteRef } from './suite.ts'

export const RunStatus = z.enum(['queued', 'running', 'cancelling', 'completed', 'failed', 'cancelled'])
export type RunStatus = z.infer<typeof RunStatus>

export type RunEvent = 'start' | 'complete' | 'fail' | 'cancel' | 'stopped' | 'resume'

/** Each move that a run may make; what is not here is refused. `resume` keeps the items that are done. */
const MOVES: Readonly<Record<RunStatus, Partial<Readonly<Record<RunEvent, RunStatus>>>>> = {
  queued: { start: 'running', cancel: 'cancelled', fail: 'failed' },
  // A worker that died leaves its run `running`; the next one starts it again.
  running: { start: 'running', complete: 'completed', fail: 'failed', cancel: 'cancelling' },
  cancelling: { stopped: 'cancelled' },
  completed: {},
  failed: { resume: 'queued' },
  cancelled: { resume: 'queued' },
}

export const nextStatus = (from: RunStatus, event: RunEvent): RunStatus | undefined => MOVES[from][event]

export const isOver = (status: RunStatus): boolean => status === 'completed' || status === 'failed' || status === 'cancelled'

export const NewRun = z
  .strictObject({
    model: Name,
    /** A version number, or an alias. */
    version: z.union([z.int().min(1), Name]),
    suite: SuiteRef,
    /** For evaluations of kind `predictions`: rows of `id` and prediction. */
    predictions: DatasetRef.optional(),
    /** The release's own system prompt, so that what is assessed is what will be served. */
    system_prompt: z.string().min(1).max(100_000).nullable().default(null),
    /** Decides resampling, so that the same run gives the same report. */
    seed: z.int().min(0).max(4_294_967_295).default(1),
    /** Calls in flight at once. */
    concurrency: z.int().min(1).max(32).default(4),
  })
  .meta({ id: 'NewRun' })
export type NewRun = z.infer<typeof NewRun>

export const Progress = z
  .object({
    phase: z.enum(['waiting', 'items', 'scoring', 'done']),
    done: z.int(),
    total: z.int(),
    errors: z.int(),
    per_second: z.number().nullable(),
    eta_seconds: z.number().nullable(),
  })
  .meta({ id: 'RunProgress' })
export type Progress = z.infer<typeof Progress>

export const Run = z
  .object({
    id: z.string(),
    model: Name,
    version: z.int(),
    manifest_digest: Digest,
    suite: Name,
    suite_version: z.int(),
    suite_digest: Digest,
    predictions: PinnedDataset.nullable(),
    system_prompt: z.string().nullable(),
    seed: z.int(),
    concurrency: z.int(),
    status: RunStatus,
    simulated: z.boolean(),
    progress: Progress,
    /** Why it failed. */
    problem: z.string().nullable(),
    report: z.object({ id: z.string(), digest: Digest }).nullable(),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    started_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Run' })
export type Run = z.infer<typeof Run>

/** One answered item of a generation evaluation. */
export const RunItem = z
  .object({
    evaluation: Name,
    item: z.string(),
    ordinal: z.int(),
    output: z.string().nullable(),
    finish_reason: z.string().nullable(),
    simulated: z.boolean(),
    input_tokens: z.int(),
    output_tokens: z.int(),
    latency_ms: z.number(),
    error: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .meta({ id: 'RunItem' })
export type RunItem = z.infer<typeof RunItem>
