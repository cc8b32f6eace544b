import type { Readable } from 'node:stream'
import type { Digest } from '#platform/canonical'
import { type Ctx, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { cursorInstant, decodeCursor, toPage } from '#platform/http'
import type { Artifact } from './artifact.ts'
import { findArtifact, listArtifacts as listRows } from './artifact-store.ts'
import { registryErrors } from './errors.ts'
import { can } from './permissions.ts'

export const getArtifact = async (ctx: Ctx, digest: Digest): Promise<Artifact> => {
  permit(ctx, can.read)
  const artifact = await findArtifact(ctx.read, digest)
  if (artifact === undefined) throw platformErrors.not_found({ kind: 'artifact', id: digest })
  return artifact
}

export const listArtifacts = async (
  ctx: Ctx,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Artifact[]; next_cursor: string | null }> => {
  permit(ctx, can.read)
  const [createdAt, digest] = decodeCursor(cursor) ?? []
  const createdBefore = cursorInstant(createdAt)
  const before = createdBefore === undefined || digest === undefined ? undefined : ([createdBefore, digest] as const)
  return toPage(await listRows(ctx.read, before, limit + 1), limit, (artifact) => [artifact.created_at, artifact.digest])
}

export interface ByteRange {
  readonly start: number
  /** Inclusive, as in RFC 9110 14.1.2. */
  readonly end: number
}

/** One range, or undefined for the whole: several ranges and forms we do not know may be ignored (RFC 9110 14.2). */
export const parseRange = (header: string | undefined, sizeBytes: number): ByteRange | undefined => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (start >= sizeBytes || (first === '' && Number(last) === 0)) throw registryErrors.range_not_satisfiable({ size_bytes: sizeBytes })
  return end < start ? undefined : { start, end }
}

const verified = new Set<Digest>()

/**
 * The bytes, verified: a whole read while it streams; a range by one full pass the first time that this process reads
 * a range of that artifact, since a part alone cannot be checked against the digest of the whole.
 */
export const readArtifact = async (ctx: Ctx, artifact: Artifact, range: ByteRange | undefined): Promise<Readable> => {
  permit(ctx, can.read)
  if (range !== undefined && !verified.has(artifact.digest)) {
    for await (const _ of (await ctx.objects.get(artifact.digest)).stream); // throws `object_corrupt`
    verified.add(artifact.digest)
  }
  return (await ctx.objects.get(artifact.digest, range)).stream
}
