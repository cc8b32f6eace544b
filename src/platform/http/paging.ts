import { z } from 'zod'
import { platformErrors } from '../errors/index.ts'

/** Query of every list: newest first unless the route says otherwise; the cursor is opaque. */
export const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(400).optional(),
})

export type Cursor = readonly string[]
export const Cursor = z.array(z.string()).min(1).max(4)

export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() })

/** Keys of the last row seen, or undefined on the first page. */
export const decodeCursor = (cursor: string | undefined): Cursor | undefined => {
  if (cursor === undefined) return undefined
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (cause) {
    throw notOurs(cause)
  }
}

const notOurs = (cause?: unknown) =>
  platformErrors.invalid_request({}, { issues: [{ path: 'cursor', message: 'not a cursor that this list gave' }], cause })

const MAX_INTEGER = 2_147_483_647

/** A number that a cursor carries, within what its column can compare with (an integer when nothing is said), whoever wrote the cursor. */
export const cursorInt = (key: string | undefined, max = MAX_INTEGER): number | undefined => {
  if (key === undefined) return undefined
  const value = Number.parseInt(key, 10)
  return Number.isNaN(value) ? 0 : Math.min(Math.max(value, 0), max)
}

/** An instant that a cursor carries, as our own lists write them. */
export const cursorInstant = (key: string | undefined): string | undefined => {
  if (key !== undefined && !z.iso.datetime().safeParse(key).success) throw notOurs()
  return key
}

/** Takes up to `limit + 1` rows from the query, and makes a page and the cursor of the next. */
export const toPage = <T>(rows: readonly T[], limit: number, keyOf: (row: T) => Cursor): { items: T[]; next_cursor: string | null } => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next_cursor: rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null }
}
