import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '../canonical/index.ts'
import { defineErrors } from '../errors/index.ts'
import { folderStaging, type Staging } from './staging.ts'

export type { StagedPart, Staging } from './staging.ts'

export const objectErrors = defineErrors({
  object_missing: { status: 404, message: 'The object {digest} is not stored.' },
  object_corrupt: { status: 500, message: 'The stored object {digest} does not match its digest.' },
  digest_mismatch: { status: 422, message: 'The bytes have the digest {actual}, not {expected}.' },
  object_too_large: { status: 413, message: 'The object is larger than {maxBytes} bytes.' },
})

/** Big things by SHA-256: each stored once, verified when read. A folder here, S3 behind the same interface elsewhere. */
export interface ObjectStore {
  /** Streams in, syncs, then renames into place: a crash leaves a temporary file, never a half object. */
  put(
    bytes: AsyncIterable<Uint8Array> | Uint8Array,
    options?: { expected?: Digest; maxBytes?: number },
  ): Promise<{ digest: Digest; sizeBytes: number }>
  /** Streams out; the last chunk is held back until all bytes match, else the stream errors with `object_corrupt`. `range` (inclusive) skips that check. */
  get(digest: Digest, range?: { start: number; end?: number }): Promise<{ stream: Readable; sizeBytes: number }>
  read(digest: Digest): Promise<Buffer>
  has(digest: Digest): Promise<{ sizeBytes: number } | undefined>
  /** Removes temporary files left by a crash. */
  sweep(): Promise<number>
  readonly staging: Staging
}

export const folderObjects = (folder: string): ObjectStore => {
  const incoming = join(folder, 'incoming')
  const pathOf = (digest: Digest): string => join(folder, digest.slice(7, 9), digest.slice(7))
  const sizeOf = async (digest: Digest): Promise<number | undefined> => {
    try {
      return (await stat(pathOf(digest))).size
    } catch {
      return undefined
    }
  }

  const put: ObjectStore['put'] = async (bytes, { expected, maxBytes } = {}) => {
    await mkdir(incoming, { recursive: true, mode: 0o700 })
    const temporary = join(incoming, randomUUID())
    const file = await open(temporary, 'wx', 0o600)
    const hash = createHash('sha256')
    let sizeBytes = 0
    try {
      for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
        sizeBytes += chunk.length
        if (maxBytes !== undefined && sizeBytes > maxBytes) throw objectErrors.object_too_large({ maxBytes })
        hash.update(chunk)
        await file.write(chunk)
      }
      const digest: Digest = `sha256:${hash.digest('hex')}`
      if (expected !== undefined && digest !== expected) throw objectErrors.digest_mismatch({ actual: digest, expected })
      if ((await sizeOf(digest)) === sizeBytes) return { digest, sizeBytes }
      await file.sync()
      await mkdir(join(folder, digest.slice(7, 9)), { recursive: true, mode: 0o700 })
      await rename(temporary, pathOf(digest))
      return { digest, sizeBytes }
    } finally {
      await file.close()
      await rm(temporary, { force: true })
    }
  }

  const get: ObjectStore['get'] = async (digest, range) => {
    const sizeBytes = await sizeOf(digest)
    if (sizeBytes === undefined) throw objectErrors.object_missing({ digest })
    if (range !== undefined) return { stream: createReadStream(pathOf(digest), range), sizeBytes }
    const hash = createHash('sha256')
    // A reader that counts bytes must not take corrupt ones for a complete object.
    let held: Buffer | undefined
    const verify = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk)
        done(null, held)
        held = chunk
      },
      flush: (done) => {
        if (`sha256:${hash.digest('hex')}` === digest) done(null, held)
        else done(objectErrors.object_corrupt({ digest }))
      },
    })
    pipeline(createReadStream(pathOf(digest)), verify).catch(() => {}) // the reader sees the error on `verify`
    return { stream: verify, sizeBytes }
  }

  return {
    put,
    get,
    read: async (digest) => {
      const { stream } = await get(digest)
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    },
    has: async (digest) => {
      const sizeBytes = await sizeOf(digest)
      return sizeBytes === undefined ? undefined : { sizeBytes }
    },
    sweep: async () => {
      const left = await readdir(incoming).catch(() => [])
      await Promise.all(left.map((name) => rm(join(incoming, name), { force: true })))
      return left.length
    },
    staging: folderStaging(join(folder, 'staging')),
  }
}
