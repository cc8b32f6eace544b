import { setTimeout as sleep } from 'node:timers/promises'
import { isoAt } from '#platform/clock'
import type { Ctx } from '#platform/context'
import type { OpenConnection, Version } from '#registry'
import type { Row } from './dataset.ts'
import { rowId } from './evaluators/evaluator.ts'
import { evaluatorOf } from './evaluators/index.ts'
import type { Generate, Generated, GenerateRequest } from './generate.ts'
import type { ProgressWatch } from './progress.ts'
import { rowsOf } from './read-datasets.ts'
import type { Run, RunItem } from './run.ts'
import { answeredItems, insertItem } from './run-store.ts'
import type { PinnedEvaluation } from './suite.ts'

const BACK_OFF_MS = [500, 2_000] as const
/** So many failures one after the other mean the provider, not the items. */
const GIVE_UP_AFTER = 10
const MAX_OUTPUT_LENGTH = 200_000

/** Why a run cannot go on, in words for the person who started it. */
export class RunProblem extends Error {}

interface Work {
  readonly ctx: Ctx
  readonly run: Run
  readonly version: Version
  readonly connection: OpenConnection
  readonly generate: Generate
  readonly watch: Pick<ProgressWatch, 'found' | 'answered'>
  readonly signal: AbortSignal
}

/** Asks the model every row that has no answer yet, so many at once; each answer is stored before the next row is taken. */
export const answerItems = async (work: Work, evaluation: PinnedEvaluation): Promise<void> => {
  const done = await answeredItems(work.ctx.read, work.run.id, evaluation.id)
  for (const { failed } of done.values()) work.watch.found(failed)
  const rows = pending(work.ctx, evaluation, done)
  const stop = new AbortController()
  const signal = AbortSignal.any([work.signal, stop.signal])
  let failuresInRow = 0
  const lane = async (): Promise<void> => {
    for (;;) {
      signal.throwIfAborted()
      const { value, done: isLast } = await rows.next()
      if (isLast === true) return
      const item = await answerItem({ ...work, signal }, evaluation, value.row, value.ordinal)
      await insertItem(work.ctx.read, work.run.id, item)
      work.watch.answered(item.error !== null)
      failuresInRow = item.error === null ? 0 : failuresInRow + 1
      if (failuresInRow >= GIVE_UP_AFTER) throw new RunProblem(`${failuresInRow} calls in a row failed; the last: ${item.error}`)
    }
  }
  const lanes = Array.from({ length: work.run.concurrency }, lane)
  try {
    await Promise.all(lanes)
  } finally {
    // The first lane that fails stops the others, and none outlives the run.
    stop.abort()
    await Promise.allSettled(lanes)
  }
}

const pending = async function* (
  ctx: Ctx,
  evaluation: PinnedEvaluation,
  done: ReadonlyMap<string, unknown>,
): AsyncGenerator<{ row: Row; ordinal: number }, undefined> {
  const limit = evaluation.kind === 'generation' ? (evaluation.limit ?? Number.POSITIVE_INFINITY) : 0
  let ordinal = 0
  for await (const row of rowsOf(ctx, evaluation.dataset.digest)) {
    ordinal += 1
    if (ordinal > limit) return
    if (!done.has(rowId(row))) yield { row, ordinal }
  }
}

const answerItem = async (work: Work, evaluation: PinnedEvaluation, row: Row, ordinal: number): Promise<RunItem> => {
  const { ctx, run, version, connection } = work
  const request: GenerateRequest = {
    model: version.manifest.hosted?.upstream_model ?? '',
    messages: evaluatorOf(evaluation).ask?.(evaluation, row, run.system_prompt) ?? [],
    parameters: version.manifest.hosted?.parameters ?? {},
  }
  const startedMs = performance.now()
  const answer = await askWithRetries(work, request)
  const failure = 'problem' in answer ? answer.problem : null
  const generated = 'problem' in answer ? null : answer
  return {
    evaluation: evaluation.id,
    item: rowId(row),
    ordinal,
    // PostgreSQL stores no NUL and no half of a surrogate pair.
    output: generated === null ? null : generated.text.slice(0, MAX_OUTPUT_LENGTH).replaceAll('\0', '').toWellFormed(),
    finish_reason: generated?.finish_reason ?? null,
    simulated: generated?.simulated ?? connection.simulated,
    input_tokens: generated?.usage.input_tokens ?? 0,
    output_tokens: generated?.usage.output_tokens ?? 0,
    latency_ms: Math.round((performance.now() - startedMs) * 10) / 10,
    error: failure,
    at: isoAt(ctx.clock.now()),
  }
}

const askWithRetries = async ({ generate, connection, signal }: Work, request: GenerateRequest): Promise<Generated | { problem: string }> => {
  for (let attempt = 0; ; attempt += 1) {
    const timeout = AbortSignal.timeout(connection.timeout_ms)
    try {
      return await generate(connection, request, AbortSignal.any([signal, timeout]))
    } catch (error) {
      signal.throwIfAborted()
      const waitMs = BACK_OFF_MS[attempt]
      if (waitMs === undefined || isFinal(error)) return { problem: problemOf(error, connection) }
      await sleep(waitMs, undefined, { signal })
    }
  }
}

const isFinal = (error: unknown): boolean => typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false

/** Providers echo keys in their errors. */
const problemOf = (error: unknown, { credentials }: OpenConnection): string => {
  const text = error instanceof Error ? error.message : 'the call failed'
  return (credentials === null ? text : text.replaceAll(credentials, '[credentials]')).slice(0, 500)
}
