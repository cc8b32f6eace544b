import { Readable } from 'node:stream'
import { z } from 'zod'
import { bytesOf, ListQuery, pageOf, type Route, reply, route } from '#platform/http'
import { Artifact, MediaType, NewUpload, Upload } from './artifact.ts'
import { Digest } from './model.ts'
import { can } from './permissions.ts'
import { getArtifact, listArtifacts, parseRange, readArtifact } from './read-artifacts.ts'
import { appendUpload, cancelUpload, completeUpload, getUpload, startUpload } from './resume-upload.ts'
import { uploadArtifact } from './upload-artifact.ts'

const byDigest = z.object({ digest: Digest })
const byId = z.object({ id: z.string().regex(/^upl_[0-9a-z]{26}$/) })

export const artifactRoutes = (maxBytes: number): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/artifacts',
    summary: 'Upload an artifact in one stream',
    description: 'Stored once by SHA-256. With `digest`, anything else is refused. The same bytes again answer the artifact that is there.',
    permission: can['upload-artifact'],
    query: z.object({ digest: Digest.optional(), media_type: MediaType.optional() }),
    bodyKind: 'raw',
    status: 201,
    response: Artifact,
    errors: ['bytes_expected', 'digest_mismatch', 'object_too_large'],
    run: ({ ctx, query, raw }) => uploadArtifact(ctx, bytesOf(raw), { expected: query.digest, mediaType: query.media_type, maxBytes }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/artifacts',
    summary: 'Artifacts, newest first',
    permission: can.read,
    query: ListQuery,
    response: pageOf(Artifact),
    run: ({ ctx, query }) => listArtifacts(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/artifacts/:digest',
    summary: 'Download an artifact, whole or a range',
    permission: can.read,
    params: byDigest,
    answers: 'stream',
    contentType: 'application/octet-stream',
    errors: ['range_not_satisfiable', 'object_missing'],
    run: async ({ ctx, params, raw, rawReply }) => {
      const artifact = await getArtifact(ctx, params.digest)
      const etag = `"${artifact.digest}"`
      if (raw.headers['if-none-match'] === etag) return void rawReply.status(304).header('etag', etag).send()
      const isCurrent = raw.headers['if-range'] === undefined || raw.headers['if-range'] === etag
      const range = isCurrent ? parseRange(raw.headers.range, artifact.size_bytes) : undefined
      const stream = raw.method === 'HEAD' ? Readable.from([]) : await readArtifact(ctx, artifact, range)
      const { start, end } = range ?? { start: 0, end: artifact.size_bytes - 1 }
      rawReply
        .status(range === undefined ? 200 : 206)
        .headers({
          etag,
          // Never the uploader's media type: an artifact must not run as a page of this origin.
          'content-type': 'application/octet-stream',
          'content-disposition': 'attachment',
          'content-length': end - start + 1,
          'accept-ranges': 'bytes',
          // RFC 9530: of the whole, so that a download put together from ranges can be checked.
          'repr-digest': `sha-256=:${Buffer.from(artifact.digest.slice(7), 'hex').toString('base64')}:`,
          ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${artifact.size_bytes}` }),
        })
        .send(stream)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/artifacts/uploads',
    summary: 'Start a resumable upload',
    permission: can['start-upload'],
    body: NewUpload,
    status: 201,
    response: Upload,
    run: ({ ctx, body }) => startUpload(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/artifacts/uploads/:id',
    summary: 'Where a resumable upload stands',
    permission: can['upload-artifact'],
    params: byId,
    response: Upload,
    run: ({ ctx, params }) => getUpload(ctx, params.id),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/artifacts/uploads/:id',
    summary: 'Send the next bytes',
    description: 'At `offset`, which must be where the upload stands. The offset in the answer is safe on disk.',
    permission: can['upload-artifact'],
    params: byId,
    query: z.object({ offset: z.coerce.number().int().min(0) }),
    bodyKind: 'raw',
    response: Upload,
    errors: ['bytes_expected', 'upload_offset', 'object_too_large'],
    run: ({ ctx, params, query, raw }) => appendUpload(ctx, params.id, query.offset, bytesOf(raw), maxBytes),
  }),
  route({
    method: 'POST',
    path: '/api/v1/artifacts/uploads/:id/complete',
    summary: 'Turn a resumable upload into an artifact',
    permission: can['upload-artifact'],
    params: byId,
    status: 201,
    response: Artifact,
    errors: ['upload_incomplete', 'digest_mismatch', 'conflict'],
    run: async ({ ctx, params }) => reply(await completeUpload(ctx, params.id)),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/artifacts/uploads/:id',
    summary: 'Give up a resumable upload',
    permission: can['cancel-upload'],
    params: byId,
    status: 204,
    errors: ['conflict'],
    run: ({ ctx, params }) => cancelUpload(ctx, params.id),
  }),
]
