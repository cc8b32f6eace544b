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
    throw platformErrors.invalid_request({}, { issues: [{ path: 'cursor', message: 'not a cursor that this list gave' }], cause })
  }
}

/** A number that a cursor carries, within what an integer column can compare with, whoever wrote the cursor. */
export const cursorInt = (key: string | undefined): number | undefined => {
  if (key === undefined) return undefined
  const value = Number.parseInt(key, 10)
  return Number.isNaN(value) ? 0 : Math.min(Math.max(value, 0), 2_147_483_647)
}

/** Takes up to `limit + 1` rows from the query, and makes a page and the cursor of the next. */
export const toPage = <T>(rows: readonly T[], limit: number, keyOf: (row: T) => Cursor): { items: T[]; next_cursor: string | null } => {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next_cursor: rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null }
}
