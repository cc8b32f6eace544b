import type { Platform } from '#platform/context'
import type { Limiter } from '../table.ts'
import { createLimiter } from './limiter.ts'
import { openSharedLimiter } from './redis.ts'
import { keepTokenUsage } from './usage.ts'

/** Shared through Redis where there is one; else in this process, with the day's tokens kept in the store. Close it after the last request. */
export const openLimiter = async (
  platform: Platform,
  options: { readonly redisUrl: string | undefined },
): Promise<{ readonly limiter: Limiter; close(): Promise<void> }> => {
  if (options.redisUrl !== undefined) {
    const shared = await openSharedLimiter(options.redisUrl, { log: platform.log })
    return { limiter: shared, close: shared.close }
  }
  const limiter = createLimiter()
  const keeper = await keepTokenUsage(platform, limiter)
  return { limiter, close: keeper.stop }
}
