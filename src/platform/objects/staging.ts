import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Parts of an object that is still arriving, kept over restarts until it is whole or given up. S3's multipart upload has the same shape. */
export interface Staging {
  /**
   * Writes one part and syncs it. When the sender breaks off, what arrived is kept and `failure` says why it ended;
   * the caller records the part, or ignores it: an unrecorded part goes with `drop`.
   */
  putPart(area: string, bytes: AsyncIterable<Uint8Array>, options: { maxBytes: number }): Promise<StagedPart>
  /** The parts one after the other. */
  read(area: string, parts: readonly string[]): AsyncIterable<Uint8Array>
  drop(area: string): Promise<void>
  areas(): Promise<string[]>
}

export interface StagedPart {
  readonly part: string
  readonly sizeBytes: number
  readonly failure?: 'broken-off' | 'too-large'
}

export const folderStaging = (folder: string): Staging => ({
  putPart: async (area, bytes, { maxBytes }) => {
    await mkdir(join(folder, area), { recursive: true, mode: 0o700 })
    const part = randomUUID()
    const file = await open(join(folder, area, part), 'wx', 0o600)
    let sizeBytes = 0
    let failure: StagedPart['failure']
    try {
      for await (const chunk of broken(bytes)) {
        if (chunk === BROKEN || sizeBytes + chunk.length > maxBytes) {
          failure = chunk === BROKEN ? 'broken-off' : 'too-large'
          break
        }
        await file.write(chunk)
        sizeBytes += chunk.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    return { part, sizeBytes, ...(failure === undefined ? {} : { failure }) }
  },
  read: async function* (area, parts) {
    for (const part of parts) yield* createReadStream(join(folder, area, part)) as AsyncIterable<Uint8Array>
  },
  drop: (area) => rm(join(folder, area), { recursive: true, force: true }),
  areas: () => readdir(folder).catch(() => []),
})

const BROKEN = Symbol('the sender went away')

/** Tells an error of the sender, which ends a part, from one of the disk, which fails it. */
const broken = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | typeof BROKEN> {
  try {
    yield* bytes
  } catch {
    yield BROKEN
  }
}
