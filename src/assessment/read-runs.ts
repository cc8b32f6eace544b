import { setTimeout as sleep } from 'node:timers/promises'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInt, decodeCursor, toPage } from '#platform/http'
import { can } from './permissions.ts'
import { isOver, type Run, type RunItem } from './run.ts'
import * as store from './run-store.ts'

export const getRun = async (ctx: Ctx, id: string): Promise<Run> => {
  permit(ctx, can.read)
  const run = await store.findRun(ctx.read, id)
  if (run === undefined) throw platformErrors.not_found({ kind: 'run', id })
  return run
}

export const listRuns = async (
  ctx: Ctx,
  { limit, cursor, ...filter }: { limit: number; cursor?: string | undefined } & store.RunFilter,
): Promise<{ items: Run[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  return toPage(await store.listRuns(ctx.read, filter, decodeCursor(cursor)?.[0], limit + 1), limit, (run) => [run.id])
}

export const listItems = async (
  ctx: Ctx,
  id: string,
  { limit, cursor, evaluation }: { limit: number; cursor?: string | undefined; evaluation?: string | undefined },
): Promise<{ items: RunItem[]; next_cursor: string | null }> => {
  await getRun(ctx, id)
  const [after, ordinal] = decodeCursor(cursor) ?? []
  const seen = after === undefined || ordinal === undefined ? undefined : ([after, cursorInt(ordinal) ?? 0] as const)
  return toPage(await store.listItems(ctx.read, id, evaluation, seen, limit + 1), limit, (item) => [item.evaluation, String(item.ordinal)])
}

const LOOK_EVERY_MS = 400
const KEEP_ALIVE_MS = 15_000

/** The run each time something about it changed, until it is over. Reads the store, so any process can answer. */
export const watchRun = async function* (ctx: Ctx, first: Run, signal: AbortSignal): AsyncGenerator<Run | 'keep-alive'> {
  let shown = ''
  let quietMs = 0
  for (let run = first; !signal.aborted; ) {
    const text = JSON.stringify([run.status, run.progress])
    if (text !== shown) {
      yield run
      quietMs = 0
    } else if (quietMs >= KEEP_ALIVE_MS) {
      yield 'keep-alive'
      quietMs = 0
    }
    shown = text
    if (isOver(run.status)) return
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {}) // the loop's condition sees it
    quietMs += LOOK_EVERY_MS
    run = await getRun(ctx, run.id)
  }
}
