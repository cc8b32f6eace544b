import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceEvent } from '../event.ts'
import type { Cursor } from './cursor.ts'
import { type Decoded, decodeRecords, MAX_PAYLOAD_BYTES } from './record.ts'
import { listSegments, MAGIC } from './segments.ts'
import { storableText } from './storable.ts'

const CHUNK_BYTES = MAX_PAYLOAD_BYTES + 4096
/** One transaction: a fraction of a second on the embedded store, whose one session everybody shares. */
const BATCH_RECORDS = 500

type Read = Decoded & { readonly sizeBytes: number }

/** The next records of a segment; undefined when another shipper of this folder has finished it. */
export const readFrom = async (path: string, offset: number): Promise<Read | undefined> => {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK_BYTES, size - offset)))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset)
    return { ...decodeRecords(bytes.subarray(0, bytesRead), BATCH_RECORDS), sizeBytes: size }
  } finally {
    await file.close()
  }
}

/** The event, or why it is none. */
export const readEvent = (text: string): InferenceEvent | string => {
  try {
    const parsed = InferenceEvent.safeParse(storableText(text))
    return parsed.success ? parsed.data : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  } catch (error) {
    return String(error)
  }
}

/** Bytes that the store does not have yet. */
export const waitingBytes = async (folder: string, cursor: Cursor): Promise<number> => {
  let bytes = 0
  for (const name of await listSegments(folder)) {
    const file = await open(join(folder, name.file), 'r')
    const { size } = await file.stat().finally(() => file.close())
    bytes += Math.max(0, size - (cursor.offsets[name.file] ?? MAGIC.length))
  }
  return bytes
}
