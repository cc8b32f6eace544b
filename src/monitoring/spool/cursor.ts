import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** How far the store has what the segments hold. Saved after each committed batch; when it is lost, the batch comes twice and the event ids sort it out. */
const Cursor = z.object({
  /** Bytes of each segment that are done with. */
  offsets: z.record(z.string(), z.int().nonnegative()),
  /** The sequence that each writer must show next. */
  next: z.record(z.string(), z.int().positive()),
})
export type Cursor = z.infer<typeof Cursor>

const FILE = 'cursor.json'

export const loadCursor = async (folder: string): Promise<Cursor> => {
  try {
    return Cursor.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')))
  } catch {
    // Absent or torn: start from the beginning of what is still there.
    return { offsets: {}, next: {} }
  }
}

export const saveCursor = async (folder: string, cursor: Cursor): Promise<void> => {
  const part = join(folder, `${FILE}.${process.pid}.part`)
  await writeFile(part, JSON.stringify(cursor), { mode: 0o600 })
  await rename(part, join(folder, FILE))
}
