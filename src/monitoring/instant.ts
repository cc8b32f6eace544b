import { z } from 'zod'

const LATEST_MS = Date.UTC(9000, 0)

/** An instant that may be asked for: ISO 8601 has years that PostgreSQL and five-digit arithmetic do not share. */
export const isAskable = (text: string): boolean => {
  const ms = Date.parse(text)
  return ms >= 0 && ms < LATEST_MS
}

export const Instant = z.iso.datetime({ abort: true }).refine(isAskable, 'lies between 1970 and 9000')
