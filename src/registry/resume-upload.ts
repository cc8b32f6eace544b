import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { objectErrors } from '#platform/objects'
import { type Artifact, NewUpload, type Upload } from './artifact.ts'
import { appendPart, deleteUpload, findUpload, insertUpload, type UploadRow } from './artifact-store.ts'
import { registryErrors } from './errors.ts'
import { can } from './permissions.ts'
import { registerArtifact } from './upload-artifact.ts'

export const startUpload = async (ctx: Ctx, input: unknown): Promise<Upload> => {
  permit(ctx, can['start-upload'])
  const wanted = parse(NewUpload, input)
  return write(ctx, async (tx) => {
    const upload: Upload = { ...wanted, id: newId('upl', tx.nowMs), offset: 0, created_at: tx.nowAt, created_by: actorRef(ctx.actor).id }
    await insertUpload(tx, upload)
    tx.record({ action: can['start-upload'].action, subject: { kind: 'upload', id: upload.id }, details: { ...wanted } })
    return upload
  })
}

const load = async (ctx: Ctx, id: string): Promise<UploadRow> => {
  const upload = await findUpload(ctx.read, id)
  if (upload === undefined) throw platformErrors.not_found({ kind: 'upload', id })
  return upload
}

const shown = ({ parts: _, ...upload }: UploadRow): Upload => upload

export const getUpload = async (ctx: Ctx, id: string): Promise<Upload> => {
  permit(ctx, can['upload-artifact'])
  return shown(await load(ctx, id))
}

/**
 * Takes the next bytes. They are synced to disk before `offset` moves, and of two senders at one offset the first
 * wins. When the connection breaks, what arrived counts: ask for the upload and go on from its offset.
 */
export const appendUpload = async (ctx: Ctx, id: string, offset: number, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Upload> => {
  permit(ctx, can['upload-artifact'])
  const before = await load(ctx, id)
  if (offset !== before.offset) throw registryErrors.upload_offset({ offset: before.offset })
  const limit = before.size_bytes ?? maxBytes
  const { part, sizeBytes, failure } = await ctx.objects.staging.putPart(id, bytes, { maxBytes: limit - offset })
  if (failure === 'too-large') throw objectErrors.object_too_large({ maxBytes: limit })
  if (sizeBytes > 0 && !(await appendPart(ctx.read, before, part, sizeBytes)))
    throw registryErrors.upload_offset({ offset: (await load(ctx, id)).offset })
  if (failure === 'broken-off') throw platformErrors.invalid_request({}, { issues: [{ path: '', message: 'the body ended before it was complete' }] })
  return shown({ ...before, offset: before.offset + sizeBytes })
}

/** Hashes the parts into one object. Until this answers, the upload stays and can be completed again. */
export const completeUpload = async (ctx: Ctx, id: string): Promise<Artifact> => {
  permit(ctx, can['upload-artifact'])
  const upload = await load(ctx, id)
  if (upload.size_bytes !== null && upload.offset !== upload.size_bytes)
    throw registryErrors.upload_incomplete({ offset: upload.offset, size_bytes: upload.size_bytes })
  const { digest, sizeBytes } = await ctx.objects.put(
    ctx.objects.staging.read(id, upload.parts),
    upload.digest === null ? {} : { expected: upload.digest },
  )
  const artifact = await write(ctx, async (tx) => {
    if (!(await deleteUpload(tx, id, upload.offset))) throw platformErrors.conflict()
    return registerArtifact(ctx, tx, { digest, size_bytes: sizeBytes, media_type: upload.media_type })
  })
  await ctx.objects.staging.drop(id)
  return artifact
}

export const cancelUpload = async (ctx: Ctx, id: string): Promise<void> => {
  permit(ctx, can['cancel-upload'])
  const upload = await load(ctx, id)
  await write(ctx, async (tx) => {
    if (!(await deleteUpload(tx, id, upload.offset))) throw platformErrors.conflict()
    tx.record({ action: can['cancel-upload'].action, subject: { kind: 'upload', id }, details: { offset: upload.offset } })
  })
  await ctx.objects.staging.drop(id)
}
