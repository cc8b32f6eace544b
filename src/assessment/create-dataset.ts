import { write } from '#audit'
import { actorRef, type Ctx, parse, permit } from '#platform/context'
import { platformErrors } from '#platform/errors'
import { newId } from '#platform/ids'
import { getArtifact, readArtifact } from '#registry'
import { type Dataset, NewDataset, type Row } from './dataset.ts'
import { findDataset, findDatasetByDigest, insertDataset } from './dataset-store.ts'
import { assessmentErrors } from './errors.ts'
import { can } from './permissions.ts'
import { canonicalLines, linesOf, MAX_DATASET_BYTES, parseCsv, parseJsonLines, schemaBuilder } from './rows.ts'

/** Stores the rows once by digest and registers them as the next version of the name. */
export const createDataset = async (ctx: Ctx, input: unknown): Promise<Dataset> => {
  permit(ctx, can['create-dataset'])
  const { rows, artifact, format, ...wanted } = parse(NewDataset, input)
  const schema = schemaBuilder()
  const { digest, sizeBytes } = await ctx.objects.put(canonicalLines(await sourceOf(ctx, { rows, artifact, format }), schema), {
    maxBytes: MAX_DATASET_BYTES,
  })
  return write(ctx, async (tx) => {
    const twin = await findDatasetByDigest(tx, wanted.name, digest)
    if (twin !== undefined) throw assessmentErrors.dataset_exists({ name: wanted.name, version: twin.version })
    const newest = await findDataset(tx, wanted.name)
    const dataset: Dataset = {
      ...wanted,
      id: newId('ds', tx.nowMs),
      version: (newest?.version ?? 0) + 1,
      digest,
      row_count: schema.rowCount(),
      size_bytes: sizeBytes,
      columns: schema.columns(),
      created_at: tx.nowAt,
      created_by: actorRef(ctx.actor).id,
    }
    // Two at once took the same number; the loser may simply send it again.
    if (!(await insertDataset(tx, dataset))) throw platformErrors.conflict()
    tx.record({
      action: can['create-dataset'].action,
      subject: { kind: 'dataset', id: dataset.id },
      details: { name: dataset.name, version: dataset.version, digest, row_count: dataset.row_count, licence: dataset.licence },
    })
    return dataset
  })
}

const sourceOf = async (ctx: Ctx, { rows, artifact, format }: Pick<NewDataset, 'rows' | 'artifact' | 'format'>): Promise<AsyncIterable<Row>> => {
  if (rows !== undefined) return given(rows)
  if (artifact === undefined) throw platformErrors.invalid_request({}, { issues: [{ path: 'rows', message: 'give rows, or an artifact' }] })
  const bytes = await readArtifact(ctx, await getArtifact(ctx, artifact), undefined)
  return format === 'csv' ? parseCsv(linesOf(bytes)) : parseJsonLines(linesOf(bytes))
}

const given = async function* (rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}
