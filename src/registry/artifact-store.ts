import type { Tx } from '#audit'
import type { Digest } from '#platform/canonical'
import { type Executor, type Json, json, tables } from '#platform/store'
import type { Artifact, Upload } from './artifact.ts'

interface ArtifactTables {
  registry_artifacts: Artifact & { project: string }
  registry_uploads: Upload & { project: string; parts: Json<string[]> }
}

const q = tables<ArtifactTables>()

const columns = ['digest', 'size_bytes', 'media_type', 'created_at', 'created_by'] as const

/** False when the same bytes are registered already. */
export const insertArtifact = async (tx: Tx, artifact: Artifact): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await q(tx)
    .insertInto('registry_artifacts')
    .values(artifact as never)
    .onConflict((conflict) => conflict.columns(['project', 'digest']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export const findArtifact = (at: Executor, digest: Digest): Promise<Artifact | undefined> =>
  q(at).selectFrom('registry_artifacts').select(columns).where('digest', '=', digest).executeTakeFirst()

export const findArtifacts = async (at: Executor, digests: readonly Digest[]): Promise<Map<Digest, Artifact>> => {
  if (digests.length === 0) return new Map()
  const rows = await q(at)
    .selectFrom('registry_artifacts')
    .select(columns)
    .where('digest', 'in', [...new Set(digests)])
    .execute()
  return new Map(rows.map((row) => [row.digest, row]))
}

/** Newest first. */
export const listArtifacts = (at: Executor, before: readonly [string, string] | undefined, limit: number): Promise<Artifact[]> => {
  const query = q(at).selectFrom('registry_artifacts').select(columns).orderBy('created_at', 'desc').orderBy('digest', 'desc').limit(limit)
  if (before === undefined) return query.execute()
  const [at_, digest] = before
  return query.where((is) => is.or([is('created_at', '<', at_), is.and([is('created_at', '=', at_), is('digest', '<', digest as Digest)])])).execute()
}

export type UploadRow = Upload & { readonly parts: readonly string[] }

const uploadColumns = ['id', 'offset', 'parts', 'digest', 'size_bytes', 'media_type', 'created_at', 'created_by'] as const

export const insertUpload = (tx: Tx, upload: Upload): Promise<unknown> =>
  q(tx)
    .insertInto('registry_uploads')
    .values({ ...upload, parts: json([]) } as never)
    .execute()

export const findUpload = (at: Executor, id: string): Promise<UploadRow | undefined> =>
  q(at).selectFrom('registry_uploads').select(uploadColumns).where('id', '=', id).executeTakeFirst()

/** False when another part was appended at this offset first. */
export const appendPart = async (at: Executor, upload: UploadRow, part: string, sizeBytes: number): Promise<boolean> => {
  const { numUpdatedRows } = await q(at)
    .updateTable('registry_uploads')
    .set({ offset: upload.offset + sizeBytes, parts: json([...upload.parts, part]) })
    .where('id', '=', upload.id)
    .where('offset', '=', upload.offset)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** False when it ended or grew since it stood at this offset. */
export const deleteUpload = async (tx: Tx, id: string, offset: number): Promise<boolean> => {
  const { numDeletedRows } = await q(tx).deleteFrom('registry_uploads').where('id', '=', id).where('offset', '=', offset).executeTakeFirst()
  return numDeletedRows === 1n
}

export const listUploadsBefore = (at: Executor, createdBefore: string): Promise<{ id: string }[]> =>
  q(at).selectFrom('registry_uploads').select('id').where('created_at', '<', createdBefore).orderBy('id').limit(1000).execute()
