/** What the in-process limiter has counted, kept over restarts. A crash forgets at most one interval. */

import { sql } from 'kysely'
import { DEFAULT_PROJECT, type Platform } from '#platform/context'
import { type Executor, tables } from '#platform/store'
import { utcDay } from './arithmetic.ts'
import type { LocalLimiter, TokenUsage } from './limiter.ts'

interface UsageTables {
  access_token_usage: { project: string; key_id: string; day: number; tokens: number }
}

const q = tables<UsageTables>()

const loadUsage = async (at: Executor, day: number): Promise<TokenUsage[]> => {
  const rows = await q(at).selectFrom('access_token_usage').select(['key_id', 'day', 'tokens']).where('day', '=', day).execute()
  return rows.map((row) => ({ keyId: row.key_id, day: row.day, tokens: row.tokens }))
}

const saveUsage = async (at: Executor, usage: readonly TokenUsage[], day: number): Promise<void> => {
  if (usage.length > 0) {
    await q(at)
      .insertInto('access_token_usage')
      .values(usage.map(({ keyId, day: of, tokens }) => ({ key_id: keyId, day: of, tokens })) as never)
      .onConflict((conflict) => conflict.columns(['project', 'key_id', 'day']).doUpdateSet({ tokens: sql<number>`excluded.tokens` }))
      .execute()
  }
  await q(at)
    .deleteFrom('access_token_usage')
    .where('day', '<', day - 1)
    .execute()
}

export const keepTokenUsage = async (platform: Platform, limiter: LocalLimiter, everyMs = 5_000): Promise<{ stop(): Promise<void> }> => {
  const at = platform.store.at(DEFAULT_PROJECT)
  limiter.restore(await loadUsage(at, utcDay(platform.clock.now())))
  let saved = ''
  const save = async (): Promise<void> => {
    const usage = limiter.usage(platform.clock.now())
    const state = JSON.stringify(usage)
    if (state === saved) return
    await saveUsage(at, usage, utcDay(platform.clock.now()))
    saved = state
  }
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(save).catch((error: unknown) => platform.log.error({ err: error }, 'token usage could not be kept'))
  }, everyMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
      await save()
    },
  }
}
