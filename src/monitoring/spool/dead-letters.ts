import { mkdir, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isoAt } from '#platform/clock'

/** Where records go that the store will never take. Kept for a person; nothing is thrown away. */
export interface DeadLetters {
  put(letter: { readonly reason: string; readonly writer: string; readonly sequence: number; readonly payload: string }, nowMs: number): Promise<void>
  /** The end of a segment that cannot be read as records. */
  putBytes(name: string, bytes: Buffer): Promise<void>
  count(): number
}

const appendSynced = async (path: string, bytes: string | Buffer): Promise<void> => {
  const file = await open(path, 'a', 0o600)
  try {
    await file.appendFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

const existing = async (folder: string): Promise<number> => {
  let count = 0
  for (const name of await readdir(folder)) {
    if (name.endsWith('.ndjson')) count += (await readFile(join(folder, name), 'utf8')).split('\n').length - 1
    if (name.endsWith('.bin')) count += 1
  }
  return count
}

export const openDeadLetters = async (folder: string): Promise<DeadLetters> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let count = await existing(folder)
  return {
    put: async (letter, nowMs) => {
      await appendSynced(join(folder, `${isoAt(nowMs).slice(0, 10)}.ndjson`), `${JSON.stringify({ at: isoAt(nowMs), ...letter })}\n`)
      count += 1
    },
    putBytes: async (name, bytes) => {
      await appendSynced(join(folder, `${name}.bin`), bytes)
      count += 1
    },
    count: () => count,
  }
}
