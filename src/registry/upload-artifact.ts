import { type Tx, write } from '#audit'
import type { Digest } from '#platform/canonical'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { type Artifact, MediaType } from './artifact.ts'
import { findArtifact, insertArtifact } from './artifact-store.ts'
import { can } from './permissions.ts'

/** Stores the bytes once and registers them. The same bytes again are the same artifact: nothing changes and nothing is recorded. */
export const uploadArtifact = async (
  ctx: Ctx,
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
  { expected, mediaType, maxBytes }: { expected?: Digest | undefined; mediaType?: string | undefined; maxBytes: number },
): Promise<Artifact> => {
  permit(ctx, can['upload-artifact'])
  const media_type = parse(MediaType, mediaType)
  const { digest, sizeBytes } = await ctx.objects.put(bytes, { maxBytes, ...(expected === undefined ? {} : { expected }) })
  const known = await findArtifact(ctx.read, digest)
  if (known !== undefined) return known
  return write(ctx, (tx) => registerArtifact(ctx, tx, { digest, size_bytes: sizeBytes, media_type }))
}

export const registerArtifact = async (ctx: Ctx, tx: Tx, stored: Pick<Artifact, 'digest' | 'size_bytes' | 'media_type'>): Promise<Artifact> => {
  const artifact: Artifact = { ...stored, created_at: tx.nowAt, created_by: actorRef(ctx.actor).id }
  const isNew = await insertArtifact(tx, artifact)
  tx.record({
    action: can['upload-artifact'].action,
    subject: { kind: 'artifact', id: artifact.digest },
    details: { size_bytes: artifact.size_bytes, media_type: artifact.media_type, is_new: isNew },
  })
  return isNew ? artifact : ((await findArtifact(tx, artifact.digest)) ?? artifact)
}
